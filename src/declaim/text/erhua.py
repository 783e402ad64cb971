"""Erhua: where 儿 is no syllable of its own but an r-colouring of the one before it."""

from __future__ import annotations

from typing import Final

from declaim.text.segmentation import Token
from declaim.text.syllables import Syllables

_CHILD: Final = frozenset(
    "女儿 婴儿 幼儿 胎儿 孤儿 少儿 小儿 男儿 健儿 宠儿 混血儿 新生儿 早产儿 弃儿 患儿 育儿 托儿 孩儿 侄儿 妻儿 生儿 产儿 "
    "骄儿 娇儿 吾儿 我儿 爱儿 幼儿园 托儿所 少儿节目 婴幼儿 孤儿院 女儿红 女儿国 畸形儿 低能儿 弄潮儿 幸运儿 门德儿 "
    "流浪儿 私生儿 痴儿 乳儿 儿 佳儿 乞儿 歌儿 龟儿".split()
)
"""Words in which 儿 means a child or a person, and so is a syllable."""


def colour(syllables: Syllables) -> None:
    """Mark each 儿 that merges into the syllable before it as ``er5``."""
    for token in syllables.tokens:
        for at in range(token.start, token.end):
            if _merges(syllables, token, at) and at not in syllables.fixed:
                syllables.spoken[at] = "er5"


def _merges(syllables: Syllables, token: Token, at: int) -> bool:
    if syllables.text[at] != "儿" or not syllables.tone(at - 1) or syllables.spoken[at] not in {"er2", "er5"}:
        return False
    if at > token.start:  # 花儿, 一会儿: at the end of its word, or before another suffix
        return token.end == at + 1 and not token.text.endswith(tuple(_CHILD - {"儿"})) and token.tag[:2] != "nr"
    # A word of its own: the resolver has judged it by its context.
    return len(token.text) == 1 and syllables.citation[at] == "er5"

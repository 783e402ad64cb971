"""Erhua: where 儿 is no syllable of its own but an r-colouring of the one before it."""

from __future__ import annotations

from typing import Final

from declaim.text.segmentation import Token
from declaim.text.syllables import Syllables

_PERSONS: Final = tuple(
    f"{first}儿"
    for first in "女婴幼胎孤少小男健宠血生产弃患育托侄妻骄娇吾我爱形能潮运浪痴乳佳乞"
    # the last characters of 混血儿, 新生儿, 早产儿, 畸形儿, 低能儿, 弄潮儿, 幸运儿, 流浪儿
)
"""Ends of words in which 儿 means a child or a person, and so is a syllable."""


def colour(syllables: Syllables) -> None:
    """Mark each 儿 that merges into the syllable before it as ``er5``."""
    for token in syllables.tokens:
        for at in range(token.start, token.end):
            if _merges(syllables, token, at) and at not in syllables.fixed:
                syllables.spoken[at] = "er5"


def _merges(syllables: Syllables, token: Token, at: int) -> bool:
    if syllables.text[at] != "儿" or not syllables.tone(at - 1) or syllables.spoken[at] not in {"er2", "er5"}:
        return False
    if at > token.start:  # 花儿, 一会儿
        is_person = token.text == "孩儿" or token.text.endswith(_PERSONS) or token.tag.startswith("nr")
        return token.end == at + 1 and not is_person
    # A word of its own: the resolver has judged it by its context.
    return len(token.text) == 1 and syllables.citation[at] == "er5"

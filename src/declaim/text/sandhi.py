"""Tone sandhi of Mandarin: 一, 不 and the third tone.

After Duanmu, *The Phonology of Standard Chinese* (2007), ch. 11, and the rules of 现代汉语词典. Third-tone
sandhi goes from the smallest groups outward: inside a word by its parts, then between words.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from declaim.text.segmentation import Token, is_word
from declaim.text.syllables import Syllables

_DIGITS: Final = frozenset("〇零一二三四五六七八九幺")
_NUMERALS: Final = _DIGITS | frozenset("十百千万亿")
_COUNTED_ORDINALLY: Final = ("月", "号", "楼", "年级", "等奖", "把手", "中全会", "审", "垒")
"""Before these 一 is a rank, not a quantity: 一月, 一号, 一楼, 一年级."""
_ADVERBS: Final = frozenset("毫绝决从并永")
"""Verb + 不 + complement has a neutral 不; after these it is plain negation."""


def apply_sandhi(syllables: Syllables) -> None:
    """Change ``syllables.spoken`` as speech does."""
    for token in syllables.tokens:
        for at in range(token.start, token.end):
            if syllables.text[at] == "一" and syllables.spoken[at] == "yi1":
                syllables.set_tone(at, _tone_of_yi(syllables, token, at))
            elif syllables.text[at] == "不" and syllables.spoken[at] == "bu4":
                syllables.set_tone(at, _tone_of_bu(syllables, token, at))
    for stretch in syllables.stretches():
        _third_tones(syllables, stretch)


def _tone_of_yi(syllables: Syllables, token: Token, at: int) -> str:
    before, after = syllables.character(at - 1), syllables.character(at + 1)
    following = syllables.citation_tone(at + 1)
    if not following or _is_number_name(syllables, token, at):
        return "1"
    if before and before == after:  # 看一看
        return "5"
    return "2" if following == "4" else "4"


def _is_number_name(syllables: Syllables, token: Token, at: int) -> bool:
    """Whether 一 names a number or a rank, or ends a word: then it keeps its own tone."""
    before, after = syllables.character(at - 1), syllables.character(at + 1)
    if before in {"第", "初"} or after in _DIGITS | {"十"}:
        return True
    if _continues_number(syllables, token, at) and (before in _DIGITS | {"十"} or after not in _NUMERALS):
        return True
    if syllables.text.startswith(_COUNTED_ORDINALLY, at + 1) or (before == "月" and after in {"日", "号"}):
        return True
    # 统一, 唯一, 周一; but 这一 leans on what it counts.
    return token.start < at == token.end - 1 and token.tag[:1] != "r"


def _continues_number(syllables: Syllables, token: Token, at: int) -> bool:
    """Whether 一 follows a numeral as part of the same number: 二十一, not 老三 一直.

    The segmenter cuts years anyhow (二零二 一年): two numerals before it are enough, too.
    """
    before = syllables.text[max(0, at - 2) : at]
    if before[-1:] not in _NUMERALS:
        return False
    years = len(before) > 1 and _DIGITS.issuperset(before)
    return at > token.start or years or _NUMERALS.issuperset(token.text)


def _tone_of_bu(syllables: Syllables, token: Token, at: int) -> str:
    before, after = syllables.character(at - 1), syllables.character(at + 1)
    if before and before == after:  # 好不好
        return "5"
    in_the_middle = token.start < at < token.end - 1
    if in_the_middle and token.tag[:1] in {"v", "l"} and len(token.text) == 3 and before not in _ADVERBS:  # noqa: PLR2004
        return "5"  # 看不见, 对不起
    return "2" if syllables.citation_tone(at + 1) == "4" else "4"


def _third_tones(syllables: Syllables, stretch: list[Token]) -> None:
    """Third before third becomes second: first inside words, then between them from the right."""
    for token in stretch:
        _within(syllables, token.start, token.end)
    for token, after in reversed(list(pairwise(stretch))):
        if 1 in {token.end - token.start, after.end - after.start}:
            _bend(syllables, token.end - 1)


def _within(syllables: Syllables, start: int, end: int) -> None:
    """Parts first, then the seam between them: (展览)馆 is 2 2 3, 纸(老虎) is 3 2 3."""
    if end - start < 2:  # noqa: PLR2004 - one syllable
        return
    seam = _seam(syllables.text, start, end)
    _within(syllables, start, seam)
    _within(syllables, seam, end)
    _bend(syllables, seam - 1)


def _seam(text: str, start: int, end: int) -> int:
    """Where a word falls apart in two."""
    length = end - start
    if length == 3 and is_word(text[start + 1 : end]) and not is_word(text[start : start + 2]):  # noqa: PLR2004
        return start + 1
    return start + 2 if length > 2 else start + 1  # noqa: PLR2004


def _bend(syllables: Syllables, at: int) -> None:
    if syllables.tone(at) == "3" and syllables.tone(at + 1) == "3":
        syllables.set_tone(at, "2")

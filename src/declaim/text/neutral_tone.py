"""The neutral tone: suffixes, reduplication, and the words that have it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from declaim.text.segmentation import Token
from declaim.text.syllables import Syllables

_NUMBER_LIKE: Final = frozenset("一二两三四五六七八九十百千万亿几半这那哪每某整多各首")


def neutralise(syllables: Syllables) -> None:
    """Give the neutral tone to the syllables that have it in these words."""
    for order, token in enumerate(syllables.tokens):
        _word(syllables, token)
        _measure(syllables, token)
        if order:
            _locative(syllables, syllables.tokens[order - 1], token)


def _word(syllables: Syllables, token: Token) -> None:
    last = token.end - 1
    if token.text == "哪里" or _is_reduplicated_verb(token):
        _bend_by_lost_tone(syllables, last)
    if token.text[-2:] in _words() or token.text.endswith("们") or _is_reduplicated_verb(token):
        syllables.set_tone(last, "5")
    elif token.text[:2] in _words() and len(token.text) > 2:  # noqa: PLR2004 - a word within a word
        syllables.set_tone(token.start + 1, "5")


def _bend_by_lost_tone(syllables: Syllables, last: int) -> None:
    """The third tone that was lost still bends the one before it: xiǎngxiang is said xiángxiang."""
    if syllables.citation_tone(last) == syllables.citation_tone(last - 1) == "3":
        syllables.set_tone(last - 1, "2")


def _is_reduplicated_verb(token: Token) -> bool:
    return len(token.text) == 2 and token.text[0] == token.text[1] and token.tag in {"v", "vn"}  # noqa: PLR2004


def _measure(syllables: Syllables, token: Token) -> None:
    """个 after a number or a demonstrative: 这个, 三 个. Not 个 as a root: 个人, 各个."""
    at = token.end - 1
    if token.text[-1] == "个" and syllables.character(at - 1) in _NUMBER_LIKE - {"各"}:
        syllables.set_tone(at, "5")


def _locative(syllables: Syllables, before: Token, token: Token) -> None:
    """里 and 上 after a noun: 房间 里, 桌子 上."""
    if token.text in {"里", "上"} and token.tag == "f" and before.tag[:1] in {"n", "s", "r"}:
        syllables.set_tone(token.start, "5")


@cache
def _words() -> frozenset[str]:
    table = files("declaim.text").joinpath("data/neutral_tones.txt").read_text(encoding="utf-8")
    return frozenset(word for line in table.splitlines() if not line.startswith("#") for word in line.split())

"""Pronunciations that a user gives: pinyin with tone digits, or IPA."""

from __future__ import annotations

import re
from typing import TypeAlias

from declaim.errors import LexiconError
from declaim.text.chinese import HAN
from declaim.text.phonemes import from_ipa, is_audible, unknown_symbols
from declaim.text.pinyin import parse_pinyin

Pronunciation: TypeAlias = tuple[str, ...] | str
"""A pinyin syllable for each character of a word, or a phoneme string in Kokoro's alphabet."""

_SYLLABLE = re.compile(r"[A-Za-zü:Ü]+[0-9]")


def is_pinyin(given: str) -> bool:
    """Whether a pronunciation is written in pinyin with tone digits."""
    syllables = given.split()
    return bool(syllables) and all(map(_SYLLABLE.fullmatch, syllables))


def is_syllable(given: str) -> bool:
    """Whether something is one pinyin syllable with its tone digit, and there is such a syllable."""
    try:
        parse_pinyin(given)
    except LexiconError:
        return False
    return True


def parse_pronunciation(word: str, given: str) -> Pronunciation:
    """Read what a user wrote as the pronunciation of ``word``.

    Returns:
        A syllable for each character when it is pinyin (``chong2 qing4``), else a phoneme string in
        Kokoro's alphabet.

    Raises:
        LexiconError: an unknown syllable or symbol, or not one syllable for each character.
    """
    if is_pinyin(given):
        return _pinyin(word, given.split())
    phonemes = from_ipa(given.strip())
    if unknown := unknown_symbols(phonemes):
        raise LexiconError(
            f"{given!r} has symbols that are not in the phoneme alphabet: {' '.join(unknown)}",
            hint="write pinyin with tone digits (chong2 qing4) or IPA (kˈOkəɹO)",
        )
    if not is_audible(phonemes):
        raise LexiconError(f"{given!r} has no sound in it")
    return phonemes


def _pinyin(word: str, syllables: list[str]) -> tuple[str, ...]:
    if not HAN.fullmatch(word):
        raise LexiconError(
            f"{word!r} is not all Chinese characters, so pinyin cannot say it", hint="give its sounds in IPA"
        )
    if len(word) != len(syllables):
        raise LexiconError(
            f"{word!r} has {len(word)} Chinese characters, but {' '.join(syllables)!r} has "
            f"{len(syllables)} syllables",
            hint="give one syllable for each character",
        )
    return tuple(parse_pinyin(syllable) for syllable in syllables)

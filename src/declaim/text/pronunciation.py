"""Pronunciations that a user gives: pinyin with tone digits, or IPA."""

from __future__ import annotations

import re

from declaim.errors import LexiconError
from declaim.text.chinese import parse_pinyin
from declaim.text.phonemes import from_ipa, unknown_symbols

_SYLLABLE = re.compile(r"[A-Za-zü:üÜ]+[0-9]")
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def parse_pronunciation(word: str, given: str) -> tuple[str, ...] | str:
    """Read what a user wrote as the pronunciation of ``word``.

    Returns:
        A syllable for each character when it is pinyin (``chong2 qing4``), else a phoneme string in
        Kokoro's alphabet.

    Raises:
        LexiconError: an unknown syllable or symbol, or not one syllable for each character.
    """
    given = given.strip()
    syllables = given.split()
    if syllables and all(_SYLLABLE.fullmatch(syllable) for syllable in syllables):
        return _pinyin(word, syllables)
    phonemes = from_ipa(given)
    if unknown := unknown_symbols(phonemes):
        raise LexiconError(
            f"{given!r} has symbols that are not in the phoneme alphabet: {' '.join(unknown)}",
            hint="write pinyin with tone digits (chong2 qing4) or IPA (kˈOkəɹO)",
        )
    if not any(symbol.isalpha() for symbol in phonemes):
        raise LexiconError(f"{given!r} has no sound in it")
    return phonemes


def _pinyin(word: str, syllables: list[str]) -> tuple[str, ...]:
    characters = _HAN.findall(word)
    if len(characters) != len(word) or len(characters) != len(syllables):
        raise LexiconError(
            f"{word!r} has {len(characters)} Chinese characters, but {' '.join(syllables)!r} has "
            f"{len(syllables)} syllables",
            hint="give one syllable for each character",
        )
    return tuple(parse_pinyin(syllable) for syllable in syllables)

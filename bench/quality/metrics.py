"""Error counts of a transcript against several accepted references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pypinyin import Style, lazy_pinyin
from rapidfuzz.distance import Levenshtein

from bench.quality.normalise import HAN, Language, tokens


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """Insertions, deletions and substitutions of one sentence, and what they are counted against."""

    errors: int
    length: int
    """Tokens of the reference."""


def count_errors(references: Sequence[str], hypothesis: str, language: Language) -> ErrorCount:
    """Count token errors against the reference that fits best: a number has more than one right reading."""
    heard = tokens(hypothesis, language)
    return _best([tokens(reference, language) for reference in references], heard)


def count_syllable_errors(references: Sequence[str], hypothesis: str, language: Language) -> ErrorCount:
    """The same over pinyin with tones: a homophone that the recogniser wrote is no error of the voice."""
    heard = _syllables(tokens(hypothesis, language))
    return _best([_syllables(tokens(reference, language)) for reference in references], heard)


def _best(references: Sequence[list[str]], heard: list[str]) -> ErrorCount:
    counts = [ErrorCount(Levenshtein.distance(wanted, heard), len(wanted)) for wanted in references]
    return min(counts, key=lambda count: count.errors / max(count.length, 1))


def _syllables(words: list[str]) -> list[str]:
    """Replace every Chinese character by its syllable, read in the context of its neighbours."""
    syllables: list[str] = []
    for chinese, run in groupby(words, key=lambda word: HAN.fullmatch(word) is not None):
        stretch = list(run)
        syllables += _pinyin("".join(stretch)) if chinese else stretch
    return syllables


def _pinyin(characters: str) -> list[str]:
    return lazy_pinyin(characters, style=Style.TONE3, neutral_tone_with_five=True)

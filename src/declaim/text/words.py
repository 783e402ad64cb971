"""From a spoken sentence to its words, each read by the rules of its own language."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadpoolctl import ThreadpoolController

from declaim.later import Later
from declaim.text.chinese import HAN, ChinesePhonemizer
from declaim.text.english import EnglishPhonemizer
from declaim.text.sentence import Word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from declaim.text.aligned import AlignedText
    from declaim.text.sentence import Language, Span
    from declaim.text.speller import SpokenSentence

logger = logging.getLogger(__name__)

_MATRICES = threading.Lock()
"""Held while the matrix library has one thread: its setting is the process's, and is put back afterwards."""
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word and where it stands in the spoken sentence."""

    start: int
    end: int
    word: Word


@dataclass(frozen=True, slots=True)
class WordsInText:
    """The words of a spoken sentence, left to right, and the sentence."""

    text: AlignedText
    placed: list[PlacedWord]


class WordReader:
    """Phonemises sentences of Chinese, English and both; loads what it needs for each as it meets them.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._chinese = Later(ChinesePhonemizer)
        self._english = Later(EnglishPhonemizer)
        # The matrices here are tiny: threads of the matrix library would only spin on cores that others need.
        self._libraries = ThreadpoolController()  # type: ignore[no-untyped-call] # has no types

    def load(self, languages: Collection[Language]) -> None:
        """Load what is needed for some languages, so that no sentence waits for it."""
        if "zh" in languages:
            self._chinese.get()
        if "en" in languages:
            self._english.get()

    def __call__(self, spoken: SpokenSentence) -> WordsInText:
        """All words of a sentence. Letters that nobody can read are reported and left out."""
        given = _Given.of(spoken)
        with _MATRICES, self._libraries.limit(limits=1, user_api="blas"):
            placed = [*self._chinese_words(spoken, given), *self._english_words(spoken, given)]
        placed += _given_words(spoken.text, given.phonemes["zh"], "zh")
        placed.sort(key=lambda word: word.start)
        _report_unread(spoken.text.text, placed)
        return WordsInText(spoken.text, placed)

    def _chinese_words(self, spoken: SpokenSentence, given: _Given) -> Iterator[PlacedWord]:
        text = spoken.text
        masked = _masked(text.text, given.phonemes["zh"])
        if not HAN.search(masked):
            return
        for word in self._chinese.get()(masked, given.syllables):
            source, written = text.source(word.start, word.end), text.text[word.start : word.end]
            if word.phonemes:
                made = Word(source, written, word.phonemes, "zh", word.pinyin)
                yield PlacedWord(word.start, word.end, made)

    def _english_words(self, spoken: SpokenSentence, given: _Given) -> Iterator[PlacedWord]:
        text = spoken.text
        for run_start, run_end in _english_runs(spoken):
            inside = {
                (start - run_start, end - run_start): phonemes
                for (start, end), phonemes in given.phonemes["en"].items()
                if run_start <= start < run_end
            }
            for word in self._english.get()(text.text[run_start:run_end], inside):
                start, end = run_start + word.start, run_start + word.end
                made = Word(text.source(start, end), text.text[start:end].strip(), word.phonemes, "en")
                yield PlacedWord(start, end, made)


@dataclass(frozen=True, slots=True)
class _Given:
    """What a user has fixed in a sentence."""

    syllables: dict[int, str]
    """Pinyin by the index of its character."""
    phonemes: dict[Language, dict[Span, str]]
    """Phoneme strings by the stretch that they stand for."""

    @classmethod
    def of(cls, spoken: SpokenSentence) -> _Given:
        given = cls({}, {"zh": {}, "en": {}})
        for stretch in spoken.stretches:
            span = stretch.start, stretch.end
            if isinstance(stretch.pronunciation, str):
                given.phonemes[stretch.language][span] = stretch.pronunciation
            elif stretch.pronunciation:
                characters = (i for i in range(*span) if HAN.match(spoken.text.text[i]))
                given.syllables.update(zip(characters, stretch.pronunciation, strict=False))
        return given


def _masked(text: str, stretches: dict[Span, str]) -> str:
    """The text with what has its phonemes already blanked out."""
    for start, end in stretches:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _english_runs(spoken: SpokenSentence) -> Iterator[Span]:
    """English stretches, neighbours joined, so that a word is read in its context."""
    start: int | None = None
    for stretch in spoken.stretches:
        if stretch.language == "en" and start is None:
            start = stretch.start
        elif stretch.language != "en" and start is not None:
            yield start, stretch.start
            start = None
    if start is not None:
        yield start, len(spoken.text)


def _given_words(text: AlignedText, given: dict[Span, str], language: Language) -> Iterator[PlacedWord]:
    for (start, end), phonemes in given.items():
        word = Word(text.source(start, end), text.text[start:end].strip(), phonemes, language)
        yield PlacedWord(start, end, word)


def _report_unread(text: str, placed: list[PlacedWord]) -> None:
    """Say in the log which letters nobody could read: nothing is dropped silently."""
    read = [False] * len(text)
    for word in placed:
        # A Chinese word may hold a character that no dictionary has.
        syllables = map(bool, word.word.pinyin) if word.word.pinyin else [True] * (word.end - word.start)
        read[word.start : word.end] = syllables
    unread = "".join(dict.fromkeys(m.group() for m in _LETTER.finditer(text) if not read[m.start()]))
    if unread:
        logger.warning("left out letters that cannot be read: %s", unread[:40])

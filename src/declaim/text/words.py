"""From a spoken sentence to its words, each read by the rules of its own language."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from declaim.text.chinese import ChinesePhonemizer
from declaim.text.english import EnglishPhonemizer
from declaim.text.pronunciation import parse_pronunciation
from declaim.text.sentence import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.text.aligned import AlignedText
    from declaim.text.sentence import Language, Span
    from declaim.text.speller import SpokenSentence

logger = logging.getLogger(__name__)

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
    """Phonemises sentences of Chinese, English and both."""

    def __init__(self) -> None:
        self._chinese = ChinesePhonemizer()
        self._english = EnglishPhonemizer()

    def __call__(self, spoken: SpokenSentence) -> WordsInText:
        """All words of a sentence. Letters that neither language has are reported and left out."""
        syllables: dict[int, str] = {}
        phonemes: dict[Span, tuple[str, Language]] = {}
        for stretch in spoken.stretches:
            if stretch.pronunciation is None:
                continue
            written = spoken.text.text[stretch.start : stretch.end]
            given = parse_pronunciation(written.strip(), stretch.pronunciation)
            if isinstance(given, str):
                phonemes[stretch.start, stretch.end] = given, stretch.language
            else:
                first = stretch.start + len(written) - len(written.lstrip())
                syllables.update(enumerate(given, first))
        placed = [
            *self._chinese_words(spoken, syllables, phonemes),
            *self._english_words(spoken, phonemes),
            *_given_words(spoken.text, phonemes),
        ]
        placed.sort(key=lambda word: word.start)
        _report_unread(spoken.text.text, placed)
        return WordsInText(spoken.text, placed)

    def _chinese_words(
        self, spoken: SpokenSentence, syllables: dict[int, str], given: dict[Span, tuple[str, Language]]
    ) -> Iterator[PlacedWord]:
        text = spoken.text
        for word in self._chinese(_masked(text.text, given), syllables):
            source, written = text.source(word.start, word.end), text.text[word.start : word.end]
            made = Word(source, written, word.phonemes, "zh", word.pinyin)
            yield PlacedWord(word.start, word.end, made)

    def _english_words(
        self, spoken: SpokenSentence, given: dict[Span, tuple[str, Language]]
    ) -> Iterator[PlacedWord]:
        text = spoken.text
        masked = _masked(text.text, given)
        for run_start, run_end in _english_runs(spoken):
            for word in self._english(masked[run_start:run_end]):
                start, end = run_start + word.start, run_start + word.end
                made = Word(text.source(start, end), text.text[start:end], word.phonemes, "en")
                yield PlacedWord(start, end, made)


def _masked(text: str, given: dict[Span, tuple[str, Language]]) -> str:
    """The text with what has its phonemes already blanked out."""
    for start, end in given:
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


def _given_words(text: AlignedText, given: dict[Span, tuple[str, Language]]) -> Iterator[PlacedWord]:
    for (start, end), (phonemes, language) in given.items():
        word = Word(text.source(start, end), text.text[start:end].strip(), phonemes, language)
        yield PlacedWord(start, end, word)


def _report_unread(text: str, placed: list[PlacedWord]) -> None:
    """Say in the log which letters nobody could read: nothing is dropped silently."""
    read = [False] * len(text)
    for word in placed:
        if word.word.phonemes:
            read[word.start : word.end] = [True] * (word.end - word.start)
    unread = "".join(dict.fromkeys(m.group() for m in _LETTER.finditer(text) if not read[m.start()]))
    if unread:
        logger.warning("left out letters that are neither Chinese nor English: %s", unread[:40])

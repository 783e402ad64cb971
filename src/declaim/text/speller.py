"""From a written sentence to a spoken one: who says what in which language, and what the user has fixed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from declaim.text.aligned import AlignedText
from declaim.text.languages import language_runs, reading_runs
from declaim.text.lexicon import LexiconMatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.text.languages import Run
    from declaim.text.lexicon import Lexicon
    from declaim.text.markup import MarkedText, Style
    from declaim.text.normalisation import Normaliser
    from declaim.text.pronunciation import Pronunciation
    from declaim.text.sentence import Language

_Asked: TypeAlias = "Style | LexiconMatch"
"""What is asked for a character, by markup or by the lexicon."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a sentence in one language, said as a whole."""

    start: int
    end: int
    language: Language
    pronunciation: Pronunciation | None = None


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence in its spoken form."""

    text: AlignedText
    stretches: tuple[Stretch, ...]
    """They tile ``text``; where one has a pronunciation, its text is as the user wrote it."""


class Speller:
    """Writes sentences out as they are spoken."""

    def __init__(self, normaliser: Normaliser, lexicon: Lexicon) -> None:
        self._normalise = normaliser
        self._lexicon = lexicon

    def __call__(
        self, sentence: AlignedText, marked: MarkedText, default_language: Language
    ) -> SpokenSentence:
        """Spell a cleaned sentence out, part by part; ``marked`` says what markup asks for where."""
        pieces: list[AlignedText] = []
        length = 0
        given: list[tuple[int, int, Pronunciation]] = []
        for start, end, language, asked in self._parts(sentence, marked, default_language):
            piece = sentence[start:end]
            if asked.pronunciation is None:
                piece = self._normalise(piece, language, interpret_as=asked.interpret_as)
            if pieces and _would_run_together(pieces[-1].text, piece.text):
                pieces.append(AlignedText.standing_for(" ", pieces[-1][-1:].source(0, 1)))
                length += 1
            if asked.pronunciation is not None:
                given.append((length, length + len(piece), asked.pronunciation))
            if piece.text:
                pieces.append(piece)
            length += len(piece)
        spoken = AlignedText.join(pieces)
        return SpokenSentence(spoken, tuple(_stretches(spoken.text, given, default_language)))

    def _parts(
        self, sentence: AlignedText, marked: MarkedText, default_language: Language
    ) -> Iterator[tuple[int, int, Language, _Asked]]:
        """What is spelled out by itself: figures belong to a language, and markup sets words apart."""
        asked = self._asked(sentence, marked)
        languages = _of_each(reading_runs(sentence.text, default_language))
        keys = [_key(each, language) for each, language in zip(asked, languages, strict=True)]
        for _, group in groupby(range(len(sentence)), key=keys.__getitem__):
            indices = list(group)
            yield indices[0], indices[-1] + 1, languages[indices[0]], asked[indices[0]]

    def _asked(self, sentence: AlignedText, marked: MarkedText) -> list[_Asked]:
        """What is asked for each character; markup goes before the lexicon."""
        styles = [marked.style_at(offset) for offset in sentence.starts]
        asked: list[_Asked] = [*styles]
        for match in self._lexicon.find(sentence.text):
            if not any(style.is_whole for style in styles[match.start : match.end]):
                asked[match.start : match.end] = [match] * (match.end - match.start)
        return asked


def _key(asked: _Asked, language: Language) -> tuple[object, ...]:
    """Neighbours with the same key are spelled out together.

    Markup of prosody does not part a figure from its unit, but a voice's words are its own.
    """
    if isinstance(asked, LexiconMatch) or asked.pronunciation is not None:
        return (id(asked),)
    if asked.interpret_as is not None:
        return id(asked), language
    return asked.voice, language


def _of_each(runs: list[Run]) -> list[Language]:
    return [language for start, end, language in runs for _ in range(start, end)]


def _would_run_together(left: str, right: str) -> bool:
    """Whether two pieces, put side by side, would make one word of two."""
    return left[-1:].isalpha() and right[:1].isalpha() and (left[-1:] + right[:1]).isascii()


def _stretches(
    text: str, given: list[tuple[int, int, Pronunciation]], default_language: Language
) -> Iterator[Stretch]:
    """Runs of one language, and between them the stretches whose pronunciation is given."""
    done = 0
    languages = _of_each(language_runs(text, default_language))
    for start, end, pronunciation in [*given, (len(text), len(text), None)]:
        for language, group in groupby(range(done, start), key=languages.__getitem__):
            indices = list(group)
            yield Stretch(indices[0], indices[-1] + 1, language)
        if pronunciation is not None:
            first = next((i for i in range(start, end) if text[i].isalpha()), start)
            yield Stretch(start, end, languages[first], pronunciation)
        done = end

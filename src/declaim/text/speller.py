"""From a written sentence to a spoken one: who says what in which language, and what the user has fixed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from declaim.text.aligned import AlignedText
from declaim.text.languages import language_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.text.lexicon import Lexicon, LexiconMatch
    from declaim.text.markup import MarkedText, Style
    from declaim.text.normalisation import Normaliser
    from declaim.text.sentence import Language


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a sentence in one language, said as a whole."""

    start: int
    end: int
    language: Language
    pronunciation: str | None = None


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
        stretches: list[Stretch] = []
        done = 0
        for start, end, language, asked in self._parts(sentence, marked, default_language):
            piece = sentence[start:end]
            if asked.pronunciation is None:
                piece = self._normalise(piece, language, interpret_as=asked.interpret_as)
            pieces.append(piece)
            stretches.append(Stretch(done, done + len(piece), language, asked.pronunciation))
            done += len(piece)
        return SpokenSentence(AlignedText.join(pieces), tuple(stretches))

    def _parts(
        self, sentence: AlignedText, marked: MarkedText, default_language: Language
    ) -> Iterator[tuple[int, int, Language, Style | LexiconMatch]]:
        """Where language, markup or a word of the lexicon begins or ends, a part does."""
        asked: list[Style | LexiconMatch] = [marked.style_at(offset) for offset in sentence.starts]
        for match in self._lexicon.find(sentence.text):
            if all(asked[i].pronunciation is None for i in range(match.start, match.end)):
                asked[match.start : match.end] = [match] * (match.end - match.start)
        languages: list[Language] = []
        for start, end, language in language_runs(sentence.text, default=default_language):
            languages += [language] * (end - start)
        for _, group in groupby(range(len(sentence)), key=lambda i: (languages[i], id(asked[i]))):
            indices = list(group)
            yield indices[0], indices[-1] + 1, languages[indices[0]], asked[indices[0]]

"""What stage 1 gives: sentences of clauses of words, each with its place in the user's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from declaim.prosody.prosody import NEUTRAL, Prosody

Language: TypeAlias = Literal["zh", "en"]

Span: TypeAlias = tuple[int, int]
"""Half-open range of character offsets in the user's own text."""


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word."""

    span: Span
    """Where it stands in the user's text. "2024" is one stretch of text but several words, which share it."""
    spoken: str
    """Its spoken form: ``twenty``, ``二零二四年``."""
    phonemes: str
    """Kokoro's phoneme alphabet: misaki's IPA, tones as arrows. A mark ends it where one is said within a
    written stretch: "March fifth, twenty twenty-four"."""
    language: Language
    pinyin: tuple[str, ...] = ()
    """Chinese only: one syllable a character, tone digit last (5 = neutral), ``ü`` as ``v``."""
    prosody: Prosody = NEUTRAL
    """What markup asks for this word, and for the silence around it."""
    emphasis: Prosody = NEUTRAL
    """What comes on top for this word alone."""

    def shares_stretch(self, before: Word) -> bool:
        """Whether it comes of the same written stretch as the word before it."""
        return self.span[0] < before.span[1]


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch that is spoken in one breath: the unit in which audio is made and streamed."""

    words: tuple[Word, ...]
    span: Span
    """The clauses' spans tile the user's text: markup, spaces and symbols belong to the clause before. Its
    words are inside it, unless one written stretch (a number of sixty digits) is more than a clause says:
    then the first clause has the stretch."""
    punctuation: str = ""
    """The phoneme of the mark that closes it: one of ``, . ! ? : ; — …`` or nothing."""
    pause: float | None = None
    """Seconds of silence after it that markup asks for; None leaves it to the prosody."""
    hold: float | None = None
    """Seconds that its closing mark is held, within the sentence's melody; None leaves it to the voice."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or as much of a very long one as the acoustic model takes at once."""

    clauses: tuple[Clause, ...]
    voice: str | None = None
    """The voice that markup asks for; None is the request's own."""
    ends_paragraph: bool = False

    @property
    def span(self) -> Span:
        """From its first clause's start to its last clause's end, in the user's text."""
        return self.clauses[0].span[0], self.clauses[-1].span[1]

"""What is found in a book: lines of dialogue, who says each, and how sure that is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from declaim.studio.passage import Place


class Evidence(StrEnum):
    """What says who speaks, from the plainest to none."""

    NAMED = "named"
    """“…,” said Anna."""
    PRONOUN = "pronoun"
    """“…,” she said."""
    BEAT = "beat"
    """Anna put the cup down. “…”"""
    LED_IN = "led in"
    """Anna came in, and in the next paragraph: “…”"""
    PARAGRAPH = "paragraph"
    """Another quote of the same paragraph has a speaker."""
    CONTINUED = "continued"
    """The quote goes on from the paragraph before."""
    ALTERNATION = "alternation"
    """Two people take turns."""
    ADDRESSED = "addressed"
    """Who was spoken to answers."""
    NEARBY = "nearby"
    """Somebody who was mentioned last."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of speech or thought.

    Attributes:
        place: with its marks.
        speaker: a character's name, as in :attr:`Dialogue.characters`; empty if nobody is known.
        confidence: 0 to 1: how often such evidence is right, as ``python -m bench.dialogue`` counts it.
        evidence: what it rests on.
        is_thought: whether it is thought, not said.
    """

    place: Place
    speaker: str = ""
    confidence: float = 0.0
    evidence: Evidence = Evidence.NONE
    is_thought: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks.

    Attributes:
        name: the fullest that the text calls them.
        aliases: other names.
        gender: ``female``, ``male`` or empty.
        age: ``child``, ``old`` or empty.
    """

    name: str
    aliases: tuple[str, ...] = ()
    gender: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """All that is said in a book.

    Attributes:
        lines: in reading order, not overlapping.
        people: everybody who has a line, most lines first.
    """

    lines: tuple[Line, ...] = ()
    people: tuple[Person, ...] = field(default=())

    def counts(self) -> Counter[str]:
        """Lines by speaker; those of nobody known under an empty name."""
        return Counter(line.speaker for line in self.lines)

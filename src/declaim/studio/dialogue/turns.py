"""What a conversation is made of: quotes with what is told around them, guesses, lines and turns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from declaim.studio.dialogue.lines import Evidence, Line
from declaim.studio.dialogue.marks import Quote

CONFIDENCE = {
    Evidence.NAMED: 0.94,
    Evidence.PRONOUN: 0.8,
    Evidence.BEAT: 0.75,
    Evidence.LED_IN: 0.7,
    Evidence.PARAGRAPH: 0.9,
    Evidence.CONTINUED: 0.9,
    Evidence.ALTERNATION: 0.75,
    Evidence.ADDRESSED: 0.8,
    Evidence.NEARBY: 0.6,
    Evidence.NONE: 0.0,
}
LEAST_SURE = 0.65
"""Confidence below which a line is nobody's: the narrator is heard, and not one of the others by chance."""
_IS_OVER = re.compile(r"[。！？!?….][”’」』\"']+$")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A quote and the narration around it, as far as the quotes next to it in the block."""

    quote: Quote
    text: str
    before: str
    behind: str


@dataclass(slots=True)
class Said:
    """A line, and what the conversation needs to know of it."""

    block: int
    line: Line
    addressed: tuple[str, ...] = ()


@dataclass(slots=True)
class Turn:
    """All that one person says in a block."""

    block: int
    speaker: str
    addressed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """Who may say a quote, why, and to whom."""

    speaker: str
    evidence: Evidence
    is_thought: bool = False
    listener: str = ""


@dataclass(slots=True)
class Narration:
    """What was told since the last turn."""

    block: int = -1
    text: str = ""
    people: list[str] = field(default_factory=list)
    last: str = ""
    """Who did something last."""
    topic: str = ""
    """Whom its last sentence is about."""
    is_paragraph: bool = False
    """Whether it stands between paragraphs with dialogue, not behind a quote."""


def parts(utterances: Sequence[Utterance]) -> list[list[Utterance]]:
    """The quotes of a block, parted where one that is over meets another: there somebody else answers."""
    parts = [[utterances[0]]]
    for before, here in pairwise(utterances):
        if not here.before.strip() and _IS_OVER.search(before.text):
            parts.append([])
        parts[-1].append(here)
    return parts


def spread(guesses: Sequence[Guess | None]) -> list[Guess | None]:
    """Quotes of a paragraph without a tag of their own have the speaker of the one before, or else behind."""
    found = list(guesses)
    for index in range(1, len(found)):
        if found[index] is None and (before := found[index - 1]):
            found[index] = replace(before, evidence=Evidence.PARAGRAPH)
    for index in range(len(found) - 2, -1, -1):
        if found[index] is None and (behind := found[index + 1]):
            found[index] = replace(behind, evidence=Evidence.PARAGRAPH)
    return found


def line_of(line: Line, speaker: str, evidence: Evidence) -> Line:
    """A line with its speaker, as sure as such evidence is."""
    confidence = CONFIDENCE[evidence] if speaker or evidence is Evidence.NAMED else 0.0
    return replace(line, speaker=speaker, evidence=evidence, confidence=confidence)

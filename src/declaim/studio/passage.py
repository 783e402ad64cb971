"""What is to be spoken, by whom and where it stands: what books and scripts both come down to."""

from __future__ import annotations

from dataclasses import dataclass

from declaim.prosody.score import Score


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a book's or a script's own text.

    Attributes:
        chapter: index of the chapter.
        block: index of the block in it; of a script, of the turn.
        start: offset of the first character in that block's text.
        end: offset behind the last one.
    """

    chapter: int
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text in one voice: a paragraph without dialogue, a line of dialogue, a turn.

    Attributes:
        text: for the text stage, in the markup of ``docs/markup.md``.
        place: where it stands.
        voice: a name or a blend; empty is the configuration's.
        speaker: the character's or the person's name; empty is the narrator.
        score: fields of each sentence's score that are set beforehand; the others are read from the text.
        expressiveness: 0 to 2; None is the configuration's.
        pause: seconds of silence after it, beside what its last sentence brings.
    """

    text: str
    place: Place
    voice: str = ""
    speaker: str = ""
    score: Score | None = None
    expressiveness: float | None = None
    pause: float = 0.0

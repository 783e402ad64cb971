"""A script: sections of turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.prosody.score import Score


@dataclass(frozen=True, slots=True)
class Turn:
    r"""What somebody says before somebody else does.

    Attributes:
        speaker: as the script writes the name first; empty in a script that names nobody.
        text: in the markup of ``docs/markup.md``; ``\n\n`` is between its paragraphs, ``\n`` between lines.
        line: 1-based line of the script on which it begins.
        score: what the hint behind the name asks for; None without one.
        pause: seconds of silence after it, beside the natural gap.
    """

    speaker: str
    text: str
    line: int
    score: Score | None = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under a heading: a chapter of the episode.

    Attributes:
        title: of the heading; empty for what stands before the first.
        turns: at least one.
    """

    title: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """All that is to be said.

    Attributes:
        sections: at least one.
        warnings: what was passed over, one sentence each.
    """

    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()

    def turns(self) -> Iterator[tuple[int, int, Turn]]:
        """Every turn in order, with the index of its section and its own in that section."""
        for section_index, section in enumerate(self.sections):
            for turn_index, turn in enumerate(section.turns):
                yield section_index, turn_index, turn

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, in order of appearance."""
        return tuple(dict.fromkeys(turn.speaker for _, _, turn in self.turns()))

    def said_by(self, speaker: str) -> str:
        """All that somebody says."""
        return "\n".join(turn.text for _, _, turn in self.turns() if turn.speaker == speaker)

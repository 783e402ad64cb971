"""What was spoken: sentences as files of samples, in the order in which they are heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from declaim.acoustic.frames import SAMPLE_RATE

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.studio.passage import Place
    from declaim.timings import WordTiming


@dataclass(frozen=True, slots=True)
class Take:
    """A spoken sentence.

    Attributes:
        path: a FLAC file: mono, 16 bits, 24 kHz, at the engine's own level; shared by sentences that are
            the same in every respect.
        samples: in the file.
        text: the sentence as printed, without markup.
        place: where that stands in the book or script.
        speaker: who says it; empty is the narrator.
        words: when each word is heard, in seconds from the beginning of the file; spans are offsets in the
            text of the block or turn that ``place`` names.
        pause: seconds of silence after it.
    """

    path: Path
    samples: int
    text: str
    place: Place
    speaker: str = ""
    words: tuple[WordTiming, ...] = ()
    pause: float = 0.0

    @property
    def seconds(self) -> float:
        """Length, with the silence after it."""
        return self.samples / SAMPLE_RATE + self.pause


@dataclass(frozen=True, slots=True)
class RecordedChapter:
    """A chapter, spoken.

    Attributes:
        title: for players and file names.
        takes: in order; empty if nothing in it could be spoken.
        level: depth in the table of contents, from 1.
    """

    title: str
    takes: tuple[Take, ...]
    level: int = 1

    @property
    def seconds(self) -> float:
        """Length, with the silence after the last sentence."""
        return sum(take.seconds for take in self.takes)

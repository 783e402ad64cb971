"""When each take is heard, counted in samples, so that nothing drifts over ten hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.studio.recording import RecordedChapter, Take


@dataclass(frozen=True, slots=True)
class TimedTake:
    """A take and its place in the chapter's audio.

    Attributes:
        take: the spoken sentence.
        start: samples from the beginning of the chapter.
    """

    take: Take
    start: int

    @property
    def end(self) -> int:
        """Where its last sample stands, before its silence."""
        return self.start + self.take.samples

    @property
    def until(self) -> int:
        """Where its silence ends and the next take begins."""
        return self.end + silence_after(self.take)


def silence_after(take: Take) -> int:
    """Samples of silence behind a take."""
    return round(take.pause * SAMPLE_RATE)


def timed(takes: Iterable[Take]) -> Iterator[TimedTake]:
    """The takes of one chapter with their places in it."""
    position = 0
    for take in takes:
        placed = TimedTake(take, position)
        yield placed
        position = placed.until


def length_of(chapter: RecordedChapter) -> int:
    """Samples of a chapter, with the silence after its last sentence."""
    return sum(take.samples + silence_after(take) for take in chapter.takes)


def starts_of(chapters: Sequence[RecordedChapter]) -> list[int]:
    """Samples before each chapter, and those of the whole book as the last item."""
    starts = [0]
    for chapter in chapters:
        starts.append(starts[-1] + length_of(chapter))
    return starts


def seconds(samples: int) -> float:
    """Length of so many samples."""
    return samples / SAMPLE_RATE

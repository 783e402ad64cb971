"""The chapters of a read-along book: names of their files, and stretches of text with their clips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from declaim.studio.book import Book, Chapter
from declaim.studio.outputs.names import one_line
from declaim.studio.outputs.segments import Segment, by_block, segments_of
from declaim.studio.outputs.timeline import TimedTake, length_of, timed
from declaim.studio.recording import RecordedChapter


@dataclass(frozen=True, slots=True)
class Clip:
    """What is heard of a stretch of text.

    Attributes:
        target: the ``id`` of its element.
        start: samples from the beginning of the chapter's audio.
        end: where the next clip begins: silences are heard as well.
    """

    target: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter of the book, printed and spoken.

    Attributes:
        name: of its files, without suffix.
        title: on one line, never empty.
        printed: its text.
        recorded: its audio, maybe none.
        segments: those of each block.
    """

    name: str
    title: str
    printed: Chapter
    recorded: RecordedChapter
    segments: tuple[tuple[Segment, ...], ...]

    @property
    def length(self) -> int:
        """Samples of its audio."""
        return length_of(self.recorded)

    def clips(self) -> list[Clip]:
        """In the order in which they are heard; they tile the chapter's audio."""
        heard = sorted(
            (segment.takes[0].start, sentence_id(block, segment))
            for block, segments in enumerate(self.segments)
            for segment in segments
            if segment.takes
        )
        starts = [0, *(start for start, _ in heard[1:]), self.length]
        return [Clip(target, starts[at], starts[at + 1]) for at, (_, target) in enumerate(heard)]


def sentence_id(block: int, segment: Segment) -> str:
    """The ``id`` of a spoken stretch in its page; it stays when other stretches change."""
    return f"s{block}-{segment.start}"


def parts_of(book: Book, chapters: Sequence[RecordedChapter]) -> Iterator[Part]:
    """Every chapter of a book with its recording, of which there must be one for each."""
    digits = max(3, len(str(len(chapters))))
    for number, (printed, recorded) in enumerate(zip(book.chapters, chapters, strict=True), 1):
        name = f"chapter-{number:0{digits}}"
        title = one_line(printed.title) or str(number)
        yield Part(name, title, printed, recorded, _segments(printed, recorded))


def _segments(printed: Chapter, recorded: RecordedChapter) -> tuple[tuple[Segment, ...], ...]:
    takes = by_block(timed(recorded.takes))
    return tuple(_of_block(len(block.text), takes, index) for index, block in enumerate(printed.blocks))


def _of_block(length: int, takes: Mapping[int, list[TimedTake]], index: int) -> tuple[Segment, ...]:
    return tuple(segments_of(length, takes.get(index, [])))

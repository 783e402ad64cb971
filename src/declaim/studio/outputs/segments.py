"""A block's text cut at its takes: what was spoken, and what stands between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from declaim.studio.outputs.timeline import TimedTake


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a block's text.

    Attributes:
        start: offset of its first character.
        end: offset behind its last one.
        takes: what is heard of it, in order; none if it was not spoken.
    """

    start: int
    end: int
    takes: tuple[TimedTake, ...] = ()


def by_block(takes: Iterable[TimedTake]) -> dict[int, list[TimedTake]]:
    """The takes of one chapter by the block that they stand in."""
    blocks: dict[int, list[TimedTake]] = defaultdict(list)
    for placed in takes:
        blocks[placed.take.place.block].append(placed)
    return blocks


def segments_of(length: int, takes: Sequence[TimedTake]) -> Iterator[Segment]:
    """Segments that tile a block of ``length`` characters, in the order of the text.

    Takes that share characters (a number too long for one) are one segment. A take that stands nowhere in the
    text has none.
    """
    position = 0
    for segment in _joined(takes):
        if position < segment.start:
            yield Segment(position, segment.start)
        yield segment
        position = segment.end
    if position < length:
        yield Segment(position, length)


def _joined(takes: Sequence[TimedTake]) -> list[Segment]:
    joined: list[Segment] = []
    for placed in sorted(takes, key=lambda placed: (placed.take.place.start, placed.start)):
        start, end = placed.take.place.start, placed.take.place.end
        if start == end:
            continue
        if joined and start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Segment(last.start, max(last.end, end), (*last.takes, placed))
        else:
            joined.append(Segment(start, end, (placed,)))
    return joined

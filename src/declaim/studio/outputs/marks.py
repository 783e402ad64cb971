"""Chapters as a flat list of marks, which is all that players know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from declaim.studio.outputs.names import one_line
from declaim.studio.outputs.timeline import length_of
from declaim.studio.recording import RecordedChapter


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter in a long file.

    Attributes:
        title: on one line, never empty.
        start: its first sample.
        end: behind its last one: the next mark's start.
        level: depth in the table of contents, from 1.
    """

    title: str
    start: int
    end: int
    level: int


def flat_titles(chapters: Sequence[RecordedChapter]) -> list[str]:
    """A title for each chapter that can be told from the others without the tree around it.

    A title that occurs more than once (every part has its "Chapter 1") gets the title of the chapter above it
    in front: "Part Two: Chapter 1".
    """
    titles = [one_line(chapter.title) or str(number) for number, chapter in enumerate(chapters, 1)]
    counts = Counter(titles)
    flat, above = [], dict[int, str]()
    for chapter, title in zip(chapters, titles, strict=True):
        above = {level: name for level, name in above.items() if level < chapter.level}
        parent = above[max(above)] if above else ""
        flat.append(f"{parent}: {title}" if parent and counts[title] > 1 else title)
        above[chapter.level] = title
    return flat


def marks_of(chapters: Sequence[RecordedChapter]) -> list[Mark]:
    """Marks that tile the book. A chapter without audio has none: players stumble over a length of zero."""
    marks, position = [], 0
    for chapter, title in zip(chapters, flat_titles(chapters), strict=True):
        length = length_of(chapter)
        if length:
            marks.append(Mark(title, position, position + length, chapter.level))
        position += length
    return marks


def coarsest(marks: Sequence[Mark], most: int) -> list[Mark]:
    """At most so many marks: without the deepest levels where that is enough, else the first ones."""
    for deepest in range(max((mark.level for mark in marks), default=1), 0, -1):
        kept = [mark for mark in marks if mark.level <= deepest]
        if len(kept) <= most:
            # The deepest levels' audio belongs to what stands before it, and the first mark begins at zero.
            return kept if kept and kept[0].start == 0 else list(marks[:most])
    return list(marks[:most])

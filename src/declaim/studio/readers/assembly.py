"""Chapters out of a book's blocks, cut where its table of contents or its headings say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from declaim.errors import BookEmptyError
from declaim.studio.book import Block, BlockKind, Book, Chapter, SkippedKind
from declaim.studio.readers.omissions import Omissions

MAX_CHAPTER = 2_000_000
"""Characters: a hundred hours. What is longer is a file in which no chapter was found."""
_DEEPEST_TITLE = 200
"""Characters of a title; a paragraph that is marked up as a heading is cut for the list of chapters."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a chapter begins.

    Attributes:
        position: index of its first block.
        title: as in the table of contents, or of its heading.
        level: depth, from 1.
        where: the file it is in, if there are several.
    """

    position: int
    title: str
    level: int = 1
    where: str = ""


def assemble(
    blocks: Sequence[Block], openings: Sequence[Opening], omissions: Omissions, *, front: str
) -> tuple[Chapter, ...]:
    """The chapters of a book. Ones without text, or with far too much, are left out and named.

    Args:
        blocks: of the whole book, in reading order.
        openings: where chapters begin, by position.
        omissions: is told of chapters that are left out.
        front: title of what stands before the first opening, if it has no heading.
    """
    starts = _distinct(openings, omissions)
    if not starts or starts[0].position > 0:
        starts.insert(0, Opening(0, _front_title(blocks, starts, front)))
    ends = [opening.position for opening in starts[1:]] + [len(blocks)]
    chapters = []
    for opening, end in zip(starts, ends, strict=True):
        chapter = _chapter(opening, blocks[opening.position : end])
        if why := _unusable(chapter):
            is_front = not openings or opening.position < openings[0].position
            if not (is_front and not chapter.blocks):
                omissions.add(*why)
        else:
            chapters.append(chapter)
    return _levels_closed(chapters)


def by_headings(blocks: Sequence[Block]) -> tuple[str, list[Opening]]:
    """Where chapters begin by their headings: those of the two outermost levels.

    A single heading of the outermost level, before all others, is the book's title.

    Returns:
        The book's title, or nothing, and the openings.
    """
    headings = [(i, block) for i, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    levels = sorted({block.level for _, block in headings})
    title = ""
    if len(levels) > 1 and headings[0][1].level == levels[0]:
        outermost = [block for _, block in headings if block.level == levels[0]]
        if len(outermost) == 1:
            title = outermost[0].text
            levels.pop(0)
    depth = {level: index for index, level in enumerate(levels[:2], 1)}
    openings = [Opening(i, b.text, depth[b.level]) for i, b in headings if b.level in depth]
    return title, openings


def finished(book: Book, omissions: Omissions) -> Book:
    """A book with the report of what it lacks.

    Raises:
        BookEmptyError: there is not one chapter with text in it.
    """
    if not book.chapters:
        reasons = "; ".join(f"{left_out.where}: {left_out.why}" for left_out in [*omissions][:3])
        raise BookEmptyError(
            f"{book.title} has no text to read" + (f" ({reasons})" if reasons else ""),
            hint="scanned pages need text recognition (OCR) first",
        )
    return replace(book, skipped=tuple(omissions))


def _distinct(openings: Sequence[Opening], omissions: Omissions) -> list[Opening]:
    """One opening a position: a part and its first chapter in one place are one, under both names."""
    distinct = []
    for _, group in groupby(openings, key=lambda opening: opening.position):
        here = list(group)
        last = here[-1]
        for opening in here:
            if opening.where != last.where:
                omissions.add(SkippedKind.EMPTY, _one_line(opening.title), "it has no text of its own")
        same = [opening for opening in here if opening.where == last.where]
        names = dict.fromkeys(_one_line(opening.title) for opening in same if opening.title.strip())
        distinct.append(replace(last, title=" · ".join(names), level=min(o.level for o in same)))
    return distinct


def _front_title(blocks: Sequence[Block], starts: Sequence[Opening], front: str) -> str:
    end = starts[0].position if starts else len(blocks)
    heading = next((b.text for b in blocks[:end] if b.kind is BlockKind.HEADING), "")
    return heading or front


def _chapter(opening: Opening, blocks: Sequence[Block]) -> Chapter:
    kept = tuple(_without_needless_breaks(blocks))
    first = next((block.text for block in kept if block.text), "")
    return Chapter(_one_line(opening.title) or _one_line(first)[:40] or "—", kept, opening.level)


def _unusable(chapter: Chapter) -> tuple[SkippedKind, str, str] | None:
    if not chapter.blocks:
        return SkippedKind.EMPTY, chapter.title, "it has no text"
    if chapter.characters > MAX_CHAPTER:
        return (
            SkippedKind.DAMAGED,
            chapter.title,
            f"it has {chapter.characters:,} characters, and a chapter may have {MAX_CHAPTER:,}",
        )
    return None


def _levels_closed(chapters: Sequence[Chapter]) -> tuple[Chapter, ...]:
    """Chapters in which no level is skipped: the first is of level 1, no next one more than one deeper."""
    closed: list[Chapter] = []
    above: list[int] = []
    for chapter in chapters:
        while above and above[-1] >= chapter.level:
            above.pop()
        above.append(chapter.level)
        closed.append(replace(chapter, level=len(above)))
    return tuple(closed)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_DEEPEST_TITLE]


def _without_needless_breaks(blocks: Sequence[Block]) -> Iterator[Block]:
    """One scene break where several follow each other, and none at either end or behind a heading."""
    breaks = False
    previous: Block | None = None
    for block in blocks:
        if block.kind is BlockKind.SCENE_BREAK:
            breaks = previous is not None and previous.kind is not BlockKind.HEADING
            continue
        if breaks:
            yield Block(BlockKind.SCENE_BREAK)
        yield block
        breaks, previous = False, block

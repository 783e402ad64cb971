"""Chapters of our own in the manner of modern novels, whose quotes are marked where they stand.

A file begins with ``title:``, ``set:`` and a line for each speaker: a key, ``=``, the name and other names.
Behind a blank line comes the chapter, a paragraph a line, its heading first. ``{key.n}`` before a quote is
who says it, and that a tag names them; ``p`` is a pronoun, ``i`` is implicit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from declaim.studio.book import Block, BlockKind, Book, Chapter

if TYPE_CHECKING:
    from pathlib import Path

_MARK: Final = re.compile(r"\{(?P<key>[^.}]+)\.(?P<kind>[npi])\}(?=“)")
_KINDS: Final = {"n": "named", "p": "pronoun", "i": "implicit"}


@dataclass(frozen=True, slots=True)
class OwnChapter:
    """A chapter and what is marked in it.

    Attributes:
        title: of the chapter.
        held_out: whether the rules were written without it.
        names: how each speaker may be called, the usual name first.
        quotes: block, start, end, speaker and kind of each.
        book: the chapter alone.
    """

    title: str
    held_out: bool
    names: dict[str, tuple[str, ...]]
    quotes: tuple[tuple[int, int, int, str, str], ...]
    book: Book


def read_chapter(path: Path) -> OwnChapter:
    """A chapter of a file.

    Raises:
        KeyError: a quote is marked with a speaker whom the file does not declare.
    """
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    title, kind, *declared = head.split("\n")
    called = {key.strip(): tuple(names.split()) for key, _, names in (row.partition("=") for row in declared)}
    heading, *paragraphs = [line for line in body.split("\n") if line]
    blocks, quotes = [Block(BlockKind.HEADING, heading, level=1)], []
    for index, paragraph in enumerate(paragraphs, start=1):
        text, marks = _unmarked(paragraph)
        blocks.append(Block(BlockKind.PARAGRAPH, text))
        for start, key, sort in marks:
            end = text.index("”", start) + 1
            quotes.append((index, start, end, called[key][0], _KINDS[sort]))
    book = Book(heading, (Chapter(heading, tuple(blocks)),))
    names = {one[0]: one for one in called.values()}
    return OwnChapter(title.removeprefix("title: "), kind == "set: held out", names, tuple(quotes), book)


def _unmarked(paragraph: str) -> tuple[str, list[tuple[int, str, str]]]:
    """A paragraph without marks, and where each stood."""
    text, marks, position = "", [], 0
    for mark in _MARK.finditer(paragraph):
        text += paragraph[position : mark.start()]
        marks.append((len(text), mark["key"], mark["kind"]))
        position = mark.end()
    return text + paragraph[position:], marks

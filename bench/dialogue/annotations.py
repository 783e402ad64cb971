"""Chapters of which somebody who read them has written down what is said and by whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.dialogue.own_chapters import read_chapter
from bench.dialogue.works import book_of
from declaim.studio.book import Book

_HERE = Path(__file__).parent
GROUP = "*"
"""Said by several at once, or by nobody in particular: rightly no one's."""
EITHER = "either"
"""A quote that can as well be told as said: it counts neither way."""


@dataclass(frozen=True, slots=True)
class GoldLine:
    """A quote as it was annotated.

    Attributes:
        block: index of the paragraph; the heading is 0.
        start, end: offsets in it, marks included.
        speaker: a key of the chapter's names, or ``*``.
        kind: ``named``, ``pronoun`` (so says a tag in the paragraph or right before it), ``implicit``,
            ``either``.
    """

    block: int
    start: int
    end: int
    speaker: str
    kind: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotated chapter.

    Attributes:
        name: of its file.
        title: of the work.
        held_out: whether the rules were written without it.
        names: how a speaker may be called.
        lines: in order.
        book: the chapter alone.
    """

    name: str
    title: str
    held_out: bool
    names: dict[str, tuple[str, ...]]
    lines: tuple[GoldLine, ...]
    book: Book

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""
        return "en" if self.title.isascii() else "zh"


def annotations() -> Iterator[Annotation]:
    """All annotated chapters; the texts of works are fetched the first time."""
    for path in sorted((_HERE / "own").glob("*.txt")):
        own = read_chapter(path)
        lines = tuple(GoldLine(*row) for row in own.quotes)
        yield Annotation(path.stem, own.title, own.held_out, own.names, lines, own.book)
    for path in sorted(_HERE.glob("*.json")):
        table = json.loads(path.read_text(encoding="utf-8"))
        yield Annotation(
            path.stem,
            table["title"],
            table["set"] == "held out",
            {name: tuple(called) for name, called in table["names"].items()},
            tuple(GoldLine(*row) for row in table["quotes"]),
            book_of(table["work"], table["begins"], table["ends"]),
        )

"""What a book is to whoever reads it aloud: chapters of blocks in reading order, and what was left out.

Every reader of a format (:mod:`declaim.studio.readers`) gives a :class:`Book`, and everything after it knows
nothing else: who says what, how long it will take, the audio, the subtitles. A block's ``text`` is what a
page would show; :meth:`Block.spoken` is the same text as :meth:`declaim.Synthesizer.speak` wants it, in which
the text's own brackets are no markup and the readings given beside characters are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

_READS_AS_DIRECTIVE = re.compile(r"\[(?=pause|/?voice|[^\[\]\n]{1,100}\]\(/)")
_READS_AS_HTML = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_HTML = {"<": "&lt;", "&": "&amp;"}


class BlockKind(StrEnum):
    """What a block is to the ear."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    VERSE = "verse"
    r"""A group of lines that stay lines: its text has ``\n`` between them."""
    QUOTATION = "quotation"
    """A paragraph set apart as someone else's: a letter, a document, an epigraph."""
    SCENE_BREAK = "scene break"
    """A row of stars or an ornament: no text, a longer silence."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a stretch of a block's text is pronounced, as the book itself says (ruby).

    Attributes:
        start: offset of its first character in the block's text.
        end: offset behind its last character.
        pronunciation: pinyin with tone digits, a syllable a character (``chong2 qing4``), or IPA.
    """

    start: int
    end: int
    pronunciation: str


@dataclass(frozen=True, slots=True)
class Block:
    r"""A paragraph, or what takes the place of one.

    Attributes:
        kind: what it is.
        text: as printed, composed (NFC) and on one line, but for the ``\n`` of verse. A scene break has none;
            any other block's has a letter, digit or ideograph.
        readings: pronunciations that the book gives, in order, not overlapping.
        level: of a heading, 1 (the outermost) to 6; 0 for all others.
    """

    kind: BlockKind
    text: str = ""
    readings: tuple[Reading, ...] = ()
    level: int = 0

    def spoken(self, start: int = 0, end: int | None = None) -> str:
        """The text, or a stretch of it, for the text stage, in the markup of ``docs/markup.md``.

        Args:
            start: offset in ``text`` where the stretch begins.
            end: offset behind it; None is the end.

        Returns:
            The stretch; a reading that is not whole inside it is left out.
        """
        end = len(self.text) if end is None else end
        pieces, position = [], start
        for reading in self.readings:
            if start <= reading.start and reading.end <= end:
                word = self.text[reading.start : reading.end]
                pieces += [
                    _literal(self.text[position : reading.start]),
                    f"[{word}](/{reading.pronunciation}/)",
                ]
                position = reading.end
        return "".join((*pieces, _literal(self.text[position:end])))


def _literal(text: str) -> str:
    """Text in which nothing is markup to the text stage: a book on HTML keeps its tags."""
    text = _READS_AS_HTML.sub(lambda match: _HTML[match.group()], text)
    return _READS_AS_DIRECTIVE.sub(r"\\[", text)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one entry of the table of contents stands for, without the entries below it.

    Attributes:
        title: for players and file names, on one line; never empty. It is spoken only if a block says it.
        blocks: in reading order; at least one of them has text.
        level: depth in the table of contents, from 1. A part is a chapter of level 1, often with nothing but
            its heading, and the chapters in it, which follow it, are of level 2.
    """

    title: str
    blocks: tuple[Block, ...]
    level: int = 1

    @property
    def characters(self) -> int:
        """Characters of its text, spaces included."""
        return sum(len(block.text) for block in self.blocks)


class SkippedKind(StrEnum):
    """What was left out of a book."""

    NOTE = "note"
    """A footnote or endnote, or the mark in the text that points to it."""
    PAGE_NUMBER = "page number"
    RUNNING_HEAD = "running head"
    IMAGE = "image"
    TABLE = "table"
    CODE = "code"
    NAVIGATION = "navigation"
    """A table of contents, a menu: what is there to be clicked."""
    EMPTY = "empty chapter"
    DAMAGED = "damaged chapter"
    """What could not be read, for the reason that is given."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is in the file and not in the book.

    Attributes:
        kind: what it is.
        where: the chapter's title, or the file in the archive, or the page.
        why: one sentence for the report; may quote how what was left out begins.
        count: how many of them there are in that place.
    """

    kind: SkippedKind
    where: str
    why: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Cover:
    """The picture on the front.

    Attributes:
        data: the file's bytes, as they were.
        media_type: ``image/jpeg`` or ``image/png``, by the bytes themselves.
    """

    data: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What else a file says of its book; empty where it says nothing.

    Attributes:
        publisher: its name.
        published: the date, as written: ``2019``, ``2019-04-01``.
        description: plain text, paragraphs apart by a blank line.
        subjects: genres, topics.
        identifier: ISBN, UUID or address.
        rights: the copyright line.
        translators: names.
        series: the series' title.
        series_index: the book's place in it, as written: ``2``, ``2.5``.
    """

    publisher: str = ""
    published: str = ""
    description: str = ""
    subjects: tuple[str, ...] = ()
    identifier: str = ""
    rights: str = ""
    translators: tuple[str, ...] = ()
    series: str = ""
    series_index: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A book that can be read aloud.

    Attributes:
        title: never empty: the file's name where the file says none.
        chapters: in reading order; at least one.
        authors: names, as written.
        language: a BCP 47 tag (``zh-Hans``, ``en-GB``) or empty when the file names none.
        cover: None when there is none that is a JPEG or PNG.
        metadata: what else is known.
        skipped: what the file has and the book has not, in the file's order.
    """

    title: str
    chapters: tuple[Chapter, ...]
    authors: tuple[str, ...] = ()
    language: str = ""
    cover: Cover | None = None
    metadata: Metadata = field(default_factory=Metadata)
    skipped: tuple[Skipped, ...] = ()

    @property
    def characters(self) -> int:
        """Characters of its text, spaces included."""
        return sum(chapter.characters for chapter in self.chapters)

    def blocks(self) -> Iterator[tuple[int, int, Block]]:
        """Every block in reading order, with the index of its chapter and its own in that chapter."""
        for chapter_index, chapter in enumerate(self.chapters):
            for block_index, block in enumerate(chapter.blocks):
                yield chapter_index, block_index, block

"""Word documents (Office Open XML, ISO/IEC 29500), read with ``zipfile`` and lxml.

python-docx shows neither ruby nor notes nor what an outline level a style inherits, which is what is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from declaim.errors import BookDamagedError
from declaim.studio.book import Block, BlockKind, Book, Metadata, SkippedKind
from declaim.studio.readers.archive import Archive
from declaim.studio.readers.assembly import assemble, by_headings, finished
from declaim.studio.readers.block_lines import blocks_of
from declaim.studio.readers.docx_styles import Styles, read_styles
from declaim.studio.readers.inline import InlineText
from declaim.studio.readers.markup_tree import Element, attribute, descendants, first, parse_xml, tag, text_of
from declaim.studio.readers.omissions import Omissions
from declaim.studio.readers.ruby import Gloss

_DOCUMENT = "word/document.xml"
_STYLES = "word/styles.xml"
_PROPERTIES = "docProps/core.xml"
_MARKS = frozenset({"footnotereference", "endnotereference", "commentreference", "annotationref"})
_PICTURES = frozenset({"drawing", "pict", "object"})
_LEFT_OUT = frozenset(
    {"ppr", "rpr", "del", "instrtext", "deltext", "movefrom", "fldchar", "sectpr", "fallback"}
)
"""Properties, what was deleted while changes are tracked, and codes of fields."""
_SYMBOLS = {"tab": " ", "nobreakhyphen": "-", "softhyphen": ""}


def read_docx(path: Path) -> Book:
    """A book from a Word document, cut into chapters at its headings.

    Raises:
        BookProtectedError: it is encrypted.
        BookDamagedError: it is no Word document, or broken.
        BookTooLargeError: it unpacks to too much.
        BookEmptyError: it has no text.
    """
    with Archive(path) as archive:
        omissions = Omissions()
        root = parse_xml(archive.read(_DOCUMENT), _DOCUMENT)
        styles = read_styles(parse_xml(archive.read(_STYLES), _STYLES)) if _STYLES in archive else Styles({})
        said = _properties(archive)
    body = first(root, "body")
    if body is None:
        raise BookDamagedError(f"{path.name} has no text body", hint="save it once more")
    blocks = list(_Document(path.name, styles, omissions).blocks(body))
    heading, openings = by_headings(blocks)
    blocks = [replace(b, level=1) if b.kind is BlockKind.HEADING and not b.level else b for b in blocks]
    title = said.get("title") or heading or path.stem
    author = said.get("creator", "")
    book = Book(
        title,
        assemble(blocks, openings, omissions, front=title),
        tuple(filter(None, re.split(r"\s*[;；]\s*", author))),
        said.get("language", ""),
        metadata=Metadata(
            description=said.get("description", ""),
            subjects=tuple(filter(None, (said.get("subject", ""),))),
            published=said.get("created", "")[:10],
        ),
    )
    return finished(book, omissions)


def _properties(archive: Archive) -> dict[str, str]:
    if _PROPERTIES not in archive:
        return {}
    root = parse_xml(archive.read(_PROPERTIES), _PROPERTIES)
    return {tag(node): text_of(node) for node in root}


class _Document:
    def __init__(self, where: str, styles: Styles, omissions: Omissions) -> None:
        self._where = where
        self._styles = styles
        self._omissions = omissions

    def blocks(self, parent: Element) -> Iterator[Block]:
        """The blocks inside the body, a cell, or a content control."""
        for node in parent:
            name = tag(node)
            if name == "p":
                yield from self._paragraph(node)
            elif name == "tbl":
                yield from self._table(node)
            elif name in {"sdt", "sdtcontent", "customxml", "ins", "smarttag"}:
                yield from self.blocks(node)

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        style = self._styles.of(paragraph)
        inline = InlineText()
        self._runs(paragraph, inline)
        lines = inline.take()
        if style.is_contents:
            if lines:
                self._skip(SkippedKind.NAVIGATION, "contents and menus are not read")
            return
        yield from blocks_of(lines, style.kind, level=style.level)

    def _table(self, table: Element) -> Iterator[Block]:
        rows = [[cell for cell in row if tag(cell) == "tc"] for row in table if tag(row) == "tr"]
        if len(rows) > 1 and max(map(len, rows)) > 1:
            self._skip(SkippedKind.TABLE, "tables are not read")
            return
        for row in rows:
            for cell in row:
                yield from self.blocks(cell)

    def _runs(self, parent: Element, inline: InlineText) -> None:
        for node in parent:
            name = tag(node)
            if name == "t":
                inline.add(node.text or "")
            elif name in {"br", "cr"}:
                self._break(node, inline)
            elif name in _SYMBOLS:
                inline.add(_SYMBOLS[name])
            elif name == "ruby":
                self._ruby(node, inline)
            elif name in _MARKS:
                self._skip(SkippedKind.NOTE, "footnotes, endnotes and comments are not read")
            elif name in _PICTURES:
                self._skip(SkippedKind.IMAGE, "pictures are not read")
            elif name not in _LEFT_OUT:
                self._runs(node, inline)

    def _break(self, node: Element, inline: InlineText) -> None:
        if attribute(node, "type") not in {"page", "column"}:
            inline.end_line()

    def _ruby(self, ruby: Element, inline: InlineText) -> None:
        parts = {"rt": "", "rubybase": ""}
        for name in parts:
            node = first(ruby, name)
            parts[name] = "".join(t.text or "" for t in descendants(node, "t")) if node is not None else ""
        gloss = Gloss(parts["rubybase"], parts["rt"])
        inline.add_read(gloss.base, gloss.pronunciation)
        if gloss.beside and not gloss.pronunciation:
            self._skip(SkippedKind.NOTE, "ruby text that is no pronunciation is not read")

    def _skip(self, kind: SkippedKind, why: str) -> None:
        self._omissions.add(kind, self._where, why)

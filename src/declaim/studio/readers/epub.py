"""EPUB 2 and 3.

Read with the standard library's ``zipfile`` and lxml: what a listener needs of an EPUB is two small XML files
and its pages, and the one Python library that reads more of it, EbookLib, is under the AGPL.
"""

from __future__ import annotations

from pathlib import Path

from declaim.errors import BookDamagedError, BookError
from declaim.studio.book import Book, Cover, SkippedKind
from declaim.studio.readers.archive import Archive, resolve
from declaim.studio.readers.assembly import Opening, assemble, by_headings, finished
from declaim.studio.readers.epub_contents import Entry, read_contents
from declaim.studio.readers.epub_package import Item, Package, read_package
from declaim.studio.readers.epub_protection import refuse_protected
from declaim.studio.readers.markup_tree import Element, attribute, parse_page, tag
from declaim.studio.readers.omissions import Omissions
from declaim.studio.readers.page import Placed, read_page
from declaim.studio.readers.page_notes import Notes

_PICTURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_PAGES = frozenset(
    {"application/xhtml+xml", "text/html", "application/xml", "text/xml", "text/x-oeb1-document"}
)


def read_epub(path: Path) -> Book:
    """A book from an EPUB, in the order of its spine, cut into chapters by its table of contents.

    Raises:
        BookProtectedError: it is encrypted.
        BookDamagedError: it is no EPUB, or broken as a whole.
        BookTooLargeError: it unpacks to too much.
        BookEmptyError: no chapter of it has text.
    """
    with Archive(path) as archive:
        refuse_protected(archive, path.name)
        return _EpubReader(archive, read_package(archive), path.stem).read()


class _EpubReader:
    def __init__(self, archive: Archive, package: Package, fallback: str) -> None:
        self._archive = archive
        self._package = package
        self._title = package.title or fallback
        self._omissions = Omissions()
        self._placed: list[Placed] = []
        self._starts: dict[str, int] = {}
        """Of each page, the index of its first block."""

    def read(self) -> Book:
        package = self._package
        entries = self._contents()
        titles = {entry.file: entry.title for entry in reversed(entries) if entry.title}
        self._read_pages(self._pages(titles), titles)
        blocks = [placed.block for placed in self._placed]
        openings = self._openings(entries)
        if len(openings) <= 1:  # a table of contents that names the book only
            openings = by_headings(blocks)[1] or openings
        chapters = assemble(blocks, openings, self._omissions, front=self._title)
        book = Book(
            self._title,
            chapters,
            package.authors,
            package.language,
            self._cover(),
            package.metadata,
        )
        return finished(book, self._omissions)

    def _pages(self, titles: dict[str, str]) -> dict[str, Element]:
        """The roots of the pages in reading order; one that cannot be parsed is named and left out."""
        pages: dict[str, Element] = {}
        for item in self._package.spine:
            if item.name in pages:
                continue
            try:
                pages[item.name] = self._page(item)
            except BookError as error:
                self._omissions.add(SkippedKind.DAMAGED, titles.get(item.name, item.name), str(error))
        for item in self._package.aside:
            self._omissions.add(SkippedKind.NOTE, item.name, "the book keeps it out of its reading order")
        return pages

    def _page(self, item: Item) -> Element:
        if item.media_type not in _PAGES:
            raise BookDamagedError(f"it is no page but {item.media_type or 'of no type'}")
        return parse_page(self._archive.read(item.name), item.name)

    def _read_pages(self, pages: dict[str, Element], titles: dict[str, str]) -> None:
        notes = Notes(pages)
        for name, root in pages.items():
            self._starts[name] = len(self._placed)
            if self._package.contents and name == self._package.contents.name:
                self._omissions.add(SkippedKind.NAVIGATION, name, "contents and menus are not read")
                continue
            where = titles.get(name) or name
            placed = read_page(root, where, notes, self._omissions)
            if self._has_only_notes(placed, where):
                self._omissions.add(SkippedKind.NOTE, where, "it has nothing but notes")
            else:
                self._placed += placed

    def _has_only_notes(self, placed: list[Placed], where: str) -> bool:
        """Whether nothing but headings is left of a page once its notes are taken out."""
        has_text = any(p.block.text and not p.block.level for p in placed)
        return not has_text and self._omissions.count(SkippedKind.NOTE, where) > 0

    def _contents(self) -> list[Entry]:
        item = self._package.contents
        if item is None:
            return []
        try:
            return read_contents(parse_page(self._archive.read(item.name), item.name), item.name)
        except BookError as error:
            self._omissions.add(SkippedKind.NAVIGATION, item.name, f"chapters go by headings: {error}")
            return []

    def _openings(self, entries: list[Entry]) -> list[Opening]:
        anchors = self._anchors()
        openings = []
        for entry in entries:
            start = self._starts.get(entry.file)
            if start is not None:
                position = anchors.get((entry.file, entry.anchor), start)
                openings.append(Opening(position, entry.title, entry.level, entry.file))
        return sorted(openings, key=lambda opening: opening.position)

    def _anchors(self) -> dict[tuple[str, str], int]:
        names = sorted(self._starts, key=lambda name: self._starts[name])
        ends = [*(self._starts[name] for name in names[1:]), *([len(self._placed)] if names else [])]
        anchors: dict[tuple[str, str], int] = {}
        for name, end in zip(names, ends, strict=True):
            for index in range(self._starts[name], end):
                for anchor in self._placed[index].anchors:
                    anchors.setdefault((name, anchor), index)
        return anchors

    def _cover(self) -> Cover | None:
        item = self._package.cover
        try:
            data = self._picture(item) if item else None
        except BookError as error:
            self._omissions.add(SkippedKind.IMAGE, "cover", str(error))
            return None
        if data is None:
            return None
        for magic, media_type in _PICTURES:
            if data.startswith(magic):
                return Cover(data, media_type)
        self._omissions.add(SkippedKind.IMAGE, "cover", "it is neither JPEG nor PNG")
        return None

    def _picture(self, item: Item) -> bytes | None:
        """The bytes of a picture, or of the first picture on a page."""
        if item.media_type not in _PAGES:
            return self._archive.read(item.name)
        page = parse_page(self._archive.read(item.name), item.name)
        for node in page.iter():
            reference = (
                attribute(node, "src" if tag(node) == "img" else "href")
                if tag(node) in {"img", "image"}
                else ""
            )
            if reference:
                return self._archive.read(resolve(item.name, reference))
        return None

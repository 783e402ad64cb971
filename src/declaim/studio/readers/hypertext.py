"""Books in one HTML page."""

from __future__ import annotations

from pathlib import Path

from declaim.studio.book import Book, Metadata
from declaim.studio.readers.assembly import assemble, by_headings, finished
from declaim.studio.readers.markup_tree import Element, descendants, first, parse_page, text_of
from declaim.studio.readers.omissions import Omissions
from declaim.studio.readers.page import read_page
from declaim.studio.readers.page_notes import Notes
from declaim.studio.readers.source import MAX_TEXT_FILE, read_bytes


def read_html(path: Path) -> Book:
    """A book from an HTML or XHTML file, cut into chapters at its headings.

    Raises:
        BookDamagedError: there is nothing in it, or it is nested too deep.
        BookTooLargeError: it has more than 64 MiB.
        BookEmptyError: it has no text.
    """
    return book_of_page(parse_page(read_bytes(path, MAX_TEXT_FILE), path.name), path)


def book_of_page(root: Element, path: Path) -> Book:
    """A book from the root of a page; ``path`` gives it a title if nothing in it does.

    Raises:
        BookEmptyError: it has no text.
    """
    omissions = Omissions()
    named = {
        (node.get("name") or "").lower(): node.get("content") or "" for node in descendants(root, "meta")
    }
    head = first(root, "title")
    given = named.get("dc.title") or (text_of(head) if head is not None else "")
    blocks = [placed.block for placed in read_page(root, path.name, Notes({path.name: root}), omissions)]
    heading, openings = by_headings(blocks)
    title = given or heading or path.stem
    author = named.get("author") or named.get("dc.creator") or ""
    book = Book(
        title,
        assemble(blocks, openings, omissions, front=title),
        (author,) if author else (),
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        metadata=Metadata(description=named.get("description", ""), published=named.get("dc.date", "")),
    )
    return finished(book, omissions)

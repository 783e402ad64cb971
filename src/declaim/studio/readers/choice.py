"""The reader for a file, chosen by what is in it: names lie."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from os import PathLike
from pathlib import Path

from declaim.errors import BookDamagedError, BookFormatError, BookProtectedError
from declaim.studio.book import Book
from declaim.studio.readers.source import file_size, read_head

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_PDF = b"%PDF-"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOBI = (60, b"BOOKMOBI")
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_PDF_WITHIN = 1024
"""Bytes before a PDF's mark that viewers forgive (ISO 32000-1, annex H.3)."""
_READERS: dict[str, tuple[str, str]] = {
    "epub": ("epub", "read_epub"),
    "docx": ("docx", "read_docx"),
    "pdf": ("pdf", "read_pdf"),
    "html": ("hypertext", "read_html"),
    "markdown": ("markdown", "read_markdown"),
    "text": ("plain_text", "read_plain_text"),
}
_BY_SUFFIX = {
    ".md": "markdown", ".markdown": "markdown", ".mkd": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".xht": "html",
}  # fmt: skip
FORMATS = tuple(_READERS)
"""What can be read."""


def read_book(path: str | PathLike[str]) -> Book:
    """A book from a file: EPUB 2 or 3, DOCX, PDF with a text layer, HTML, Markdown or plain text.

    The format is told by the file's first bytes; its name only decides between the kinds of text.

    Args:
        path: of the file. Links are followed.

    Raises:
        BookFormatError: it is a folder, a device, or in no format that can be read.
        BookProtectedError: it is encrypted.
        BookDamagedError: nothing of it can be read.
        BookTooLargeError: it is too large, or unpacks to too much.
        BookEmptyError: there is no text in it.
        BookError: there is no such file, or it may not be read.
    """
    book_path = Path(path)
    if file_size(book_path) == 0:
        raise BookDamagedError(f"{book_path.name} is empty", hint="fetch it once more")
    return _reader(format_of(book_path))(book_path)


def format_of(path: Path) -> str:
    """The format of a file, one of :data:`FORMATS`.

    Raises:
        BookFormatError: it is in none of them.
        BookProtectedError: it is an encrypted Word document.
        BookDamagedError: it is an archive that cannot be opened.
    """
    head = read_head(path)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _format_of_archive(path)
    if _PDF in head[:_PDF_WITHIN]:
        return "pdf"
    if head.startswith(_OLE):
        raise _of_ole(path)
    if head[_MOBI[0] :].startswith(_MOBI[1]):
        raise BookFormatError(f"{path.name} is a Kindle book", hint="convert it to EPUB")
    suffix = _BY_SUFFIX.get(path.suffix.lower(), "text")
    return "html" if _HTML.match(head) else suffix


def _format_of_archive(path: Path) -> str:
    from declaim.studio.readers.archive import Archive  # noqa: PLC0415 - only for archives

    with Archive(path) as archive:
        if "word/document.xml" in archive:
            return "docx"
        names = archive.names
        if "META-INF/container.xml" in archive or any(name.lower().endswith(".opf") for name in names):
            return "epub"
    raise BookFormatError(f"{path.name} is an archive, but no EPUB or DOCX", hint="unpack it first")


def _of_ole(path: Path) -> BookFormatError | BookProtectedError:
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0" in path.read_bytes()[: 2**20]:
        return BookProtectedError(f"{path.name} is locked with a password", hint="save it without one")
    return BookFormatError(f"{path.name} is an old Word document", hint="save it as .docx")


def _reader(name: str) -> Callable[[Path], Book]:
    """A reader by the name of its format; each imports its own libraries, only when needed."""
    module, function = _READERS[name]
    try:
        reader: Callable[[Path], Book] = getattr(import_module(f"declaim.studio.readers.{module}"), function)
    except ModuleNotFoundError as error:
        raise BookFormatError(
            f"reading {name} needs the package {error.name}", hint="pip install 'declaim[studio]'"
        ) from error
    return reader

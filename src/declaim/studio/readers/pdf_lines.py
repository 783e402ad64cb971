"""The lines of a PDF with their places, printed as JSON: run as a process of its own.

PDFium is native code that reads files from strangers; what crashes or hangs in it must not be whoever asked.
"""

from __future__ import annotations

import ctypes
import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MAX_PAGES = 20_000
LOCKED = "locked"
DAMAGED = "damaged"
HYPHEN = "\x02"
"""What PDFium gives for a hyphen at a line's end."""
_LINE_ENDS = frozenset("\r\n")
_RAISED = 0.8
"""A character smaller than this share of its line's size is raised or lowered: a mark of a note."""


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of text on a page.

    Attributes:
        text: its characters; :data:`HYPHEN` is the last of one that ends inside a word.
        left: x of its first character, in points from the page's left edge.
        right: x of the end of its last.
        bottom: y of its lowest point, in points from the page's lower edge.
        top: y of its highest point.
        size: height of its letters, in points, of most of its characters.
        marks: small figures and signs in it that are left out of the text.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    marks: int = 0


def main(path: str) -> int:
    """Print what a PDF holds; the exit code is 0 whenever that is JSON."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
        json.dump({"error": LOCKED if is_locked else DAMAGED}, sys.stdout)
        return 0
    pages = [_page(document, number) for number in range(min(len(document), MAX_PAGES))]
    json.dump(
        {"pages": pages, "outline": _outline(document), "said": document.get_metadata_dict()}, sys.stdout
    )
    return 0


def _page(document: pypdfium2.PdfDocument, number: int) -> dict[str, Any]:
    """The lines and size of a page; ``error`` instead if it alone is damaged."""
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        return {"error": str(error)}
    width, height = page.get_size()
    lines = [asdict(line) for line in _lines(text_page)]
    text_page.close()
    page.close()
    return {"width": width, "height": height, "lines": lines}


def _lines(text_page: pypdfium2.PdfTextPage) -> list[PdfLine]:
    lines: list[PdfLine] = []
    indexes: list[int] = []
    for index in range(text_page.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if character not in _LINE_ENDS:
            indexes.append(index)
        if (
            character in _LINE_ENDS or character == HYPHEN
        ):  # after which PDFium says nothing of the line's end
            lines += _line(text_page, indexes)
            indexes = []
    return lines + _line(text_page, indexes)


def _line(text_page: pypdfium2.PdfTextPage, indexes: list[int]) -> list[PdfLine]:
    """The line that some characters make, or nothing if they are blank."""
    characters = [(chr(pdfium.FPDFText_GetUnicode(text_page, i)), _size(text_page, i), i) for i in indexes]
    visible = [(size, index) for text, size, index in characters if not text.isspace()]
    if not visible:
        return []
    size = sorted(size for size, _ in visible)[len(visible) // 2]
    kept = [text for text, small, _ in characters if small >= _RAISED * size or not _is_note_mark(text)]
    marks = len(characters) - len(kept)
    first = text_page.get_charbox(visible[0][1], loose=True)  # what the font calls its box, not its ink
    last = text_page.get_charbox(visible[-1][1], loose=True)
    bottom, top = min(first[1], last[1]), max(first[3], last[3])
    return [PdfLine(_joined("".join(kept)), first[0], last[2], bottom, top, size, marks)]


def _is_note_mark(text: str) -> bool:
    return text.isdigit() or text in "*†‡"


def _joined(text: str) -> str:
    """Surrogate pairs made one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip(" \t")


def _size(text_page: pypdfium2.PdfTextPage, index: int) -> float:
    """The size of a character's font as drawn: the matrix scales what the font says."""
    matrix = pdfium.FS_MATRIX()
    size = float(pdfium.FPDFText_GetFontSize(text_page, index))
    if pdfium.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix)):
        return size * abs(float(matrix.d or matrix.b))
    return size


def _outline(document: pypdfium2.PdfDocument) -> list[dict[str, Any]]:
    """The bookmarks: title, level from 1, index of the page."""
    found = []
    for bookmark in document.get_toc(max_depth=4):
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        if page is not None:
            found.append({"title": bookmark.get_title(), "level": bookmark.level + 1, "page": page})
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

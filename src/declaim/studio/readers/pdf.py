"""PDF with a text layer, by PDFium (through pypdfium2: Apache-2.0 or BSD, 4 MB, nothing else).

It reads the encodings of Chinese fonts that have no table back to Unicode, and a book in seconds.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from declaim.errors import BookDamagedError, BookEmptyError, BookProtectedError, BookTooLargeError
from declaim.studio.book import Block, BlockKind, Book, Metadata, SkippedKind
from declaim.studio.readers import pdf_lines
from declaim.studio.readers.assembly import Opening, assemble, by_headings, finished
from declaim.studio.readers.block_lines import blocks_of
from declaim.studio.readers.headings import heading_rank, levels_of
from declaim.studio.readers.inline import InlineText
from declaim.studio.readers.omissions import Omissions
from declaim.studio.readers.pdf_layout import Page, Paragraph, paragraphs_of
from declaim.studio.readers.pdf_lines import PdfLine

_DEADLINE = 300.0
"""Seconds for PDFium: a page takes a hundredth of one."""
_LEAST = 0.2
"""Visible characters a page of a book that is not scanned has, times 100: a scan has a stamp or a footer."""
_BELOW_CHAPTERS = 6


def read_pdf(path: Path) -> Book:
    """A book from a PDF, cut into chapters by its bookmarks, else by headings.

    Raises:
        BookProtectedError: it has a password.
        BookDamagedError: it is broken.
        BookTooLargeError: PDFium needs too long for it.
        BookEmptyError: it has no text layer.
    """
    found = _extracted(path)
    omissions = Omissions()
    pages = _pages(found["pages"], omissions)
    _check_text(pages, path)
    paragraphs = paragraphs_of(pages, omissions)
    blocks, openings = _with_chapters(paragraphs, found["outline"])
    said = found["said"]
    title = said.get("Title") or path.stem
    authors = tuple(filter(None, re.split(r"\s*[;；]\s*", said.get("Author", ""))))
    book = Book(
        title,
        assemble(blocks, openings, omissions, front=title),
        authors,
        metadata=Metadata(description=said.get("Subject", ""), published=said.get("CreationDate", "")[2:6]),
    )
    return finished(book, omissions)


def _extracted(path: Path) -> dict[str, Any]:
    """What :mod:`declaim.studio.readers.pdf_lines` prints."""
    command = [
        sys.executable,
        "-P",
        pdf_lines.__file__,
        str(path.resolve()),
    ]  # its folder is no place for imports
    try:
        done = subprocess.run(command, capture_output=True, timeout=_DEADLINE, check=False)  # noqa: S603 - ourselves
    except subprocess.TimeoutExpired as error:
        raise BookTooLargeError(f"{path.name} takes too long to read", hint="split it") from error
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise BookDamagedError(
            f"{path.name} cannot be read: PDFium ended with {done.returncode}. {last}".strip(),
            hint="save it anew with another program",
        )
    found: dict[str, Any] = json.loads(done.stdout)
    if found.get("error") == pdf_lines.LOCKED:
        raise BookProtectedError(f"{path.name} is locked with a password", hint="save it without one")
    if "error" in found:
        raise BookDamagedError(f"{path.name} is damaged or no PDF", hint="fetch it once more")
    return found


def _pages(found: Sequence[dict[str, Any]], omissions: Omissions) -> list[Page]:
    pages = []
    for number, page in enumerate(found, 1):
        if "error" in page:
            omissions.add(SkippedKind.DAMAGED, f"page {number}", str(page["error"]))
        else:
            pages.append(Page(number, page["height"], tuple(PdfLine(**line) for line in page["lines"])))
    return pages


def _check_text(pages: Sequence[Page], path: Path) -> None:
    characters = sum(len(line.text) for page in pages for line in page.lines)
    if characters < 100 * _LEAST * len(pages):
        raise BookEmptyError(
            f"{path.name} has no text layer: its {len(pages)} pages are pictures",
            hint="run text recognition (OCR) on it first",
        )


def _with_chapters(
    paragraphs: Sequence[Paragraph], outline: Sequence[dict[str, Any]]
) -> tuple[list[Block], list[Opening]]:
    blocks: list[Block] = []
    starts: list[int] = []
    for paragraph in paragraphs:
        starts.append(len(blocks))
        blocks += _blocks(paragraph)
    if len(outline) > 1:
        return blocks, _by_outline(paragraphs, starts, outline)
    return _by_wording(blocks)


def _blocks(paragraph: Paragraph) -> list[Block]:
    inline = InlineText()
    for line in paragraph.text.split("\n"):
        inline.add(line)
        inline.end_line()
    if not paragraph.is_heading:
        return list(
            blocks_of(inline.take(), BlockKind.VERSE if "\n" in paragraph.text else BlockKind.PARAGRAPH)
        )
    # The larger a heading, the further out: sizes of 1.2, 1.5 and 2 times the text's are levels of their own.
    level = max(1, min(_BELOW_CHAPTERS, round(_BELOW_CHAPTERS - 4 * (paragraph.size - 1))))
    return list(blocks_of(inline.take(), BlockKind.HEADING, level=level))


def _by_outline(
    paragraphs: Sequence[Paragraph], starts: Sequence[int], outline: Sequence[dict[str, Any]]
) -> list[Opening]:
    """An opening for each bookmark: at its title on the page, or at the first paragraph that begins there."""
    openings = []
    for mark in outline:
        here = [i for i, paragraph in enumerate(paragraphs) if paragraph.page == mark["page"] + 1]
        wanted = _letters(mark["title"])
        named = [i for i in here if wanted and wanted.startswith(_letters(paragraphs[i].text)[:20])]
        after = (i for i, paragraph in enumerate(paragraphs) if paragraph.page > mark["page"])
        index = next(iter(named or here), None)
        if (chosen := index if index is not None else next(after, None)) is not None:
            openings.append(Opening(starts[chosen], mark["title"], mark["level"]))
    return sorted(openings, key=lambda opening: opening.position)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _by_wording(blocks: list[Block]) -> tuple[list[Block], list[Opening]]:
    """Openings at headings that are worded as such, else at large ones."""
    headings = [(i, block) for i, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    ranked = [(i, block, rank) for i, block in headings if (rank := heading_rank(block.text)) is not None]
    if not ranked:
        return blocks, by_headings(blocks)[1]
    openings = []
    for (i, block, _), level in zip(ranked, levels_of([rank for *_, rank in ranked]), strict=True):
        blocks[i] = Block(BlockKind.HEADING, block.text, level=level)
        openings.append(Opening(i, block.text, level))
    return blocks, openings

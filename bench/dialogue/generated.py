"""The generated books, whose speakers are known: a test of breadth and of speed, not of literature."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.books.epub_file import write_epub
from bench.books.manuscript import Manuscript
from bench.books.story import chinese, english
from declaim.studio.book import Book
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.readers.choice import read_book


def generated_accuracy() -> Iterator[tuple[str, int, int, float]]:
    """For each language: lines whose speaker is right, lines, seconds."""
    for manuscript in (chinese(), english()):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "book.epub"
            write_epub(manuscript, path, version=3)
            book = read_book(path)
        begun = time.perf_counter()
        dialogue = attribute(book)
        seconds = time.perf_counter() - begun
        found: dict[str, list[str]] = {}
        for line in dialogue.lines:
            text = book.chapters[line.place.chapter].blocks[line.place.block].text
            found.setdefault(text, []).append(line.speaker)
        right, total = _right(manuscript, book, found)
        yield manuscript.language[:2], right, total, seconds


def _right(manuscript: Manuscript, book: Book, found: dict[str, list[str]]) -> tuple[int, int]:
    right = total = 0
    known = {block.text for _, _, block in book.blocks()}
    for section in manuscript.sections:
        for piece in section.pieces:
            if piece.speaker and piece.text in known:
                speakers = found.get(piece.text, [])
                total += 1
                right += piece.speaker == (speakers.pop(0) if speakers else "")
    return right, total

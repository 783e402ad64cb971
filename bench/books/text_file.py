"""A manuscript as plain text: Chinese a paragraph a line, English wrapped."""

from __future__ import annotations

import textwrap
from pathlib import Path

from bench.books.manuscript import Manuscript, Piece

_COLUMNS = 72


def write_text(manuscript: Manuscript, path: Path, *, encoding: str = "utf-8") -> None:
    """Write a text file, in which notes and glosses have no place.

    Args:
        manuscript: the book.
        path: of the file.
        encoding: of the file.
    """
    is_chinese = manuscript.language.startswith("zh")
    lines = [f"书名：{manuscript.title}", f"作者：{manuscript.author}", ""]
    if not is_chinese:
        lines = [f"Title: {manuscript.title}", f"Author: {manuscript.author}", ""]
    for section in manuscript.sections:
        lines += ["", section.title, ""]
        for piece in section.pieces:
            lines += _chinese(piece) if is_chinese else _english(piece)
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))


def _chinese(piece: Piece) -> list[str]:
    if piece.kind == "scene break":
        return ["", "* * *", ""]
    if piece.kind == "verse":
        return ["", *piece.text.split("\n"), ""]
    return ["\u3000\u3000" + piece.text]


def _english(piece: Piece) -> list[str]:
    if piece.kind == "scene break":
        return ["* * *", ""]
    if piece.kind == "verse":
        return [*("    " + line for line in piece.text.split("\n")), ""]
    return [*textwrap.wrap(piece.text, _COLUMNS), ""]

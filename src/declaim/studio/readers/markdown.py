"""Books in Markdown: CommonMark with tables, through HTML, so that both are read by the same rules."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from markdown_it import MarkdownIt

from declaim.studio.book import Book, Skipped, SkippedKind
from declaim.studio.readers.encoding import decode
from declaim.studio.readers.hypertext import book_of_page
from declaim.studio.readers.markup_tree import parse_page
from declaim.studio.readers.ruby import given_glosses
from declaim.studio.readers.source import MAX_TEXT_FILE, read_bytes

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?P<fields>(?:[\w-]+:.*\n|[ \t].*\n|\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FIELD = re.compile(r"^(?P<name>[\w-]+):[ \t]*(?P<value>\S.*?)[ \t]*$", re.MULTILINE)
_NOTE = re.compile(
    r"^[ ]{0,3}\[\^[^\]\s]{1,50}\]:.*(?:\n(?:[ \t]+\S.*|[ \t]*(?=\n[ \t]+\S)))*\n?", re.MULTILINE
)
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,50}\]")


def read_markdown(path: Path) -> Book:
    """A book from a Markdown file, with a title, author and language from its front matter if it has one.

    Raises:
        BookFormatError: it is no text.
        BookDamagedError: its encoding is broken.
        BookEmptyError: there is nothing in it.
    """
    text, lost = decode(read_bytes(path, MAX_TEXT_FILE), path.name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fields, body = _front_matter(text)
    body, marks = _NOTE_MARK.subn("", _NOTE.sub("", body))
    rendered = MarkdownIt("commonmark").enable("table").render(_with_ruby(body))
    page = f'<html><head><meta charset="utf-8"></head><body>{rendered}</body></html>'
    root = parse_page(page.encode(), path.name)
    book = book_of_page(root, path)
    return replace(
        book,
        title=fields.get("title") or book.title,
        authors=(fields["author"],) if "author" in fields else book.authors,
        language=fields.get("lang") or fields.get("language") or book.language,
        skipped=(*_losses(path.name, lost, marks), *book.skipped),
    )


def _with_ruby(text: str) -> str:
    """Pronunciations as HTML has them: CommonMark would take them for links."""
    return "".join(
        f"<ruby>{gloss.base}<rt>{gloss.beside}</rt></ruby>" if gloss.beside else gloss.base
        for gloss in given_glosses(text)
    )


def _losses(name: str, lost: int, marks: int) -> list[Skipped]:
    losses = []
    if lost:
        losses.append(Skipped(SkippedKind.DAMAGED, name, "characters could not be decoded", lost))
    if marks:
        losses.append(Skipped(SkippedKind.NOTE, name, "footnotes and endnotes are not read", marks))
    return losses


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The simple fields of a YAML block at the beginning, and the text behind it."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    fields = {f["name"].lower(): f["value"].strip("\"'") for f in _FIELD.finditer(match["fields"])}
    return fields, text[match.end() :]

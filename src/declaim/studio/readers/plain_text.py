"""Books in plain text: paragraphs by their lines, chapters by how headings are worded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from declaim.studio.book import Block, BlockKind, Book, SkippedKind
from declaim.studio.readers.assembly import Opening, assemble, finished
from declaim.studio.readers.block_lines import blocks_of, ends_sentence, is_verse
from declaim.studio.readers.encoding import decode
from declaim.studio.readers.headings import heading_rank, levels_of
from declaim.studio.readers.inline import InlineText, Line
from declaim.studio.readers.omissions import Omissions
from declaim.studio.readers.ruby import given_glosses
from declaim.studio.readers.source import MAX_TEXT_FILE, read_bytes
from declaim.studio.readers.wrapping import Joiner, is_full, wrap_width

_LINE_END = re.compile("\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_INDENT = re.compile("[ \t\u3000]*")
_FILE_NAME = (
    re.compile(r"《(?P<title>[^》]+)》(?:.*?作者[:：]?\s*(?P<author>[^_\-（(]+))?"),
    re.compile(r"(?P<title>.+?)\s+(?:-|—|by)\s+(?P<author>.+)"),
)
_TITLE_LINE = re.compile(
    r"(?:书名|書名|title)\s*[:：]\s*(?P<plain>\S.*)|《(?P<quoted>[^》]+)》$", re.IGNORECASE
)
_AUTHOR_LINE = re.compile(
    r"(?:作者|author)\s*[:：]\s*(?P<plain>\S.*)|(?:by|文[/／])\s*(?P<quoted>\S.{1,40})$", re.IGNORECASE
)
_HEAD_LINES = 12
"""Lines at the beginning in which a title and an author may be named."""
_BLANK_SHARE = 0.2
"""Where so many lines are blank, they part paragraphs, and what stands together belongs together."""


def read_plain_text(path: Path) -> Book:
    """A book from a text file.

    Raises:
        BookFormatError: it is no text.
        BookDamagedError: its encoding is broken.
        BookEmptyError: there is nothing in it.
    """
    text, lost = decode(read_bytes(path, MAX_TEXT_FILE), path.name)
    omissions = Omissions()
    if lost:
        omissions.add(SkippedKind.DAMAGED, path.name, "characters could not be decoded", lost)
    lines = [line.replace("\ufffd", "") for line in _LINE_END.split(text)]
    title, author, rest = _named(lines, path.stem)
    blocks, openings = _with_levels(list(_blocks(rest)))
    book = Book(title, assemble(blocks, openings, omissions, front=title), (author,) if author else ())
    return finished(book, omissions)


class _Found(NamedTuple):
    """A block, and the rank if it is a heading."""

    block: Block
    is_heading: bool = False


def _with_levels(found: Sequence[_Found]) -> tuple[list[Block], list[Opening]]:
    places = [i for i, item in enumerate(found) if item.is_heading]
    texts = [found[i].block.text for i in places]
    ranks = [rank for text in texts if (rank := heading_rank(text)) is not None]
    blocks = [item.block for item in found]
    openings = []
    for place, text, level in zip(places, texts, levels_of(ranks), strict=True):
        blocks[place] = Block(BlockKind.HEADING, text, level=level)
        openings.append(Opening(place, text, level))
    return blocks, openings


def _blocks(lines: Sequence[str]) -> Iterator[_Found]:
    """The blocks of a text, line by line or joined, as it was written."""
    runs = list(_runs(lines))
    width = wrap_width(runs)
    filled = sum(map(len, runs))
    is_apart = len(runs) - 1 > _BLANK_SHARE * filled and any(len(run) == 1 for run in runs)
    joiner = Joiner(lines if width else ())
    is_indented = sum(_indent(line) > 0 for run in runs for line in run) > filled / 2
    for run in runs:
        for group in _headings_apart(run):
            is_one = is_apart or (is_indented and not any(map(_indent, group)))
            yield from _group(group, width, joiner, is_one=is_one)


def _group(group: list[str], width: int | None, joiner: Joiner, *, is_one: bool) -> Iterator[_Found]:
    """The blocks of some lines between blank lines and headings; ``is_one`` if they belong together."""
    if len(group) == 1 and heading_rank(group[0]):
        yield _Found(Block(BlockKind.HEADING, _line(group[0]).text), is_heading=True)
    elif width and not _is_stanza(group, width):
        for paragraph in _paragraphs(group, width):
            yield from map(_Found, blocks_of([_line(joiner.join(paragraph))], BlockKind.PARAGRAPH))
    elif is_one or width:
        yield from map(_Found, blocks_of(list(map(_line, group)), BlockKind.PARAGRAPH))
    else:
        for line in group:
            yield from map(_Found, blocks_of([_line(line)], BlockKind.PARAGRAPH))


def _is_stanza(lines: list[str], width: int) -> bool:
    """Whether lines in a wrapped text were broken on purpose: most had room for another word."""
    loose = sum(not is_full(line, after, width) for line, after in pairwise(lines))
    return 2 * loose > len(lines) - 1 > 0 and is_verse([line.strip() for line in lines])


def _paragraphs(group: list[str], width: int) -> Iterator[list[str]]:
    """Lines that belong together: a paragraph begins with an indent, or behind a sentence that ends short."""
    least = min(map(_indent, group))
    paragraph = [group[0]]
    for line in group[1:]:
        before = paragraph[-1].rstrip()
        if _indent(line) > least or (ends_sentence(before) and not is_full(before, line, width)):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _indent(line: str) -> int:
    match = _INDENT.match(line)
    return len((match.group() if match else "").replace("\u3000", "  ").expandtabs(4))


def _runs(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines between blank ones."""
    run: list[str] = []
    for line in lines:
        if line.strip():
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _headings_apart(run: list[str]) -> Iterator[list[str]]:
    """A run of lines, cut at those that are headings."""
    group: list[str] = []
    for line in run:
        if heading_rank(line):
            if group:
                yield group
            yield [line]
            group = []
        else:
            group.append(line)
    if group:
        yield group


def _line(text: str) -> Line:
    inline = InlineText()
    for gloss in given_glosses(text):
        inline.add_read(gloss.base, gloss.pronunciation)
    return next(iter(inline.take()), Line(""))


def _named(lines: Sequence[str], stem: str) -> tuple[str, str, list[str]]:
    """Title and author, from the first lines or the file's name; and the lines that do not say them."""
    found: dict[re.Pattern[str], str] = {}
    rest: list[str] = []
    filled = 0
    for place, line in enumerate(lines):
        if filled > _HEAD_LINES or heading_rank(line):
            rest += lines[place:]
            break
        filled += bool(line.strip())
        matches = (p.match(line.strip()) for p in (_TITLE_LINE, _AUTHOR_LINE) if p not in found)
        if match := next(filter(None, matches), None):
            found[match.re] = (match["plain"] or match["quoted"]).strip()
        else:
            rest.append(line)
    title, author = _with_file_name(found.get(_TITLE_LINE, ""), found.get(_AUTHOR_LINE, ""), stem)
    return title, author, rest


def _with_file_name(title: str, author: str, stem: str) -> tuple[str, str]:
    for pattern in _FILE_NAME:
        if match := pattern.match(stem):
            title = title or match["title"].strip()
            author = author or (match["author"] or "").strip()
            break
    return title or stem, author

"""The layout of a PDF undone: running heads, page numbers and notes taken off, lines joined to paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from declaim.studio.book import SkippedKind
from declaim.studio.readers.block_lines import ends_sentence
from declaim.studio.readers.headings import heading_rank
from declaim.studio.readers.omissions import Omissions
from declaim.studio.readers.pdf_lines import PdfLine
from declaim.studio.readers.wrapping import Joiner

_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|p\.|第)\s*)?(?:\d{1,4}|[ivxlc]{1,7})\s*(?:页|頁)?(?:\s*(?:of|/|共)\s*\d{1,4}\s*(?:页|頁)?)?[\W_]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_EDGE = 2
"""Lines at the top and at the bottom of a page that may be a running head."""
_TIMES = 3
"""A line that stands at the edge of so many pages is a running head."""
_MARGIN = 0.15
"""Share of the page's height at its edges in which a number by itself is the page's."""
_NOTE_SIZE = 0.88
"""Share of the text's size below which lines at the foot of a page are notes."""
_HEADING_SIZE = 1.15
_LONGEST_HEADING = 80
_INDENT = 0.8
"""Of a line's size: what is further in than this is indented."""
_INDENTED_SHARE = 0.08
"""Of all lines: where more are indented, paragraphs begin with an indent, and with nothing else."""
_WIDE_GAP = 1.6
"""Of the usual distance between lines: more is a blank line."""


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, from top to bottom.

    Attributes:
        number: from 1.
        height: in points.
        lines: in reading order.
    """

    number: int
    height: float
    lines: tuple[PdfLine, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together.

    Attributes:
        text: joined; the lines of verse are apart.
        page: number of the page on which it begins.
        size: of its letters, relative to the book's.
        is_heading: whether it looks like one.
    """

    text: str
    page: int
    size: float
    is_heading: bool


def paragraphs_of(pages: Sequence[Page], omissions: Omissions) -> list[Paragraph]:
    """The paragraphs of a book, in order; what is not its text is left out and counted."""
    heads = _running_heads(pages)
    body = _body_size(pages)
    kept = [_without_furniture(page, heads, body, omissions) for page in pages]
    joiner = Joiner(line.text for page in kept for line in page.lines)
    return [_paragraph(group, body, joiner) for group in _grouped(kept, body)]


def _body_size(pages: Sequence[Page]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _running_heads(pages: Sequence[Page]) -> frozenset[str]:
    counts = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    return frozenset(key for key, count in counts.items() if count >= _TIMES and key)


def _edges(page: Page) -> Sequence[PdfLine]:
    inner = page.lines[_EDGE : max(_EDGE, len(page.lines) - _EDGE)]
    return [line for line in page.lines if line not in inner and not heading_rank(line.text)]


def _key(line: PdfLine) -> str:
    """What a running head says on every page, the page's number aside, and where it stands."""
    return f"{_DIGITS.sub('#', line.text).strip()}@{round(line.bottom / 6)}"


def _without_furniture(page: Page, heads: frozenset[str], body: float, omissions: Omissions) -> Page:
    """A page without what is repeated on others, numbers it, or annotates it."""
    kept: list[PdfLine] = []
    edges = _edges(page)
    where = f"page {page.number}"
    for line in page.lines:
        if line.marks:
            omissions.add(SkippedKind.NOTE, "all pages", "marks of notes are not read", line.marks)
        if _is_page_number(line, page):
            omissions.add(SkippedKind.PAGE_NUMBER, "all pages", "page numbers are not read")
        elif line in edges and _key(line) in heads:
            omissions.add(SkippedKind.RUNNING_HEAD, "all pages", "running heads are not read")
        else:
            kept.append(line)
    notes = _notes(kept, page, body)
    if notes:
        omissions.add(SkippedKind.NOTE, where, "footnotes are not read")
    return Page(page.number, page.height, tuple(kept[: len(kept) - notes]))


def _is_page_number(line: PdfLine, page: Page) -> bool:
    at_edge = line.bottom < _MARGIN * page.height or line.top > (1 - _MARGIN) * page.height
    return at_edge and line in (page.lines[0], page.lines[-1]) and bool(_PAGE_NUMBER.fullmatch(line.text))


def _notes(lines: Sequence[PdfLine], page: Page, body: float) -> int:
    """How many lines at the foot are smaller than the text, below the page's middle."""
    count = 0
    for line in reversed(lines):
        if line.size >= _NOTE_SIZE * body or line.top > page.height / 2:
            break
        count += 1
    return count if count < len(lines) else 0


@dataclass(frozen=True, slots=True)
class _Measures:
    """The text area of a page, in points: its edges, and the distance from line to line."""

    left: float
    right: float
    leading: float

    def is_indented(self, line: PdfLine) -> bool:
        return line.left > self.left + _INDENT * line.size

    def has_room(self, line: PdfLine, following: PdfLine) -> bool:
        """Whether the first word of the next line would have fitted behind a line."""
        width = (following.right - following.left) / len(following.text)
        word = following.text.split(maxsplit=1)[0]
        return line.right + width * (len(word) + 1 if word.isascii() else 2) < self.right


def _measures(pages: Sequence[Page]) -> _Measures:
    """Of all pages of one side: left and right ones have margins of their own."""
    lines = [line for page in pages for line in page.lines]
    lefts = Counter(round(line.left) for line in lines)
    left = min((edge for edge, count in lefts.items() if count >= max(lefts.values()) / 10), default=0)
    rights = sorted(line.right for line in lines)
    steps = [
        above.bottom - below.bottom
        for page in pages
        for above, below in pairwise(page.lines)
        if above.bottom > below.bottom
    ]
    right = rights[int(0.98 * (len(rights) - 1))] if rights else 0.0
    return _Measures(float(left), right, median(steps) if steps else 0.0)


@dataclass(frozen=True, slots=True)
class _Group:
    """The lines of a paragraph, and the page on which it begins."""

    page: int
    lines: list[PdfLine]
    is_verse: bool


def _grouped(pages: Sequence[Page], body: float) -> Iterator[_Group]:
    """The lines of each paragraph; paragraphs go on over pages."""
    sides = {side: _measures([page for page in pages if page.number % 2 == side]) for side in (0, 1)}
    measures = [sides[page.number % 2] for page in pages]
    indented = sum(
        m.is_indented(line) for page, m in zip(pages, measures, strict=True) for line in page.lines
    )
    by_indent = indented > _INDENTED_SHARE * sum(len(page.lines) for page in pages)
    start, group = 1, list[PdfLine]()
    for page, area in zip(pages, measures, strict=True):
        for line in page.lines:
            if group and _begins(line, group[-1], area, body, by_indent=by_indent):
                yield _Group(start, group, _is_verse(group, area))
                group = []
            if not group:
                start = page.number
            group.append(line)
    if group:
        yield _Group(start, group, _is_verse(group, measures[-1]))


def _is_verse(lines: Sequence[PdfLine], area: _Measures) -> bool:
    """Whether all lines are set in, and all were broken on purpose."""
    is_set_in = len(lines) > 1 and all(map(area.is_indented, lines))
    return is_set_in and all(area.has_room(line, following) for line, following in pairwise(lines))


def _begins(line: PdfLine, before: PdfLine, area: _Measures, body: float, *, by_indent: bool) -> bool:
    """Whether a line begins a paragraph: by its looks, a gap above it, an indent, a short line above it."""
    is_next_page = line.bottom > before.bottom
    if _is_ornament(line) or _is_ornament(before):
        return True
    if _looks_like_heading(line, body) or _looks_like_heading(before, body):
        return is_next_page or not _is_one_heading(line, before, body)
    if not is_next_page and area.leading and before.bottom - line.bottom > _WIDE_GAP * area.leading:
        return True
    is_indented = area.is_indented(line)
    if is_indented and (is_next_page or not area.is_indented(before)):
        return True
    return ends_sentence(before.text) and (is_indented if by_indent else area.has_room(before, line))


def _is_ornament(line: PdfLine) -> bool:
    return len(line.text) > 1 and not any(map(str.isalnum, line.text)) and not ends_sentence(line.text)


def _is_one_heading(line: PdfLine, before: PdfLine, body: float) -> bool:
    """Whether two lines are one heading: 第一章 and its title below it, or a title that is wrapped."""
    both = _looks_like_heading(line, body) and _looks_like_heading(before, body)
    return both and heading_rank(line.text) is None and abs(line.size - before.size) < _INDENT * body


def _looks_like_heading(line: PdfLine, body: float) -> bool:
    is_large = line.size >= _HEADING_SIZE * body and len(line.text) <= _LONGEST_HEADING
    return is_large or heading_rank(line.text) is not None


def _paragraph(group: _Group, body: float, joiner: Joiner) -> Paragraph:
    lines = [line.text for line in group.lines]
    is_heading = all(_looks_like_heading(line, body) for line in group.lines)
    separator = " " if is_heading else "\n"
    text = separator.join(lines) if is_heading or group.is_verse else joiner.join(lines)
    return Paragraph(text.replace("\x02", "-"), group.page, group.lines[0].size / body, is_heading)

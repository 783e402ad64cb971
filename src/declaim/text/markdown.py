"""Markdown to plain text: what is decoration goes, what is text stays, blocks become paragraphs.

The rules are CommonMark's and GitHub's where those lose nothing that a reader wants to hear; where plain text
only looks like Markdown (``5*3``, ``snake_case``, ``#1``, ``[笑]``) it stays text.
"""

from __future__ import annotations

import re

from declaim.text.aligned import AlignedText, Edit
from declaim.text.characters import HAN
from declaim.text.rules import unwrap

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(?P<info>[^`\n]*)$")
_RULE = re.compile(r"[ \t]*(?:[-*_=~#+.·—─][ \t]*){3,}$")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}(?:[ \t]+|$)")
_CLOSING_HASHES = re.compile(r"(?<=\s)#+$")
_QUOTE = re.compile(r"[ \t]{0,3}>(?!\d)(?:[ \t]?>)*[ \t]?")
_BULLET = re.compile(r"[ \t]*[-*+•●○▪■◦‣◆◇★☆✓✔➢►▶][ \t]+(?:\[[ xX]\][ \t]+)?")
_ORDERED = re.compile(rf"[ \t]*(?P<number>\d{{1,3}})[.)](?:[ \t]+(?=\S)|(?=[{HAN}]))")
_REFERENCE = re.compile(r"[ \t]{0,3}\[(?!\^)(?P<label>[^\]\n]{1,200})\]:[ \t]*<?(?:[a-z]+:|[/#.]|www\.)\S*")
_REFERENCE_LINE = re.compile(f"^{_REFERENCE.pattern}", re.MULTILINE)
_FOOTNOTE = re.compile(r"[ \t]{0,3}\[\^[^\]\s]{1,50}\]:[ \t]*")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELLS = re.compile(r" ?(?<!\\)(?:\| ?)+")
_HAN_CHAR = re.compile(f"[{HAN}]")

_TARGET = (
    r"\((?:<[^<>\n]{0,2000}>|[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?)"
    r"(?:[ \t]+\"[^\"\n]{0,500}\")?\)"
)
_IMAGE = re.compile(rf"!\[([^\[\]\n]{{0,500}})\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]\n]{{0,500}})\]{_TARGET}")
_REFERENCE_LINK = re.compile(r"!?\[([^\[\]\n]{1,500})\]\[([^\[\]\n]{0,200})\]")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]{1,50}\]")
_CITATION = re.compile(rf"(?<=[{HAN}。，；,.;”a-z])\[[1-9]\d{{0,2}}(?:[,，–-] ?\d{{1,3}}){{0,9}}\]")
_CODE = re.compile(r"(?<!\\)(`{1,2})(?!`)([^`\n]{1,500})\1(?!`)")
_STRONG = re.compile(r"(?<![\\*\d])(\*{2,3})(?![\s*])([^*\n]{1,2000}?)(?<![\s\\])\1(?![*\d])")
_STAR = re.compile(r"(?<![\\*A-Za-z0-9])\*(?![\s*])([^*\n]{1,2000}?)(?<![\s\\])\*(?![*A-Za-z0-9])")
_UNDERSCORE = re.compile(r"(?<![\\_A-Za-z0-9])(_{1,3})(?![\s_])([^\n]{1,500}?)(?<![\s\\_])\1(?![_A-Za-z0-9])")
_STRIKE = re.compile(r"(?<![A-Za-z0-9~=])(~~|==)(?=[^\s~=])([^~=\n]{1,2000})(?<!\s)\1(?![A-Za-z0-9~=])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def without_markdown(text: AlignedText) -> AlignedText:
    """Leave Markdown out. Headings, list items, quotes and table rows come out as paragraphs of their own.

    Left out whole: front matter, fenced code that is closed, reference definitions, rules, footnote marks.
    Links and code spans give their text, images their alternative text, the cells of a table are separated by
    commas, and the number of a list item is kept ("1、", "1, ").
    """
    body = text[_front_matter(text.text) :]
    labels = frozenset(match["label"].lower() for match in _REFERENCE_LINE.finditer(body.text))
    return _without_inline(body.edit(_Blocks(body.text).edits()), labels)


def _front_matter(text: str) -> int:
    """Where the text after a YAML block at the very start begins; 0 when there is none."""
    if not text.startswith("---\n"):
        return 0
    end = text.find("\n---\n", 3, 20_000)
    first = text[4:].partition("\n")[0]
    return end + 5 if end >= 0 and re.match(r"[\w-]{1,50}:", first) else 0


class _Blocks:
    """One pass over the lines of a document, collecting edits."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines(keepends=True)
        self._unclosed: dict[str, int] = {}
        self._edits: list[Edit] = []
        self._start = 0
        self._quoting = False

    def edits(self) -> list[Edit]:
        """The edits that turn blocks into paragraphs."""
        index, in_table = 0, False
        while index < len(self._lines):
            line = self._lines[index].rstrip("\n")
            in_table = self._in_table(index, line, after=in_table)
            if fence := _FENCE.match(line):
                closing = self._closing(index, fence[1])
                self._drop(index, closing + 1)
                index = closing + 1
                continue
            if _RULE.match(line) or _REFERENCE.match(line) or ("|" in line and _TABLE_RULE.match(line)):
                self._drop(index, index + 1)
            else:
                self._open_block(line, in_table=in_table)
                self._start += len(self._lines[index])
            index += 1
        return self._edits

    def _drop(self, first: int, last: int) -> None:
        length = sum(map(len, self._lines[first:last]))
        self._edits.append((self._start, self._start + length, "\n"))
        self._start += length

    def _closing(self, opening: int, fence: str) -> int:
        """The line that closes a fence, or the opening line itself: an unclosed fence hides nothing.

        A search that failed is not repeated for fences at least as long, which keeps the whole scan short.
        """
        if len(fence) >= self._unclosed.get(fence[0], len(fence) + 1):
            return opening
        for index in range(opening + 1, len(self._lines)):
            line = self._lines[index].strip()
            if len(line) >= len(fence) and line == fence[0] * len(line):
                return index
        self._unclosed[fence[0]] = len(fence)
        return opening

    def _in_table(self, index: int, line: str, *, after: bool) -> bool:
        if "|" not in line:
            return False
        following = self._lines[index + 1].rstrip("\n") if index + 1 < len(self._lines) else ""
        stripped = line.strip()
        framed = len(stripped) > 1 and stripped[0] == stripped[-1] == "|"
        return after or framed or ("|" in following and _TABLE_RULE.match(following) is not None)

    def _open_block(self, line: str, *, in_table: bool) -> None:
        """Take the marks off the beginning (and end) of one line; a line that had any is a paragraph."""
        position, kept = 0, ""
        is_heading = False
        if match := _QUOTE.match(line):
            position = match.end()
        is_block = in_table or (position > 0 and not self._quoting)
        self._quoting = position > 0
        for pattern in (_FOOTNOTE, _BULLET, _HEADING, _ORDERED):
            if match := pattern.match(line, position):
                position, is_block = match.end(), True
                is_heading = is_heading or pattern is _HEADING
                if pattern is _ORDERED:
                    kept = match["number"] + ("、" if _HAN_CHAR.search(line, position) else ", ")
        if position or is_block:
            self._edits.append((self._start, self._start + position, "\n" * is_block + kept))
        if in_table:
            self._edits += _cells(line, position, self._start)
        elif is_heading:
            self._end_heading(line, position)

    def _end_heading(self, line: str, position: int) -> None:
        closing = _CLOSING_HASHES.search(line, position)
        start = closing.start() if closing else len(line)
        self._edits.append((self._start + start, self._start + len(line), "\n"))


def _cells(line: str, position: int, offset: int) -> list[Edit]:
    comma = "，" if _HAN_CHAR.search(line) else ", "
    cells = list(_CELLS.finditer(line, position))
    return [
        (offset + cell.start(), offset + cell.end(), "" if _is_edge(cell, line, position) else comma)
        for cell in cells
    ]


def _is_edge(cell: re.Match[str], line: str, position: int) -> bool:
    return cell.start() == position or cell.end() == len(line)


def _without_inline(text: AlignedText, labels: frozenset[str]) -> AlignedText:
    text = unwrap(unwrap(text, _IMAGE), _LINK)
    if labels:
        text = text.sub(_REFERENCE_LINK, lambda match: _linked(match, labels))
    text = unwrap(text.sub(_FOOTNOTE_MARK, "").sub(_CITATION, ""), _CODE, 2)
    for _ in range(2):  # emphasis inside emphasis
        text = unwrap(unwrap(text, _STAR), _STRONG, 2)
    return unwrap(unwrap(unwrap(text, _UNDERSCORE, 2), _STRIKE, 2), _ESCAPE)


def _linked(match: re.Match[str], labels: frozenset[str]) -> str | None:
    return match[1] if (match[2] or match[1]).lower() in labels else None

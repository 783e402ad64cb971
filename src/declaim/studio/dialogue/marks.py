"""Quotation marks: where the outermost quotes of a block begin and end.

Marks inside a quote are its own business, so only one level is looked for. Everything is one pass over the
marks and one back, whatever the text: a block may be a whole novel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_CLOSING = {"“": "”", "„": "“", "「": "」", "『": "』", "«": "»", '"': '"', "‘": "’", "'": "'", "`": "'"}
_NESTING = frozenset("「『«")
"""Marks of which one inside another of the same kind is meant; “ in “ is an end that was forgotten."""
_MARKS = re.compile("[“”„「」『』«»\"‘’'`]")
_DOUBLE = re.compile('[“”"]')
_SINGLE = frozenset("‘’'`")
_BEFORE_OPENING = frozenset('([{<—–-―…:：，。！？；、“"「『《（')
_ENDS_SAYING = frozenset('.,!?;:…—–-~。，！？；：、～)）”"」』》')
_SENTENCE_END = re.compile("[.!?…。！？]")
_ELISIONS = re.compile(
    r"['‘’](?:tis|twas|twere|twill|twould|em|im|er|un|bout|cause|round|til|till|neath|gainst|fore|n|nuff|spose"
    r"|\d0s|\d\d)\b",
    re.IGNORECASE,
)
_DROPPED_LETTER = re.compile(r"(?:s|in|n|o|th|an|tho|mornin)$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch in quotation marks, or one that a dash begins.

    Attributes:
        start: offset of the opening mark; of the block if a quote goes on from the one before.
        end: offset behind the closing mark.
        mark: the opening mark.
        closed: whether there is a closing mark in this block.
        goes_on: whether it is the continuation of a quote in the block before.
    """

    start: int
    end: int
    mark: str
    closed: bool = True
    goes_on: bool = False


def quotes_in(text: str, carried: str = "") -> list[Quote]:
    """The outermost quotes of a block, in order.

    Args:
        text: of the block.
        carried: the opening mark of a quote that was not closed in the block before and has its end in this
            one; empty if there is none.

    Returns:
        Quotes that do not overlap. At most the last is not closed.
    """
    scan = _Scan(text)
    if carried:
        scan.open(carried, 0, goes_on=True)
    for match in _MARKS.finditer(text):
        scan.see(match.group(), match.start())
    return scan.finish()


def closes_first(text: str, mark: str) -> bool | None:
    """Whether a quote opened with a mark is closed in a block before another opens; None: neither."""
    closing = _CLOSING[mark]
    for match in _MARKS.finditer(text):
        found, at = match.group(), match.start()
        if found == closing and found not in _SINGLE and not (found == '"' and _may_open(text, at)):
            return True
        if found in _SINGLE and found == closing and _ends(text, at):
            return True
        if found == mark and _may_open(text, at):
            return False
    return None


class _Opened(NamedTuple):
    mark: str
    at: int
    goes_on: bool


class _Scan:
    """One pass over a block's marks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._quotes: list[Quote] = []
        self._opened: _Opened | None = None
        self._depth = 0
        self._ends = _SingleEnds(text)

    def open(self, mark: str, at: int, *, goes_on: bool = False) -> None:
        self._opened, self._depth = _Opened(mark, at, goes_on), 1

    def see(self, mark: str, at: int) -> None:
        if self._opened is None:
            self._see_outside(mark, at)
        else:
            self._see_inside(self._opened, mark, at)

    def finish(self) -> list[Quote]:
        """All quotes, also one that is open at the end."""
        if self._opened is not None:
            mark, at, goes_on = self._opened
            self._quotes.append(Quote(at, len(self._text), mark, closed=False, goes_on=goes_on))
        return self._quotes

    def _see_outside(self, mark: str, at: int) -> None:
        if self._quotes and at < self._quotes[-1].end:
            return
        if mark in _SINGLE:
            self._see_single(mark, at)
        elif mark == '"':
            if at + 1 < len(self._text) and not self._text[at + 1].isspace():
                self.open(mark, at)
        elif mark in _CLOSING:
            self.open(mark, at)
        elif mark == "”" and (at == 0 or self._text[at - 1] in ":：") and at + 1 < len(self._text):
            self.open("“", at)  # typed the wrong way round

    def _see_single(self, mark: str, at: int) -> None:
        if mark == "’" or not _may_open(self._text, at):
            return
        if _ELISIONS.match(self._text, at) and at and self._text[at - 1] == " ":
            return
        end = self._ends.behind(at)
        if end is not None:
            self._quotes.append(Quote(at, end + 1, mark))
        elif at == 0 or mark == "‘" or not _DOUBLE.search(self._text, at):
            self.open(mark, at)

    def _see_inside(self, opened: _Opened, mark: str, at: int) -> None:
        if opened.mark in _SINGLE:
            if _CLOSING[opened.mark] == mark and _ends(self._text, at):
                self._close(opened, at + 1)
        elif mark == '"' == opened.mark:
            self._see_straight(opened, at)
        elif mark == _CLOSING[opened.mark]:
            self._depth -= 1
            if not self._depth:
                self._close(opened, at + 1)
        elif mark == opened.mark:
            self._see_same_opening(opened, at)

    def _see_straight(self, opened: _Opened, at: int) -> None:
        if _may_open(self._text, at) and self._text[at - 1] in " \n" and at + 1 < len(self._text):
            self._reopen(opened, at)
        else:
            self._close(opened, at + 1)

    def _see_same_opening(self, opened: _Opened, at: int) -> None:
        if opened.mark in _NESTING:
            self._depth += 1
        elif self._text[at - 1] in _ENDS_SAYING and self._text[at + 1 : at + 2] in {"", "\n"}:
            self._close(opened, at + 1)  # typed the wrong way round
        else:
            self._reopen(opened, at)

    def _reopen(self, opened: _Opened, at: int) -> None:
        """The end was forgotten: the quote ends with a sentence, at the latest where the next one opens."""
        if self._text[at - 1] == "\n":
            return  # in verse, each stanza may open again
        end = at
        for match in _SENTENCE_END.finditer(self._text, opened.at + 1, at):
            end = match.end()
            break
        self._close(opened, end)
        self.open(opened.mark, at)

    def _close(self, opened: _Opened, end: int) -> None:
        self._quotes.append(Quote(opened.at, end, opened.mark, goes_on=opened.goes_on))
        self._opened = None


class _SingleEnds:
    """Where single quotes end, of which each may be an apostrophe: found from the end of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sure: dict[int, int | None] = {}
        self._any: dict[int, int | None] = {}
        self._openings: dict[int, int | None] = {}
        if "'" in text or "‘" in text:
            self._look()

    def behind(self, opening: int) -> int | None:
        """The offset of the mark that closes what is opened at an offset."""
        near, sure, opens = self._any.get(opening), self._sure.get(opening), self._openings.get(opening)
        if near is None or near == sure or sure is None:
            return near
        return sure if opens is None or sure < opens else near

    def _look(self) -> None:
        sure = near = opens = None
        for match in reversed(list(_MARKS.finditer(self._text))):
            at = match.start()
            if match.group() not in _SINGLE:
                continue
            self._sure[at], self._any[at], self._openings[at] = sure, near, opens
            if match.group() != "‘" and _ends(self._text, at):
                near = at
                sure = at if not _may_be_dropped_letter(self._text, at) else sure
            elif _may_open(self._text, at) and not _ELISIONS.match(self._text, at):
                opens = at


def _may_open(text: str, at: int) -> bool:
    behind = text[at + 1 : at + 2]
    before = text[at - 1 : at] if at else ""
    return bool(behind.strip()) and (not before.strip() or before in _BEFORE_OPENING or before > "\u2e80")


def _ends(text: str, at: int) -> bool:
    """Whether a single mark can close: something stands before it, and no letter behind."""
    before, behind = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return bool(before.strip()) and not behind.isalnum() and not (before in "—-" and behind.isalnum())


def _may_be_dropped_letter(text: str, at: int) -> bool:
    """Whether it can be an apostrophe instead: the boys' room, goin' home."""
    before = text[max(0, at - 8) : at]
    return before[-1:].isalpha() and bool(_DROPPED_LETTER.search(before)) and text[at + 1 : at + 2] == " "

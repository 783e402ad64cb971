"""Where sentences end.

Cleaned text goes in, stretches of it come out that tile it. A sentence does not end inside brackets or
quotation marks, unless these hold a long speech; and nothing is longer than :data:`MAX_CHARACTERS`, so that
text without any punctuation is still spoken as it comes: it is cut at the last clause mark, else the last
space, else the last boundary between two Chinese words.
"""

# ruff: noqa: SIM905 - a list of words reads best as words
from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from declaim.text.abbreviations import ABBREVIATIONS, BEFORE_NUMBERS
from declaim.text.characters import HAN
from declaim.text.segmentation import word_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_CHARACTERS = 400
_LONG_QUOTATION = 120
"""A quotation or bracket of more characters than this is split at the sentences inside it."""
_WRAPPED = range(40, 101)
"""Columns of a line that was broken by its width (e-mail, old books), where ideographs take two.

A shorter line is a heading or a verse, and a longer one a whole paragraph.
"""

_OPENERS, _CLOSERS = "“‘「『（(《〈【[", "”’」』）)》〉】]"
_EVENT = re.compile(
    rf"""
      (?P<paragraph>[^\S\n]*\n[^\S\n]*\n\s*)
    | (?P<line>[^\S\n]*\n[^\S\n]*)
    | (?P<mark>[。！？!?｡]+|\.+|…+)
    | (?P<open>[{re.escape(_OPENERS)}"])
    """,
    re.VERBOSE,
)
_AFTER_MARK = re.compile(rf"(?P<closing>[{re.escape(_CLOSERS)}']*)[^\S\n]*")
_AFTER_MARK_IN_QUOTES = re.compile(rf"(?P<closing>[{re.escape(_CLOSERS)}'\"]*)[^\S\n]*")
_PAIR = re.compile(rf"(?P<open>[{re.escape(_OPENERS)}])|[{re.escape(_CLOSERS)}]|\n\n")
_DEEPEST = 8
"""More brackets inside each other than this are no brackets."""
_CLAUSE_MARK = re.compile(r"(?:[，、；：]|[,;:—–]+(?![A-Za-z0-9]))[”’」』）)\"]*\s*")
_WORD_BEFORE = re.compile(r"(?<![A-Za-z.])[A-Za-z][A-Za-z.]*$")
_NEXT_WORD = re.compile(r"[\s\"'“‘(]*([A-Z][a-z]*)\b")
_HAN = re.compile(f"[{HAN}]")
_LINE_ENDINGS = "。！？!?.…：:" + _CLOSERS + '"'
_LINE_GOES_ON = ",，、;；—–-"

_FIGURE = re.compile(r"\s*(?:\d|(?![AI]\b)[A-Z]{1,4}\b)")
"""A number, in digits or Roman, or a letter that serves as one: "No. 5", "Sec. IV", "Fig. B"."""
_NEVER_LAST = frozenset({"e.g", "i.e", "a.k.a", "ph.d", "m.d", "b.a", "m.a"})
_FIRST_WORDS = frozenset(
    "A After All Although An And As At Before But For He Her His How However I If In It Its My No Not On Our "
    "She So Some Still That The Their Then There These They This Those We What When Where While Who Why You "
    "Your".split()
)
"""Words in capitals only at the beginning of a sentence: "at 5 p.m. Then", "from the U.S. They"."""


class Extent(NamedTuple):
    """Where a sentence stands in a text, and whether a paragraph ends with it."""

    start: int
    end: int
    ends_paragraph: bool


def split_sentences(
    text: str, *, is_joined: Callable[[int], bool] = lambda _: False, lines_are_sentences: bool = False
) -> Iterator[Extent]:
    """The sentences of cleaned text, in order, tiling it.

    Args:
        text: cleaned text.
        is_joined: whether the character at an index must stay with the one before it, come what may.
        lines_are_sentences: whether each line break ends a sentence; else it may be a wrapped line's.
    """
    start = 0
    for end, ends_paragraph in _Splitter(text, is_joined, lines_are_sentences).ends():
        yield Extent(start, end, ends_paragraph or end == len(text))
        start = end
    if start < len(text):
        yield Extent(start, len(text), ends_paragraph=True)


class _Splitter:
    """Goes through a text from mark to mark."""

    def __init__(self, text: str, is_joined: Callable[[int], bool], lines_are_sentences: bool) -> None:  # noqa: FBT001
        self._text = text
        self._is_joined = is_joined
        self._lines_are_sentences = lines_are_sentences
        self._start = 0
        self._enclosed_until = 0
        """Where the bracket or quotation ends that the last event was in."""

    def ends(self) -> Iterator[tuple[int, bool]]:
        """Offsets at which a sentence ends, and whether a paragraph does."""
        for event in _EVENT.finditer(self._text):
            yield from self._forced(event.start())
            if event["open"]:
                self._open(event.start())
            elif end := self._end(event):
                self._start = end[0]
                yield end
        yield from self._forced(len(self._text))

    def _forced(self, until: int) -> Iterator[tuple[int, bool]]:
        while until - self._start > MAX_CHARACTERS:
            self._start = _forced_end(self._text, self._start)
            if not self._is_joined(self._start):
                yield self._start, False

    def _open(self, at: int) -> None:
        if at >= self._enclosed_until:
            self._enclosed_until = _closing(self._text, at)

    def _end(self, event: re.Match[str]) -> tuple[int, bool] | None:
        """The end of the sentence that an event ends, and whether it ends a paragraph."""
        if event["mark"]:
            end = self._end_at_mark(event)
            return None if end is None else (end, False)
        ends_paragraph = True if event["paragraph"] else self._ends_paragraph(event)
        if ends_paragraph is None:
            return None
        self._enclosed_until = event.end()
        return event.end(), ends_paragraph

    def _end_at_mark(self, event: re.Match[str]) -> int | None:
        if self._is_joined(event.start()) or self._is_joined(event.end()):
            return None
        # A straight quotation mark closes what it has opened, and opens what comes next otherwise.
        is_inside = event.end() < self._enclosed_until
        behind = (_AFTER_MARK_IN_QUOTES if is_inside else _AFTER_MARK).match(self._text, event.end())
        if not behind or behind.end("closing") < self._enclosed_until:
            return None
        return behind.end() if _ends_sentence(self._text, event, behind) else None

    def _ends_paragraph(self, event: re.Match[str]) -> bool | None:
        """Whether a line break ends a paragraph (True), only a sentence (False) or merely wraps a line."""
        if self._lines_are_sentences:
            return False
        line = self._text[self._text.rfind("\n", 0, event.start()) + 1 : event.start()].rstrip()
        after = self._text[event.end() : event.end() + 1]
        if not line or after.islower() or line[-1] in _LINE_GOES_ON:
            return None
        ideographs = len(_HAN.findall(line))
        if len(line) + ideographs not in _WRAPPED:
            return True
        return True if ideographs and line[-1] in _LINE_ENDINGS else None


def _closing(text: str, opening: int) -> int:
    """Where what is opened at an offset is closed again; that offset if it is not, or a long way off."""
    limit = opening + _LONG_QUOTATION
    if text[opening] == '"':
        if text[opening - 1 : opening].isdigit():
            return opening  # inches
        end = text.find('"', opening + 1, limit)
        return opening if end < 0 or "\n\n" in text[opening:end] else end + 1
    depth = 1
    for pair in _PAIR.finditer(text, opening + 1, limit):
        depth += 1 if pair["open"] else -1
        if depth == 0:
            return pair.end()
        if depth > _DEEPEST or pair.group() == "\n\n":
            break
    return opening


def _ends_sentence(text: str, event: re.Match[str], behind: re.Match[str]) -> bool:
    """Whether a sentence mark, with what closes and the space behind it, ends a sentence."""
    mark, after = event["mark"], text[behind.end() : behind.end() + 1]
    if mark[0] in "。！？｡":
        return True
    if after and not after.isspace() and not behind.group() and not _HAN.match(after):
        return False  # 3.14, example.com, Yahoo!'s
    if after.islower():
        return False
    if mark[0] == "…" or (len(mark) > 1 and mark[0] == "."):
        return not _HAN.match(after)
    return mark != "." or not is_abbreviation(text, event.start())


def is_abbreviation(text: str, dot: int) -> bool:
    """Whether the full stop at an offset belongs to an abbreviation or an initial, and ends nothing."""
    before = _WORD_BEFORE.search(text, max(0, dot - 20), dot)
    if not before:
        return False
    is_initial = len(before.group()) == 1 and before.group().isupper() and before.group() != "I"
    word = before.group().lower()
    if not (is_initial or word in ABBREVIATIONS):
        return False
    if word in BEFORE_NUMBERS:
        return _FIGURE.match(text, dot + 1) is not None
    following = _NEXT_WORD.match(text, dot + 1, dot + 20)
    may_be_last = is_initial or ("." in word and word not in _NEVER_LAST)
    return not (may_be_last and following and following[1] in _FIRST_WORDS)


def _forced_end(text: str, start: int) -> int:
    """The best place to end a sentence that is too long."""
    limit = start + MAX_CHARACTERS
    window = text[start:limit]
    least = MAX_CHARACTERS // 4
    marks = [match.end() for match in _CLAUSE_MARK.finditer(window) if least < match.end() < MAX_CHARACTERS]
    if marks:
        return start + marks[-1]
    if (space := max(window.rfind(" "), window.rfind("\n"))) > least:
        return start + space + 1
    # The last word of the window may go on behind it: the one before it is whole.
    inside = [end for end in word_ends(window) if end < MAX_CHARACTERS - 1]
    return start + inside[-1] if inside else limit

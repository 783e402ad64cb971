"""Where sentences end.

Cleaned text goes in, slices of it come out that tile it. A sentence does not end inside brackets or
quotation marks, unless these hold a long speech; and nothing is longer than :data:`MAX_CHARACTERS`, so that
text without any punctuation is still spoken as it comes: it is cut at the last clause mark, else the last
space, else the last boundary between two Chinese words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import rjieba

from declaim.text.abbreviations import ABBREVIATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.text.aligned import AlignedText

MAX_CHARACTERS = 400
_LONG_QUOTATION = 120
"""A quotation or bracket of more characters than this is split at the sentences inside it."""
_WRAPPED_LINE = 40
"""A line at least so wide that ends without punctuation goes on in the next one (e-mail, old books)."""

_OPENERS, _CLOSERS = "“‘「『（(《〈【[", "”’」』）)》〉】]"
_EVENT = re.compile(
    rf"""
      (?P<paragraph>[^\S\n]*\n[^\S\n]*\n\s*)
    | (?P<line>[^\S\n]*\n[^\S\n]*)
    | (?P<mark>[。！？!?｡]+|\.+|…+) (?P<closing>[{re.escape(_CLOSERS)}"']*) (?P<space>[^\S\n]*)
    | (?P<open>[{re.escape(_OPENERS)}])
    | (?P<close>[{re.escape(_CLOSERS)}])
    | (?P<straight>")
    """,
    re.VERBOSE,
)
_CLAUSE_MARK = re.compile(r"[，、；：,;:—–]+[”’」』）)]*\s*")
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.]*$")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence's text and whether a paragraph ends with it."""

    text: AlignedText
    ends_paragraph: bool


def split_sentences(text: AlignedText) -> Iterator[Stretch]:
    """The sentences of cleaned text, in order; together they are all of it."""
    start = 0
    for end, ends_paragraph in _ends(text.text):
        yield Stretch(text[start:end], ends_paragraph)
        start = end
    if start < len(text):
        yield Stretch(text[start:], ends_paragraph=True)


def _ends(text: str) -> Iterator[tuple[int, bool]]:
    """Offsets at which a sentence ends, and whether a paragraph does."""
    start, depth, opened = 0, 0, 0
    straight = False
    for event in _EVENT.finditer(text):
        while event.start() - start > MAX_CHARACTERS:
            start = _forced_end(text, start)
            yield start, False
        kind = event.lastgroup
        if kind == "paragraph" or (kind == "line" and _line_ends(text, start, event)):
            start, depth, straight = event.end(), 0, False
            yield start, True
        elif kind == "open":
            opened = event.start() if depth == 0 else opened
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "straight":
            opened = opened if straight else event.start()
            straight = not straight
        elif event["mark"]:
            closing = event["closing"]
            depth = max(0, depth - sum(closing.count(mark) for mark in _CLOSERS))
            straight ^= closing.count('"') % 2 == 1
            enclosed = (depth > 0 or straight) and event.end() - opened <= _LONG_QUOTATION
            if not enclosed and _mark_ends(text, event):
                start = event.end()
                yield start, False
    while len(text) - start > MAX_CHARACTERS:
        start = _forced_end(text, start)
        yield start, False


def _mark_ends(text: str, event: re.Match[str]) -> bool:
    """Whether a sentence mark ends a sentence here."""
    mark, after = event["mark"], text[event.end() : event.end() + 1]
    if mark[0] in "。！？｡":
        return True
    if after and not event["space"] and not event["closing"] and not _HAN.match(after):
        return False  # 3.14, example.com, Yahoo!'s
    if after.islower():
        return False
    if mark[0] == "…" or (len(mark) > 1 and mark[0] == "."):
        return not _HAN.match(after)
    if mark != ".":
        return True
    return not _is_abbreviation(text, event.start())


def _is_abbreviation(text: str, dot: int) -> bool:
    before = _WORD_BEFORE.search(text, max(0, dot - 20), dot)
    if not before:
        return False
    word = before.group()
    is_initial = len(word) == 1 and word.isupper() and word != "I"
    return is_initial or word.lower() in ABBREVIATIONS


def _line_ends(text: str, start: int, event: re.Match[str]) -> bool:
    """Whether a single line break ends a paragraph, or merely wraps a line."""
    line = text[max(start, text.rfind("\n", 0, event.start()) + 1) : event.start()].rstrip()
    after = text[event.end() : event.end() + 1]
    if not line or not after:
        return False
    if line[-1] in "。！？!?.…：:" or line[-1] in _CLOSERS + '"':
        return True
    if after.islower():
        return False
    width = len(line) + len(_HAN.findall(line))
    return width < _WRAPPED_LINE or line[-1] in "；;"


def _forced_end(text: str, start: int) -> int:
    """The best place to end a sentence that is too long."""
    limit = start + MAX_CHARACTERS
    window = text[start:limit]
    marks = [match.end() for match in _CLAUSE_MARK.finditer(window) if match.end() > MAX_CHARACTERS // 4]
    if marks:
        return start + marks[-1]
    if (space := max(window.rfind(" "), window.rfind("\n"))) > MAX_CHARACTERS // 4:
        return start + space + 1
    # The last word of the window may go on behind it: the one before it is whole.
    inside = [end for end in accumulate(map(len, rjieba.cut(window))) if end < MAX_CHARACTERS - 1]
    return start + inside[-1] if inside else limit

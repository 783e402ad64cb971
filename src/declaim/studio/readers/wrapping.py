"""Lines that were broken by their width, joined to paragraphs again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from declaim.studio.readers.block_lines import columns
from declaim.text.characters import HAN

_WIDEST = 130
"""Columns. No text is wrapped wider; longer lines are whole paragraphs."""
_NARROWEST = 24
_WIDE_END = re.compile(f"[{HAN}\u3000-\u303f\uff00-\uffef\u2018-\u201d\u2014\u2026]$")
_WIDE_START = re.compile(f"[{HAN}\u3000-\u303f\uff00-\uffef\u2018-\u201d\u2014\u2026]")
_HAN_START = re.compile(f"[{HAN}]")
_HYPHEN = re.compile(r"(?P<head>[A-Za-z]{2,})[-\u00ad\u2010\x02]$")
_TAIL = re.compile(r"[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


def wrap_width(runs: Iterable[Sequence[str]]) -> int | None:
    """The width in columns at which a text's lines were broken, or None if they were not.

    Args:
        runs: the lines between two blank ones, each.

    Returns:
        The width of nearly its widest line, if most lines that another follows without a blank one are so
        full that the next word would not have fitted.
    """
    pairs = [pair for run in runs for pair in pairwise(run)]
    if not pairs:
        return None
    widths = sorted(columns(line) for line, _ in pairs)
    width = widths[int(0.98 * (len(widths) - 1))]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    full = sum(is_full(line, following, width) for line, following in pairs)
    return width if 2 * full > len(pairs) else None


def is_full(line: str, following: str, width: int) -> bool:
    """Whether a line had no room for the first word of the next within a width."""
    first = following.split(maxsplit=1)[0] if following.split() else ""
    needed = (
        4 if _HAN_START.match(first) else columns(first) + 1
    )  # a character, and a mark that may not begin a line
    return columns(line.rstrip()) + needed > width


class Joiner:
    """Puts the lines of a paragraph together: no space between Chinese, no hyphen inside a word.

    Args:
        lines: of the whole text, from which it learns its words.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        for line in lines:
            whole = _HYPHEN.sub("", line.rstrip())
            self._words.update(word.lower() for word in _WORD.findall(whole))

    def join(self, lines: Sequence[str]) -> str:
        """One line of several."""
        joined = ""
        for line in (line.strip() for line in lines):
            joined = self._two(joined, line) if joined and line else joined + line
        return joined

    def _two(self, before: str, after: str) -> str:
        hyphen, tail = _HYPHEN.search(before), _TAIL.match(after)
        if hyphen and tail and tail.group()[0].islower():
            compound = f"{hyphen['head']}-{tail.group()}".lower()
            is_compound = self._words[compound] > 0 and self._words[compound.replace("-", "")] == 0
            return before[:-1] + ("-" if is_compound else "") + after
        closed = _WIDE_END.search(before) and _WIDE_START.match(after)
        return before + ("" if closed else " ") + after

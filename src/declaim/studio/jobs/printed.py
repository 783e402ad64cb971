"""From offsets in a passage's markup to offsets in what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from declaim.text.sentence import Span

_MARKUP: Final = re.compile(
    r"\[(?P<word>[^\[\]\n]{1,100})\]\(/[^()\n]*/\)"  # a word and its pronunciation
    r"|(?P<entity>&(?:lt|amp|gt|quot);)"
    r"|(?P<escape>\\)(?=\[)"
    r"|\[(?:pause|/?voice)[^\[\]\n]*\]"
    r"|<[A-Za-z/!?][^<>]*>"
)
_ENTITIES: Final = {"&lt;": "<", "&amp;": "&", "&gt;": ">", "&quot;": '"'}
_REACH: Final = 16
"""Characters by which a passage may differ from the print at one place, such as a dash left out."""


class PrintedText:
    """Finds in print what stands in a passage's text.

    Args:
        markup: the passage's text.
        printed: the same stretch as printed; None if nothing is known of it but the markup.
    """

    def __init__(self, markup: str, printed: str | None = None) -> None:
        seen = list(_seen(markup))
        self.text = "".join(letter for _, letter in seen) if printed is None else printed
        self._places: list[int] = []
        """For each offset of the markup, and the one behind it: the offset in print."""
        done = 0
        for index, letter in seen:
            found = self.text.find(letter, done, done + _REACH)
            at = done if found < 0 else found
            self._fill(index, at)
            done = at if found < 0 else at + 1
        self._fill(len(markup) + 1, len(self.text))

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the markup stands in print."""
        return self._places[start], max(self._places[start], self._places[end])

    def trimmed(self, start: int, end: int) -> Span:
        """The same, without the space around it."""
        first, last = self.span(start, end)
        text = self.text[first:last]
        return first + len(text) - len(text.lstrip()), last - len(text) + len(text.rstrip())

    def _fill(self, until: int, place: int) -> None:
        """What is not seen stands where the next thing does that is; closing signs belong before it."""
        self._places += [place] * (until + 1 - len(self._places))


def _seen(markup: str) -> Iterator[tuple[int, str]]:
    """The characters of the markup that are printed, each with its offset."""
    done = 0
    for match in _MARKUP.finditer(markup):
        yield from enumerate(markup[done : match.start()], done)
        if match["word"] is not None:
            yield from enumerate(match["word"], match.start("word"))
        elif match["entity"] is not None:
            yield match.start(), _ENTITIES[match["entity"]]
        done = match.end()
    yield from enumerate(markup[done:], done)

"""A string that remembers, for every character, which stretch of the user's text it came from."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from declaim.text.sentence import Span

Edit = tuple[int, int, str]
"""Replace ``text[start:end]`` by a string."""


@dataclass(frozen=True, slots=True)
class AlignedText:
    """Text after some rewriting, with the source span of each of its characters.

    A character that came of a rewrite (``3`` → ``three``) has the span of all that was rewritten. Spans
    never decrease from left to right. Arrays keep it small: 17 bytes a character at most.
    """

    text: str
    starts: array[int]
    ends: array[int]

    @classmethod
    def of(cls, text: str, offset: int = 0) -> AlignedText:
        """``text`` as it stands in the user's text from ``offset`` on."""
        return cls(
            text,
            array("q", range(offset, offset + len(text))),
            array("q", range(offset + 1, offset + len(text) + 1)),
        )

    @classmethod
    def standing_for(cls, text: str, source: Span) -> AlignedText:
        """``text`` said in place of a stretch of the user's text, to which each character maps."""
        start, end = source
        return cls(text, array("q", [start]) * len(text), array("q", [end]) * len(text))

    @classmethod
    def join(cls, pieces: Iterable[AlignedText]) -> AlignedText:
        """All pieces, one after the other."""
        texts: list[str] = []
        starts, ends = array("q"), array("q")
        for piece in pieces:
            texts.append(piece.text)
            starts += piece.starts
            ends += piece.ends
        return cls("".join(texts), starts, ends)

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> AlignedText:
        return AlignedText(self.text[part], self.starts[part], self.ends[part])

    def __add__(self, other: AlignedText) -> AlignedText:
        return AlignedText(self.text + other.text, self.starts + other.starts, self.ends + other.ends)

    def source(self, start: int, end: int) -> Span:
        """The user's span behind ``text[start:end]``, which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def edit(self, edits: Iterable[Edit]) -> AlignedText:
        """Apply replacements that are sorted and do not overlap; each new character maps to all replaced.

        An insertion (``start == end``) maps to the character before it, or after it at the very beginning.
        """
        pieces: list[str] = []
        starts, ends = array("q"), array("q")
        done = 0
        for start, end, new in edits:
            pieces += (self.text[done:start], new)
            starts += self.starts[done:start]
            ends += self.ends[done:start]
            if new:
                source = self._source_of_edit(start, end)
                starts += array("q", [source[0]]) * len(new)
                ends += array("q", [source[1]]) * len(new)
            done = end
        pieces.append(self.text[done:])
        return AlignedText("".join(pieces), starts + self.starts[done:], ends + self.ends[done:])

    def sub(self, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str | None]) -> AlignedText:
        """``pattern.sub`` that keeps the alignment; a callable may return None to leave a match alone."""
        edits: list[Edit] = []
        for match in pattern.finditer(self.text):
            replacement = match.expand(new) if isinstance(new, str) else new(match)
            if replacement is not None and replacement != match.group():
                edits.append((match.start(), match.end(), replacement))
        return self.edit(edits) if edits else self

    def _source_of_edit(self, start: int, end: int) -> Span:
        if end > start:
            return self.source(start, end)
        if start > 0:
            return self.starts[start - 1], self.ends[start - 1]
        return (self.starts[0], self.ends[0]) if self.text else (0, 0)

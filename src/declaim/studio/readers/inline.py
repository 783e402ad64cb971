"""The text inside one block, as it is gathered: white space collapsed, readings kept by their place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from declaim.studio.book import Reading
from declaim.text.characters import HAN

_WHITE = re.compile(r"(\s+)")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
"""Soft hyphens, marks without width, control characters and what no well-formed text has."""
_WIDE = re.compile(f"[{HAN}\u3000-\u303f\uff00-\uffef\u2018-\u201d\u2014\u2026]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a block, without white space at its ends."""

    text: str
    readings: tuple[Reading, ...] = ()

    @property
    def is_speakable(self) -> bool:
        """Whether there is a letter, digit or ideograph in it."""
        return any(map(str.isalnum, self.text))


class InlineText:
    """Collects pieces of text into lines.

    White space is collapsed as CSS does it: to one space, and where a source line ends between two Chinese
    characters or marks, to nothing (CSS Text Module Level 3, section 4.1.3).
    """

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._pieces: list[str] = []
        self._readings: list[Reading] = []
        self._length = 0
        self._white = ""

    def add(self, text: str) -> None:
        """Add text as it stands in the source."""
        for piece in _WHITE.split(unicodedata.normalize("NFC", _INVISIBLE.sub("", text))):
            if piece.isspace():
                self._white = "\n" if "\n" in piece and self._white != " " else " "
            elif piece:
                self._append(piece)

    def add_read(self, text: str, pronunciation: str | None) -> None:
        """Add a stretch that has its own pronunciation, if it has one."""
        if not pronunciation:
            self.add(text)
            return
        self.add(text)
        length = len(unicodedata.normalize("NFC", text.strip()))
        self._readings.append(Reading(self._length - length, self._length, pronunciation))

    def end_line(self) -> None:
        """Begin a new line. Empty ones stay: they part stanzas."""
        self._lines.append(Line("".join(self._pieces), tuple(self._readings)))
        self._pieces, self._readings = [], []
        self._length, self._white = 0, ""

    def take(self) -> list[Line]:
        """The lines so far, without empty ones at the ends; begins anew."""
        self.end_line()
        lines, self._lines = self._lines, []
        while lines and not lines[-1].text:
            lines.pop()
        while lines and not lines[0].text:
            lines.pop(0)
        return lines

    @property
    def tail(self) -> str:
        """The last piece on the current line."""
        return self._pieces[-1] if self._pieces else ""

    def _append(self, piece: str) -> None:
        if self._white and self._pieces:
            joins = self._white == "\n" and _WIDE.match(self._pieces[-1][-1]) and _WIDE.match(piece)
            self._put("" if joins else " ")
        self._white = ""
        self._put(piece)

    def _put(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._length += len(piece)

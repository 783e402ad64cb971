"""LRC: lines with the time at which each begins, as music players show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TextIO

from declaim.studio.book import Book
from declaim.studio.outputs.names import one_line
from declaim.studio.outputs.tags import authors_of
from declaim.timings import Cue, CueBuilder, WordTiming

_HUNDREDTHS_A_MINUTE: Final = 6000
_SILENCE: Final = 3.0
"""Seconds without speech after which the line before is taken away: an empty line does that."""


def heading_of(book: Book, title: str, length: float) -> str:
    """What LRC says of a file of the book, with its own title and ``length`` seconds."""
    minutes, rest = divmod(round(length), 60)
    tags = {"ti": one_line(title), "ar": authors_of(book), "al": one_line(book.title)}
    lines = [f"[{key}:{value}]\n" for key, value in tags.items() if value]
    return "".join((*lines, f"[length:{minutes:02}:{rest:02}]\n"))


class LyricsWriter:
    """Writes LRC while the words come.

    Args:
        stream: text stream in UTF-8; it is not closed.
        text: what the words' spans count in.
        heading: lines that `heading_of` gave.
    """

    def __init__(self, stream: TextIO, text: str, heading: str) -> None:
        self._stream = stream
        self._builder = CueBuilder(text)
        self._end: float | None = None
        stream.write(heading)

    def write(self, words: Iterable[WordTiming]) -> None:
        """Take the next words, in the order in which they are heard."""
        for word in words:
            self._put(self._builder.add(word))

    def close(self) -> None:
        """Write what is left."""
        self._put(self._builder.close())

    def _put(self, cues: Iterable[Cue]) -> None:
        for cue in cues:
            if self._end is not None and cue.start - self._end > _SILENCE:
                self._stream.write(f"{_clock(self._end)}\n")
            self._stream.write(f"{_clock(cue.start)}{one_line(cue.text)}\n")
            self._end = cue.end


def _clock(seconds: float) -> str:
    """Minutes are not limited to two digits: LRC has no hours."""
    minutes, hundredths = divmod(round(seconds * 100), _HUNDREDTHS_A_MINUTE)
    return f"[{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}]"

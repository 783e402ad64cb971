"""When each word is heard, and subtitles made of it: SubRip (SRT), WebVTT and JSON."""

from __future__ import annotations

import html
import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TextIO, TypeAlias

from declaim.errors import OptionError
from declaim.text.sentence import Span

TimingsFormat: TypeAlias = Literal["srt", "vtt", "json"]

LINE_WIDTH: Final = 42.0
"""Columns a line, two lines a cue: the limit of Netflix's English Timed Text Style Guide."""

WIDE_COLUMNS: Final = LINE_WIDTH / 18
"""Columns of an East Asian wide character, so that 18 of them fill a line."""

MAX_SECONDS: Final = 7.0
"""No cue is longer, unless a single word is; the same guide's limit."""

MIN_SECONDS: Final = 1.0
"""A cue stays at least this long where the next one leaves room."""

# Tags, bracketed marks, links' targets and Markdown's signs: neither heard nor shown.
_MARKUP: Final = re.compile(r"<[^<>]*>|\]\([^()]*\)|\[[^\[\]]*\]|[\[\]*_`#~|\\]")
_CLOSING_REACH: Final = 200
"""Characters after a cue in which its closing marks, and the tags between them, are looked for."""
_SENTENCE_END: Final = re.compile(r"[。！？!?]|(\.)[\"'”’)]*\s")
_CLAUSE_END: Final = re.compile(r"[，、；：,;:—…]")
_ABBREVIATIONS: Final = frozenset({"mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "vs", "mt", "fig"})


@dataclass(frozen=True, slots=True)
class WordTiming:
    """One spoken word and when it is heard."""

    text: str
    """The user's own text of the word."""
    span: Span
    """Where that stands in the user's text; the words of one number share it."""
    start: float
    """Seconds from the beginning of the audio."""
    end: float


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at one time, on one or two lines."""

    text: str
    """As the user wrote it on one line, with its punctuation and without markup."""
    words: tuple[WordTiming, ...]
    offsets: tuple[int, ...]
    """Where in ``text`` each word begins, with the quotes and brackets that open before it."""
    start: float
    """Seconds from the beginning of the audio."""
    end: float

    @property
    def span(self) -> Span:
        """From its first word to its last, in the user's text."""
        return self.words[0].span[0], self.words[-1].span[1]

    @property
    def line_break(self) -> int | None:
        """The offset at which the second line begins, chosen for lines of equal width; None for one line."""
        if _width(self.text) <= LINE_WIDTH:
            return None
        places = sorted(set(self.offsets) - {self.offsets[0]})
        return min(places, key=lambda at: max(map(_width, self._cut(at))), default=None)

    @property
    def fits(self) -> bool:
        """Whether it can be read: two lines that are not too long, for not too long."""
        lines = (self.text,) if self.line_break is None else self._cut(self.line_break)
        return self.words[-1].end - self.start <= MAX_SECONDS and max(map(_width, lines)) <= LINE_WIDTH

    def _cut(self, at: int) -> tuple[str, str]:
        return self.text[:at].rstrip(), self.text[at:]


class CueBuilder:
    """Groups words, in the order in which they are heard, into cues; holds one cue at a time.

    A cue ends with its sentence. A longer sentence is cut where the cue is full: after the last clause if
    that is in its second half, else after a word, and never between words that share a span.

    Args:
        text: all of the user's text, which the words' spans count in.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: list[WordTiming] = []
        self._done = 0

    def add(self, word: WordTiming) -> list[Cue]:
        """Take the next word; gives the cues that are complete."""
        complete = []
        if self._words and self._ends_sentence(self._words[-1], word):
            complete.append(self._take(len(self._words), word))
        self._words.append(word)
        while not self._cue(self._words, None).fits and (count := self._words_to_cut()):
            complete.append(self._take(count, self._words[count]))
        return complete

    def close(self) -> list[Cue]:
        """Give what is left."""
        return [self._take(len(self._words), None)] if self._words else []

    def _take(self, count: int, following: WordTiming | None) -> Cue:
        cue = self._cue(self._words[:count], following)
        self._words = self._words[count:]
        self._done = cue.span[1]
        return cue

    def _words_to_cut(self) -> int:
        """How many of the held words, which are too many, make a cue; 0 if they cannot be parted."""
        words = self._words
        partings = [at for at in range(1, len(words)) if words[at].span != words[at - 1].span]
        gaps = {at: self._text[words[at - 1].span[1] : words[at].span[0]] for at in partings}
        clauses = [at for at in partings if 2 * at >= len(words) and _CLAUSE_END.search(gaps[at])]
        return (clauses or partings or [0])[-1]

    def _ends_sentence(self, word: WordTiming, following: WordTiming) -> bool:
        gap = self._text[word.span[1] : following.span[0]]
        mark = _SENTENCE_END.search(_MARKUP.sub("", gap))
        if mark is None:
            return "\n\n" in gap
        # The full stop of "Dr. Who" and "J. Smith" ends nothing.
        return not (mark[1] and (len(word.text) == 1 or word.text.lower() in _ABBREVIATIONS))

    def _cue(self, words: list[WordTiming], following: WordTiming | None) -> Cue:
        text, end = "", self._done
        offsets: list[int] = []
        for word in words:
            if word.span[1] > end or not offsets:
                closing, between, opening = _part(self._text[end : word.span[0]])
                text += closing + between if offsets else ""
                offsets.append(len(text))
                text += opening + " ".join(word.text.split())  # a date may go on in the next line
                end = max(end, word.span[1])
            else:
                offsets.append(offsets[-1])
        stop = min(following.span[0] if following else len(self._text), end + _CLOSING_REACH)
        text += _part(self._text[end:stop])[0]
        start = words[0].start
        shown_until = min(start + MIN_SECONDS, following.start) if following else start + MIN_SECONDS
        return Cue(text, tuple(words), tuple(offsets), start, max(words[-1].end, shown_until))


class TimingsWriter:
    """Writes subtitles while the words come.

    Args:
        stream: text stream in UTF-8; it is not closed.
        text: all of the user's text.
        timings_format: ``srt``; ``vtt``; or ``json``, an object whose list ``cues`` has ``start``, ``end``,
            ``text``, ``span`` and ``words``, each of these with ``text``, ``span``, ``start`` and ``end``.
        word_times: WebVTT only: mark in each cue when each word is heard (``<00:00:01.000>``).
    """

    def __init__(
        self, stream: TextIO, text: str, timings_format: TimingsFormat, *, word_times: bool = False
    ) -> None:
        self._stream = stream
        self._builder = CueBuilder(text)
        self._count = 0
        head, self._foot = _FRAMES[timings_format]
        renderers: dict[TimingsFormat, Callable[[Cue], str]] = {
            "srt": lambda cue: _srt(cue, self._count),
            "vtt": lambda cue: _vtt(cue, word_times=word_times),
            "json": lambda cue: _json(cue, self._count),
        }
        self._render = renderers[timings_format]
        stream.write(head)

    def write(self, words: Iterable[WordTiming]) -> None:
        """Take the next words, in the order in which they are heard."""
        for word in words:
            self._put(self._builder.add(word))

    def close(self) -> None:
        """Write what is left, and the end."""
        self._put(self._builder.close())
        self._stream.write(self._foot)

    def _put(self, cues: list[Cue]) -> None:
        for cue in cues:
            self._count += 1
            self._stream.write(self._render(cue))


_FRAMES: Final[dict[TimingsFormat, tuple[str, str]]] = {
    "srt": ("", ""),
    "vtt": ("WEBVTT\n\n", ""),
    "json": ('{"cues": [', "\n]}\n"),
}


def timings_format_of(path: Path | str) -> TimingsFormat:
    """The format that ``path``'s suffix stands for.

    Raises:
        OptionError: it is none of ``.srt``, ``.vtt`` and ``.json``.
    """
    name = Path(path).suffix.lower().removeprefix(".")
    if name not in _FRAMES:
        raise OptionError(
            f"the name {str(path)!r} says no timings format", hint="End it in .srt, .vtt or .json."
        )
    return name


def _part(gap: str) -> tuple[str, str, str]:
    """What stands between two words: marks that close the first, the rest, marks that open the second."""
    gap = re.sub(r"\s+", " ", html.unescape(_MARKUP.sub("", gap)))
    closing = "".join(
        itertools.takewhile(lambda mark: not (mark == " " or mark.isalnum() or _opens(mark)), gap)
    )
    rest = gap[len(closing) :]
    opening = "".join(itertools.takewhile(lambda mark: mark in "\"'" or _opens(mark), reversed(rest)))[::-1]
    return closing, rest[: len(rest) - len(opening)], opening


def _opens(mark: str) -> bool:
    return unicodedata.category(mark) in ("Ps", "Pi")


def _width(line: str) -> float:
    return sum(WIDE_COLUMNS if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def _clock(seconds: float, separator: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return (
        f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{separator}{milliseconds % 1000:03}"
    )


def _lines(cue: Cue) -> str:
    at = cue.line_break
    return cue.text if at is None else f"{cue.text[:at].rstrip()}\n{cue.text[at:]}"


def _srt(cue: Cue, number: int) -> str:
    return f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{_lines(cue)}\n\n"


def _vtt(cue: Cue, *, word_times: bool) -> str:
    body = _timed_lines(cue) if word_times else html.escape(_lines(cue), quote=False)
    return f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{body}\n\n"


def _timed_lines(cue: Cue) -> str:
    """The lines with the time of each word but the first; WebVTT wants them to rise, within the cue's own."""
    body, done, latest = "", 0, _clock(cue.start, ".")
    for word, offset in zip(cue.words, cue.offsets, strict=True):
        body += html.escape(cue.text[done:offset], quote=False)
        done = offset
        if offset and offset == cue.line_break and not body.endswith("\n"):
            body = body.rstrip() + "\n"
        time = _clock(word.start, ".")
        if latest < time < _clock(cue.end, "."):
            body += f"<{time}>"
            latest = time
    return body + html.escape(cue.text[done:], quote=False)


def _json(cue: Cue, number: int) -> str:
    words = [
        {"text": word.text, "span": word.span, "start": round(word.start, 3), "end": round(word.end, 3)}
        for word in cue.words
    ]
    whole = {"start": round(cue.start, 3), "end": round(cue.end, 3), "text": cue.text, "span": cue.span}
    return ("\n" if number == 1 else ",\n") + json.dumps(whole | {"words": words}, ensure_ascii=False)

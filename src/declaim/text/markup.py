"""Markup in the user's text: what it says of which stretch, taken off before anything is read.

Two forms are understood. In plain text, a few bracketed directives::

    [pause 800ms]  [pause 1.5s]  [pause]
    [voice zm_yunxi]…[/voice]
    [重庆](/chong2 qing4/)  [Kokoro](/kˈOkəɹO/)

and, when the text begins with ``<speak``, a subset of SSML (see :mod:`declaim.text.ssml`). A directive that
is begun but malformed is an error with its line and column; brackets that are not directives are text, and so
is everything in Markdown's code. A backslash before a bracket makes it text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace

from declaim.errors import LexiconError, MarkupError
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.text.aligned import AlignedText
from declaim.text.characters import HAN
from declaim.text.phonemes import SOUNDS
from declaim.text.pronunciation import Pronunciation, is_pinyin, is_syllable, parse_pronunciation

MAX_PAUSE = 60.0
"""Seconds. A longer silence is more likely a slip of the pen than a wish."""
_DEFAULT_PAUSE = 0.5

_DIRECTIVE = re.compile(
    r"""
      ^\ {0,3}(?P<fence>```|~~~)(?s:.*?)^\ {0,3}(?P=fence)
    | (?P<ticks>`{1,2})(?!`)[^`\n]{1,500}(?P=ticks)(?!`)
    | \\(?P<escaped>[\[\]])
    | \[pause(?P<pause>\ [^\[\]\n]*)?\]
    | \[voice(?P<voice>\ [^\[\]\n]*)?\]
    | (?P<end_voice>\[/voice\])
    | \[(?P<word>[^\[\]\n]{1,100})\]\(/(?P<pronunciation>[^()\n]{1,400})/\)
    """,
    re.VERBOSE | re.MULTILINE,
)
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s?(?P<unit>ms|s)", re.ASCII)
_LOOKS_LIKE_DURATION = re.compile(r"[-+.]?\d")
_LINE_END = re.compile(r"\r\n?|\n")
_HAN_CHARACTER = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """What markup asks for a stretch of text. Compared by identity: each element's content is its own."""

    prosody: Prosody = NEUTRAL
    emphasis: Prosody = NEUTRAL
    voice: str | None = None
    interpret_as: str | None = None
    pronunciation: Pronunciation | None = None

    @property
    def is_whole(self) -> bool:
        """Whether its stretch is read as one thing, in which no sentence ends."""
        return self.interpret_as is not None or self.pronunciation is not None


@dataclass(slots=True)
class MarkedText:
    """Text freed of its markup, and what the markup said, by offset in the user's own text."""

    text: AlignedText
    styles: list[tuple[int, Style]] = field(default_factory=lambda: [(0, Style())])
    """From this offset on, this style."""
    pauses: list[tuple[int, float]] = field(default_factory=list)
    """At this offset, so many seconds of silence."""
    voices: dict[str, int] = field(default_factory=dict)
    """The voices that are asked for, and the offset of the markup that first does."""
    lines_are_sentences: bool = False
    """Whether a line break is a sentence's end, as markup has it, or may be there for the eye only."""

    def style_at(self, offset: int) -> Style:
        """The style of the character at an offset of the user's text."""
        return self.styles[bisect_right(self.styles, offset, key=lambda entry: entry[0]) - 1][1]

    def is_joined(self, index: int) -> bool:
        """Whether a character of ``text`` is read as one with the character before it."""
        if not 0 < index < len(self.text):
            return False
        if self.text.starts[index] < self.text.ends[index - 1]:
            return True  # both stand for one stretch: no sentence ends inside an alias
        style = self.style_at(self.text.starts[index])
        return style.is_whole and style is self.style_at(self.text.starts[index - 1])


def position(text: str, offset: int) -> tuple[int, int]:
    """1-based line and column of an offset; lines end as editors end them."""
    ends = [match.end() for match in _LINE_END.finditer(text, 0, offset)]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def markup_error(text: str, offset: int, message: str, *, hint: str = "") -> MarkupError:
    """A :class:`MarkupError` that points at an offset of the user's text."""
    line, column = position(text, offset)
    return MarkupError(message, line=line, column=column, hint=hint)


def parse_duration(text: str) -> float:
    """``800ms`` or ``1.5s`` in seconds.

    Raises:
        ValueError: it is neither, or longer than :data:`MAX_PAUSE`.
    """
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a duration: write 800ms or 1.5s")
    seconds = float(match["number"]) / (1000 if match["unit"] == "ms" else 1)
    if seconds > MAX_PAUSE:
        raise ValueError(f"{text!r} is longer than {MAX_PAUSE:g}s")
    return seconds


def parse_brackets(text: str) -> MarkedText:
    """Take the bracketed directives off plain text.

    Raises:
        MarkupError: a directive is malformed, not closed, or closed without having been opened.
    """
    return _BracketParser(text).parse()


class _BracketParser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._edits: list[tuple[int, int, str]] = []
        self._marked = MarkedText(AlignedText.of(text))
        self._open: list[tuple[int, Style]] = []

    def parse(self) -> MarkedText:
        for match in _DIRECTIVE.finditer(self._text):
            if not (match["fence"] or match["ticks"]):
                self._directive(match)
        if self._open:
            raise markup_error(
                self._text, self._open[-1][0], "[voice …] is never closed", hint="add [/voice]"
            )
        self._marked.text = self._marked.text.edit(self._edits)
        return self._marked

    def _directive(self, match: re.Match[str]) -> None:
        if match["escaped"]:
            self._edits.append((match.start(), match.start() + 1, ""))
        elif match["word"]:
            self._pronunciation(match)
        elif match["end_voice"]:
            self._close_voice(match)
        elif match.group().startswith("[voice"):
            self._open_voice(match)
        else:
            self._pause(match)

    def _pause(self, match: re.Match[str]) -> None:
        argument = (match["pause"] or "").strip()
        if argument and not _LOOKS_LIKE_DURATION.match(argument):
            return  # "[pause for effect]" is text
        try:
            seconds = parse_duration(argument) if argument else _DEFAULT_PAUSE
        except ValueError as error:
            raise markup_error(self._text, match.start(), str(error)) from error
        self._marked.pauses.append((match.start(), seconds))
        self._edits.append((match.start(), match.end(), " "))

    def _open_voice(self, match: re.Match[str]) -> None:
        name = (match["voice"] or "").strip()
        if not name:
            raise markup_error(
                self._text, match.start(), "[voice] names no voice", hint="`declaim voices` lists them"
            )
        self._open.append((match.start(), self._style))
        self._marked.voices.setdefault(name, match.start())
        self._change(match, replace(self._style, voice=name))

    def _close_voice(self, match: re.Match[str]) -> None:
        if not self._open:
            raise markup_error(
                self._text, match.start(), "[/voice] closes nothing", hint="remove it, or open [voice NAME]"
            )
        self._change(match, self._open.pop()[1])

    def _change(self, match: re.Match[str], style: Style) -> None:
        self._marked.styles.append((match.end(), style))
        self._edits.append((match.start(), match.end(), ""))

    def _pronunciation(self, match: re.Match[str]) -> None:
        word, given = match["word"], match["pronunciation"]
        if _is_link(word, given):
            return
        try:
            pronunciation = parse_pronunciation(word, given)
        except LexiconError as error:
            raise markup_error(self._text, match.start(), str(error), hint=error.hint) from error
        style = self._style
        self._marked.styles.append((match.start(), replace(style, pronunciation=pronunciation)))
        self._marked.styles.append((match.end(), replace(style)))
        self._edits += [(match.start(), match.start("word"), ""), (match.end("word"), match.end(), "")]

    @property
    def _style(self) -> Style:
        return self._marked.styles[-1][1]


def _is_link(word: str, target: str) -> bool:
    """Whether ``[word](/target/)`` is a Markdown link to a path rather than a pronunciation.

    Pinyin has tone digits and stands on Chinese characters (``[第一页](/page1/)`` is a link all the same, as
    page1 is no syllable). A phoneme string has a stress mark or a letter of its alphabet beyond ASCII.
    """
    if _HAN_CHARACTER.search(word) and is_pinyin(target):
        return len(word) > 1 and " " not in target.strip() and not is_syllable(target.strip())
    return "'" not in target and not any(symbol in SOUNDS and not symbol.isascii() for symbol in target)

"""The subset of SSML 1.1 (W3C Recommendation, 2010) that can be performed here.

``speak``, ``p``, ``s``, ``break``, ``prosody`` (rate, pitch, range, volume), ``emphasis``, ``say-as``,
``phoneme`` (``ipa`` or ``pinyin``), ``sub`` and ``voice``. ``lang``, ``w`` and ``token`` are read through;
``mark`` and ``meta`` are ignored, as they make no sound. Any other element is an error: leaving out what it
asks for would be worse.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NoReturn, TypeVar
from xml.parsers import expat

from declaim.errors import DeclaimError, LexiconError
from declaim.prosody.score import Prosody
from declaim.text.aligned import AlignedText
from declaim.text.markup import MarkedText, Style, markup_error, parse_duration
from declaim.text.pronunciation import parse_pronunciation
from declaim.text.say_as import TYPES

_T = TypeVar("_T")

_STARTS_AS_SSML = re.compile(
    r"[\ufeff\s]*+(?>(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)\s*)*+<speak[\s>/]", re.DOTALL
)
_REFERENCE = re.compile(r"&#?\w+;")

_BREAK_STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6}
_PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
_RANGES = {"x-low": 0.3, "low": 0.6, "medium": 1.0, "default": 1.0, "high": 1.4, "x-high": 1.8}
_VOLUMES = {
    "silent": -20.0,
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "default": 0.0,
    "loud": 4.0,
    "x-loud": 8.0,
}
_EMPHASES = {
    "strong": Prosody(rate=0.8, pitch=1.5, pitch_range=1.3, energy=3),
    "moderate": Prosody(rate=0.88, pitch=1.0, pitch_range=1.15, energy=2),
    "none": Prosody(),
    "reduced": Prosody(rate=1.1, pitch=-0.5, pitch_range=0.8, energy=-2),
}

_SAY_AS = {name: name for name in sorted(TYPES)}
_PLAIN = {"speak", "p", "s", "lang", "w", "token", "break", "mark", "meta"}

_BREAKS = {"p": "\n\n", "s": "\n"}

_PERCENT = re.compile(r"[+-]?\d+(?:\.\d+)?%")
_SEMITONES = re.compile(r"[+-]?\d+(?:\.\d+)?st")
_DECIBELS = re.compile(r"[+-]?\d+(?:\.\d+)?dB", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")


def is_ssml(text: str) -> bool:
    """Whether a text is meant as SSML: its first element is ``speak``."""
    return _STARTS_AS_SSML.match(text) is not None


def parse_ssml(text: str) -> MarkedText:
    """Take the elements off an SSML document.

    Raises:
        MarkupError: it is not well-formed, has an element or value that is not supported, or declares a
            document type (so that entities cannot be made to explode).
    """
    return _SsmlParser(text).parse()


class _SsmlParser:
    """Expat's events, turned into a :class:`MarkedText` with offsets in the user's text."""

    def __init__(self, text: str) -> None:
        self._source = text
        # XML's declaration must stand at the very beginning, which a byte order mark or a blank line is not.
        self._bytes = text.lstrip("\ufeff \t\r\n").encode()
        self._last_offset = (0, len(text) - len(text.lstrip("\ufeff \t\r\n")))
        self._pieces: list[AlignedText] = []
        self._marked = MarkedText(AlignedText.of(""), lines_are_sentences=True)
        self._stack: list[_Element] = []
        self._says_something = False
        """Whether there is text behind the last break."""
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = False  # one call for each entity, so that its place is known
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype

    def parse(self) -> MarkedText:
        try:
            self._parser.Parse(self._bytes, True)  # noqa: FBT003 - expat's own signature
        except expat.ExpatError as error:
            offset = self._offset(self._parser.ErrorByteIndex)
            raise markup_error(
                self._source, offset, f"malformed SSML: {expat.ErrorString(error.code)}"
            ) from error
        self._marked.text = AlignedText.join(self._pieces)
        return self._marked

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        offset = self._offset(self._parser.CurrentByteIndex)
        if not self._stack and name != "speak":
            self._fail(offset, f"<{name}>: the outermost element must be <speak>")
        if self._stack and self._stack[-1].name in {"sub", "phoneme"}:
            self._fail(offset, f"<{self._stack[-1].name}> may hold text only")
        outer = self._stack[-1].style if self._stack else Style()
        try:
            style = _style(name, attributes, outer)
            if name == "break":
                self._marked.pauses.append((offset, _break_seconds(attributes)))
        except (DeclaimError, ValueError) as error:
            self._fail(offset, f"<{name}>: {error}")
        if name == "voice" and style.voice:
            self._marked.voices.setdefault(style.voice, offset)
        self._stack.append(_Element(name, offset, attributes, style))
        self._marked.styles.append((offset, style))
        self._break(name, offset)

    def _end(self, _name: str) -> None:
        offset = self._offset(self._parser.CurrentByteIndex)
        element = self._stack.pop()
        outer = self._stack[-1].style if self._stack else Style()
        if element.name == "sub":
            self._say(AlignedText.standing_for(element.attributes["alias"], (element.offset, offset)))
        elif element.name == "phoneme":
            self._pronounce(element, outer)
        elif element.name != "break":
            self._break(element.name, offset)
        self._marked.styles.append((offset, replace(outer)))

    def _pronounce(self, element: _Element, outer: Style) -> None:
        """Give the text of a ``phoneme``, now that it is known, its pronunciation."""
        word, attributes = element.content.strip(), element.attributes
        if not word:
            self._fail(element.offset, "<phoneme>: it holds no text")
        try:
            pronunciation = parse_pronunciation(word, attributes["ph"])
        except LexiconError as error:
            self._fail(element.offset, f"<phoneme>: {error}")
        if isinstance(pronunciation, str) and attributes.get("alphabet", "ipa") != "ipa":
            self._fail(element.offset, f"<phoneme>: {attributes['ph']!r} is not pinyin with tone digits")
        self._marked.styles[-1] = element.offset, replace(outer, pronunciation=pronunciation)

    def _characters(self, data: str) -> None:
        offset = self._offset(self._parser.CurrentByteIndex)
        element = self._stack[-1]
        if element.name == "phoneme":
            element.content += data
        elif element.name == "sub":
            return
        shown = data.replace("\n", " ")  # line breaks mean nothing in SSML: <p> and <s> do
        reference = _REFERENCE.match(self._source, offset)
        if reference and html.unescape(reference.group()) == data:
            self._say(AlignedText.standing_for(shown, reference.span()))
        elif self._source.startswith(data, offset):
            self._say(AlignedText.of(shown, offset))
        else:  # a line end that the parser has made one character of
            length = len("\r\n") if self._source.startswith("\r\n", offset) else 1
            self._say(AlignedText.standing_for(shown, (offset, offset + length)))

    def _say(self, piece: AlignedText) -> None:
        self._pieces.append(piece)
        self._says_something = self._says_something or bool(piece.text.strip())

    def _break(self, name: str, offset: int) -> None:
        """Set apart what an element parts: a paragraph, a sentence, or words on either side of a pause."""
        if name == "p" or (name == "s" and self._says_something):
            self._pieces.append(AlignedText.standing_for(_BREAKS[name], (offset, offset + 1)))
            self._says_something = False
        elif name == "break":
            self._pieces.append(AlignedText.standing_for(" ", (offset, offset + 1)))

    def _doctype(self, *_: object) -> NoReturn:
        reached = self._offset(self._parser.CurrentByteIndex)
        self._fail(self._source.rfind("<!DOCTYPE", 0, reached + 1), "SSML may not declare a document type")

    def _offset(self, byte: int) -> int:
        """The character offset of a byte offset; events come in order, so only what is new is decoded."""
        seen_bytes, seen = self._last_offset
        self._last_offset = byte, seen + len(self._bytes[seen_bytes:byte].decode(errors="ignore"))
        return self._last_offset[1]

    def _fail(self, offset: int, message: str) -> NoReturn:
        raise markup_error(self._source, offset, message) from None


@dataclass(slots=True)
class _Element:
    name: str
    offset: int
    attributes: dict[str, str]
    style: Style
    content: str = ""


def _style(name: str, attributes: dict[str, str], outer: Style) -> Style:
    """The style inside an element.

    Raises:
        ValueError: the element or one of its values is not supported.
        DeclaimError: a value is out of range.
    """
    if name in _PLAIN:
        return replace(outer)
    if name not in _STYLES:
        raise ValueError("this element is not supported")
    return _STYLES[name](attributes, outer)


def _emphasis_style(attributes: dict[str, str], outer: Style) -> Style:
    level = _choice(_EMPHASES, attributes.get("level", "moderate"))
    return replace(outer, prosody=outer.prosody * level)


def _phoneme_style(attributes: dict[str, str], outer: Style) -> Style:
    if attributes.get("alphabet", "ipa") not in {"ipa", "pinyin", "x-pinyin"}:
        raise ValueError("alphabet must be ipa or pinyin")
    _required(attributes, "ph")
    return replace(outer)


def _say_as_style(attributes: dict[str, str], outer: Style) -> Style:
    return replace(outer, interpret_as=_choice(_SAY_AS, _required(attributes, "interpret-as")))


def _sub_style(attributes: dict[str, str], outer: Style) -> Style:
    _required(attributes, "alias")
    return replace(outer)


_STYLES: dict[str, Callable[[dict[str, str], Style], Style]] = {
    "prosody": lambda attributes, outer: replace(outer, prosody=outer.prosody * _prosody(attributes)),
    "voice": lambda attributes, outer: replace(outer, voice=_required(attributes, "name")),
    "emphasis": _emphasis_style,
    "phoneme": _phoneme_style,
    "say-as": _say_as_style,
    "sub": _sub_style,
}


def _required(attributes: dict[str, str], name: str) -> str:
    if not (value := attributes.get(name, "").strip()):
        raise ValueError(f"it needs {name}=…")
    return value


def _choice(table: Mapping[str, _T], value: str) -> _T:
    if value not in table:
        raise ValueError(f"{value!r} is not one of {', '.join(table)}")
    return table[value]


def _prosody(attributes: dict[str, str]) -> Prosody:
    readers: dict[str, tuple[str, Callable[[str], float]]] = {
        "rate": ("rate", partial(_ratio, labels=_RATES)),
        "pitch": ("pitch", _semitones),
        "range": ("pitch_range", partial(_ratio, labels=_RANGES)),
        "volume": ("energy", _decibels),
    }
    if unknown := attributes.keys() - readers.keys():
        raise ValueError(f"{', '.join(sorted(unknown))}: only rate, pitch, range and volume are supported")
    return Prosody(
        **{readers[name][0]: readers[name][1](value.strip()) for name, value in attributes.items()}
    )


def _ratio(value: str, labels: dict[str, float]) -> float:
    """A label, a number, ``120%`` (of the default) or ``+20%`` (more than it)."""
    if value in labels:
        return labels[value]
    if _NUMBER.fullmatch(value):
        return float(value)
    if _PERCENT.fullmatch(value):
        share = float(value[:-1]) / 100
        return 1 + share if value[0] in "+-" else share
    raise ValueError(f"{value!r} is not a label, a number or a percentage")


def _semitones(value: str) -> float:
    if value in _PITCHES:
        return _PITCHES[value]
    if _SEMITONES.fullmatch(value):
        return float(value[:-2])
    if _PERCENT.fullmatch(value):
        return 12 * math.log2(max(_ratio(value, {}), 1e-3))
    raise ValueError(f"{value!r} is not a label, semitones (+2st) or a percentage (+10%)")


def _decibels(value: str) -> float:
    if value in _VOLUMES:
        return _VOLUMES[value]
    if _DECIBELS.fullmatch(value):
        return float(value[:-2])
    raise ValueError(f"{value!r} is not a label or decibels (+6dB)")


def _break_seconds(attributes: dict[str, str]) -> float:
    if "time" in attributes:
        return parse_duration(attributes["time"].strip())
    return _choice(_BREAK_STRENGTHS, attributes.get("strength", "medium"))

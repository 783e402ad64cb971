"""The subset of SSML 1.1 (W3C Recommendation, 2010) that can be performed here.

``speak``, ``p``, ``s``, ``break``, ``prosody`` (rate, pitch, range, volume), ``emphasis``, ``say-as``,
``phoneme`` (``ipa`` or ``pinyin``), ``sub`` and ``voice``. ``lang``, ``w`` and ``token`` are read through;
``mark`` and ``meta`` are ignored, as they make no sound. Any other element is an error: leaving out what it
asks for would be worse.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import NoReturn
from xml.parsers import expat

from declaim.errors import DeclaimError, LexiconError
from declaim.text.aligned import AlignedText
from declaim.text.markup import MarkedText, Style, markup_error
from declaim.text.pronunciation import parse_pronunciation
from declaim.text.ssml_styles import break_seconds, element_style

_STARTS_AS_SSML = re.compile(
    r"[\ufeff\s]*+(?>(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)\s*)*+<speak[\s>/]", re.DOTALL
)
_REFERENCE = re.compile(r"&#?\w+;")

_BREAKS = {"p": "\n\n", "s": "\n"}


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
            style = element_style(name, attributes, outer)
            if name == "break":
                self._marked.pauses.append((offset, break_seconds(attributes)))
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
            source = (element.text_offset or element.offset, offset)
            self._say(AlignedText.standing_for(element.attributes["alias"], source))
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
        if element.name == "sub":
            element.text_offset = element.text_offset or offset
            return
        if element.name == "phoneme":
            element.content += data
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
    """The text of a ``phoneme``."""
    text_offset: int = 0
    """Where the text of a ``sub`` begins; 0 if it has none."""

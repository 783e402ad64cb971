"""Text that is still being written, gathered until some of it can be spoken.

A language model writes a few letters at a time. What is handed out here ends where a sentence certainly ends,
whatever may come next: "3." may become "3.14", and "Dr." has a name behind it. Nothing is parted inside a
number, an abbreviation, a word, an emoji or markup.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from declaim.text.characters import HAN
from declaim.text.segmentation import word_ends
from declaim.text.splitting import Extent, is_abbreviation, split_sentences
from declaim.text.ssml import is_ssml

Ending: TypeAlias = Literal["word", "clause", "sentence", "paragraph"]

MAX_GATHERED: Final = 4_000
"""Characters that are looked at. If nothing ends in them, as in a ``[voice …]`` that is never closed, they
are handed out as they are."""
_LONG_QUOTATION: Final = 120
"""Characters of a quotation after which its sentences are spoken one by one."""
_FIRST_CLAUSE: Final = 4.0
"""Syllables, about a second, that a clause must have to be spoken before its sentence is complete."""
_SYLLABLES_A_LETTER: Final = 1 / 3
"""Of English."""

_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HIGH_SURROGATE: Final = re.compile("[\ud800-\udbff]\\Z")
_WHOLE: Final = re.compile(
    r"""
      \\(?:.|\Z)
    | ```(?s:.*?)(?:```|\Z)
    | `[^`\n]*(?:`|\Z)
    | \[voice\ [^\[\]\n]*\](?s:.*?)(?:\[/voice\]|\Z)
    | !?\[[^\[\]\n]{0,300}(?:\](?:\([^()\n]{0,600}(?:\)|\Z))?|\Z)
    | <[A-Za-z/!?][^<>\n]{0,100}(?:>|\Z)
    | (?:https?://|www\.)[^\s，。！？；：、“”（）]+
    | (?<![\w.+-])[\w.+-]{1,64}@[\w.-]+
    | &\#?\w{0,10}(?:;|\Z)
    | \*\*[^*\n]{1,300}(?:\*\*|\*?\Z)
    | (?P<item>^[ \t]*\d{1,3}[.)](?:[ \t]+|\Z))
    """,
    re.VERBOSE | re.MULTILINE | re.ASCII,
)
"""What is read as one: markup, complete or so far without its end; addresses; the number of a list's item."""
_CLAUSE_MARK: Final = re.compile(r"(?:[，；：](?!\d)|[,;:](?=\s)|—+|(?<=\s)–(?=\s))[”’」』）)\"]*\s*")
_HAN_MARK_LAST: Final = re.compile(r"[。！？][”’」』）]*\s*\Z")
_MARK_LAST: Final = re.compile(r"[。！？!?.…，；：,;:—][”’」』）)\"'*]*\s*\Z")
_MAY_GO_ON: Final = re.compile(r"\d[.,:，：]\Z")
_QUOTES: Final = str.maketrans(dict.fromkeys("“‘「『（《", "(") | dict.fromkeys("”’」』）》", ")"))
_LETTER: Final = re.compile(rf"(?P<han>[{HAN}])|[^\W\d_]|\d")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that can be spoken by itself."""

    text: str
    start: int
    """Its offset in all of the text."""
    ending: Ending


class TextGatherer:
    """Takes text as it is written and hands it out in pieces, which tile it."""

    def __init__(self) -> None:
        self._held = ""
        self._handed_out = 0
        self._flushed = 0
        """Characters of what is held that need not wait for an end."""

    @property
    def length(self) -> int:
        """Characters that were written so far."""
        return self._handed_out + len(self._held)

    @property
    def is_empty(self) -> bool:
        """Whether all was handed out that was written."""
        return not self._held

    def write(self, text: str) -> None:
        """Take more text, of which the halves of a surrogate pair may come one after the other."""
        before, last = self._held[:-1], self._held[-1:]
        self._held = before + _PAIR.sub(_joined_pair, last + text)

    def flush(self) -> None:
        """Let everything be spoken that was written so far, but for half a character at its end."""
        self._flushed = len(self._held) - (1 if _HIGH_SURROGATE.search(self._held) else 0)

    def finish(self) -> None:
        """Let everything be spoken: no more will come."""
        self._flushed = len(self._held)

    def take(self, *, early: bool = False, idle: bool = False) -> Piece | None:
        """What can be spoken now: all whole sentences; None if nothing can.

        Args:
            early: take a clause if no sentence is complete, because nobody has heard anything yet.
            idle: no text has come for a while: what looks like an end is one, and a clause will do, or words.
        """
        if self._flushed:
            return self._hand_out(self._flushed, "sentence")
        held = self._held[:MAX_GATHERED]
        end = _ssml_end(self._held) if _may_be_ssml(held) else _Window(held).end(early=early, idle=idle)
        if end is None and len(held) == MAX_GATHERED and not _may_be_ssml(held):
            end = len(held), "word"
        return None if end is None else self._hand_out(*end)

    def _hand_out(self, length: int, ending: Ending) -> Piece:
        piece = Piece(self._held[:length], self._handed_out, ending)
        self._held = self._held[length:]
        self._handed_out += length
        self._flushed = max(0, self._flushed - length)
        return piece


class _Window:
    """The beginning of what is held, and where it may be parted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._quotes = text.translate(_QUOTES)
        self._whole = [match.span() for match in _WHOLE.finditer(text)]
        self._items = {match.end() for match in _WHOLE.finditer(text) if match["item"]}
        self._is_open = bool(self._whole) and self._whole[-1][1] == len(text)
        """Whether what it ends in may go on."""

    def end(self, *, early: bool, idle: bool) -> tuple[int, Ending] | None:
        """The last place where it may be parted, and what ends there."""
        ends = list(self._sentence_ends(early=early, idle=idle))
        if ends:
            return ends[-1]
        if idle:
            return self._last_clause_end() or self._last_word_end()
        return self._first_clause_end() if early else None

    def _sentence_ends(self, *, early: bool, idle: bool) -> Iterator[tuple[int, Ending]]:
        for extent in split_sentences(self._text, is_joined=self._is_joined):
            if extent.end < len(self._text):
                if self._is_settled(extent) and (early or idle or not self._is_quoted(extent.end)):
                    yield extent.end, "paragraph" if extent.ends_paragraph else "sentence"
            elif self._is_complete(extent) or (idle and self._looks_complete("。！？!?.…")):
                yield extent.end, "paragraph" if self._text.endswith("\n\n") else "sentence"

    def _is_settled(self, extent: Extent) -> bool:
        """Whether a sentence ends here, whatever letters the next word may still get.

        After an abbreviation, that depends on the whole of the next word: "U.S. A…" may be "U.S. Army".
        """
        sentence = self._text[: extent.end].rstrip()
        if not sentence.endswith(".") or not is_abbreviation(sentence, len(sentence) - 1):
            return True
        return re.match(r"[A-Za-z]*[^A-Za-z]", self._text[extent.end :]) is not None

    def _is_complete(self, extent: Extent) -> bool:
        """Whether the last sentence ends with the text: with a Chinese mark, and nothing open before it."""
        if self._is_open or not _HAN_MARK_LAST.search(self._text):
            return False
        return not self._is_quoted(extent.end)

    def _is_quoted(self, at: int) -> bool:
        """Whether a quotation is open there that was opened not long before: its end may be near."""
        is_open = self._quotes.count("(", 0, at) > self._quotes.count(")", 0, at)
        return is_open and at - self._quotes.rfind("(", 0, at) < _LONG_QUOTATION

    def _looks_complete(self, marks: str) -> bool:
        """Whether the text ends with one of these marks, which is no decimal point and no abbreviation's."""
        last = _MARK_LAST.search(self._text)
        if self._is_open or not last or last.group()[0] not in marks or _MAY_GO_ON.search(self._text):
            return False
        return not (last.group()[0] == "." and is_abbreviation(self._text, last.start()))

    def _clause_ends(self) -> Iterator[int]:
        for mark in _CLAUSE_MARK.finditer(self._text):
            end = mark.end()
            is_last = end == len(self._text)
            after_digit = self._text[mark.start() - 1 : mark.start()].isdigit()
            if not self._is_joined(end) and not (is_last and (self._is_open or after_digit)):
                yield end

    def _first_clause_end(self) -> tuple[int, Ending] | None:
        long_enough = (end for end in self._clause_ends() if _syllables(self._text[:end]) >= _FIRST_CLAUSE)
        end = next(long_enough, None)
        return None if end is None else (end, "clause")

    def _last_clause_end(self) -> tuple[int, Ending] | None:
        ends = list(self._clause_ends())
        return (ends[-1], "clause") if ends else None

    def _last_word_end(self) -> tuple[int, Ending] | None:
        """Behind the last word that is certainly whole; none if a sentence may end behind it."""
        if _MARK_LAST.search(self._text):
            return None
        # The last word may go on; spaces are words here.
        whole = [end for end in word_ends(self._text)[:-1] if self._parts_words(end)]
        return (whole[-1], "word") if whole and _syllables(self._text[: whole[-1]]) else None

    def _parts_words(self, at: int) -> bool:
        before, after = self._text[at - 1], self._text[at]
        return not self._is_joined(at) and (
            before.isspace() or bool(re.match(f"[{HAN}]{{2}}", before + after))
        )

    def _is_joined(self, at: int) -> bool:
        if not 0 < at <= len(self._text):
            return False
        if at < len(self._text) and _is_one_character(self._text[at - 1], self._text[at]):
            return True
        if at in self._items or (self._is_open and at > self._whole[-1][0]):
            return True
        following = bisect_left(self._whole, (at, 0))
        return following > 0 and at < self._whole[following - 1][1]


def _may_be_ssml(text: str) -> bool:
    beginning = text.lstrip("\ufeff \t\r\n")
    begins = bool(beginning) and ("<speak".startswith(beginning[:6]) or beginning.startswith("<?"))
    return begins or is_ssml(text)


def _ssml_end(text: str) -> tuple[int, Ending] | None:
    """A document is spoken as a whole: an element that is open has a meaning for all that follows."""
    closing = text.find("</speak>")
    return None if closing < 0 else (closing + len("</speak>"), "paragraph")


def _joined_pair(match: re.Match[str]) -> str:
    return match.group().encode("utf-16", "surrogatepass").decode("utf-16")


def _is_one_character(before: str, after: str) -> bool:
    """Whether two code points are seen as one character: a letter and its mark, an emoji and its colour."""
    if "\u200d" in (before, after) or unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    return all("\U0001f1e6" <= flag <= "\U0001f1ff" for flag in (before, after))


def _syllables(text: str) -> float:
    """About how many syllables a text has."""
    return sum(1.0 if letter["han"] else _SYLLABLES_A_LETTER for letter in _LETTER.finditer(text))

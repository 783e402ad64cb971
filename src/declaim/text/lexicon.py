"""A user's own pronunciations: a file of ``word = pronunciation`` lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from declaim.errors import LexiconError
from declaim.text.characters import is_han
from declaim.text.pronunciation import Pronunciation, parse_pronunciation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True, slots=True)
class LexiconMatch:
    """A word of the lexicon found in a text."""

    start: int
    end: int
    pronunciation: Pronunciation
    interpret_as: None = None


class Lexicon:
    """Finds its words in a text; of two that begin at the same place the longer one wins.

    A word in lower case matches any case; one with a capital matches as it is written. Words that begin or
    end in a letter that is not Chinese match whole words only.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = {word: parse_pronunciation(word, given) for word, given in entries.items()}
        self._lengths = sorted({len(word) for word in entries}, reverse=True)

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Read a UTF-8 file: ``word = pronunciation``, one a line.

        ``#`` begins a comment, but not inside a word (``C#``).

        Raises:
            LexiconError: the file or a line of it cannot be read; the message has the line's number.
        """
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise LexiconError(f"cannot read the lexicon {path}: {error}") from error
        entries = {}
        for number, line in enumerate(lines, 1):
            if content := _COMMENT.sub("", line).strip():
                try:
                    word, pronunciation = _entry(content)
                except LexiconError as error:
                    raise LexiconError(f"{path}, line {number}: {error}", hint=error.hint) from error
                if word in entries:
                    raise LexiconError(f"{path}, line {number}: {word!r} stands there twice")
                entries[word] = pronunciation
        return cls(entries)

    def find(self, text: str) -> Iterator[LexiconMatch]:
        """The lexicon's words in a text, from left to right, not overlapping."""
        done = 0
        for start in range(len(text) if self._entries else 0):
            if start >= done and (match := self._match_at(text, start)):
                yield match
                done = match.end

    def _match_at(self, text: str, start: int) -> LexiconMatch | None:
        for length in self._lengths:
            end = start + length
            found = text[start:end]
            pronunciation = self._entries.get(found) or self._entries.get(found.lower())
            if pronunciation and len(found) == length and _is_whole(text, start, end):
                return LexiconMatch(start, end, pronunciation)
        return None


def _entry(line: str) -> tuple[str, str]:
    word, _, pronunciation = (part.strip() for part in line.partition("="))
    if not (word and pronunciation):
        raise LexiconError("expected `word = pronunciation`")
    parse_pronunciation(word, pronunciation)
    return word, pronunciation


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word of a script with spaces goes on over either edge of ``text[start:end]``."""
    return not any(
        0 < edge < len(text) and _is_in_word(text[edge - 1]) and _is_in_word(text[edge])
        for edge in (start, end)
    )


def _is_in_word(char: str) -> bool:
    return char.isalnum() and not is_han(char)

"""A user's own pronunciations: a file of ``word = pronunciation`` lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from declaim.errors import LexiconError
from declaim.text.pronunciation import Pronunciation, parse_pronunciation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_LATIN_EDGE = re.compile(r"[A-Za-z0-9]")


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
    end in a Latin letter match whole words only.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = {word: parse_pronunciation(word, given) for word, given in entries.items()}
        words = sorted(entries, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_pattern, words))) if words else None

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Read a UTF-8 file: ``word = pronunciation``, one a line; ``#`` begins a comment.

        Raises:
            LexiconError: the file or a line of it cannot be read; the message has the line's number.
        """
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise LexiconError(f"cannot read the lexicon {path}: {error}") from error
        entries = {}
        for number, line in enumerate(lines, 1):
            if content := line.split("#")[0].strip():
                try:
                    word, pronunciation = _entry(content)
                except LexiconError as error:
                    raise LexiconError(f"{path}, line {number}: {error}", hint=error.hint) from error
                entries[word] = pronunciation
        return cls(entries)

    def find(self, text: str) -> Iterator[LexiconMatch]:
        """The lexicon's words in a text, from left to right, not overlapping."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            found = match.group()
            pronunciation = self._entries.get(found) or self._entries[found.lower()]
            yield LexiconMatch(match.start(), match.end(), pronunciation)


def _entry(line: str) -> tuple[str, str]:
    word, _, pronunciation = (part.strip() for part in line.partition("="))
    if not (word and pronunciation):
        raise LexiconError("expected `word = pronunciation`")
    parse_pronunciation(word, pronunciation)
    return word, pronunciation


def _pattern(word: str) -> str:
    body = re.escape(word)
    if word == word.lower():
        body = f"(?i:{body})"
    before = r"(?<![A-Za-z0-9])" if _LATIN_EDGE.match(word[0]) else ""
    after = r"(?![A-Za-z0-9])" if _LATIN_EDGE.match(word[-1]) else ""
    return before + body + after

"""From the words of a sentence to clauses, each of a length that the models take well."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from declaim.text.sentence import Clause, Sentence, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_CLAUSE_TOKENS = 128
"""Phonemes of the longest piece that is vocoded at once: about six seconds of speech."""
MAX_SENTENCE_TOKENS = 300
"""Phonemes of the longest sentence whose melody is planned at once. The model takes 510, but hurries above
400 (hexgrad/Kokoro-82M, VOICES.md: "rushing" on long utterances)."""

_PUNCTUATION = {
    "，": ",",
    "、": ",",
    ",": ",",
    "；": ";",
    ";": ";",
    "：": ":",
    ":": ":",
    "。": ".",
    "｡": ".",
    ".": ".",
    "！": "!",
    "!": "!",
    "？": "?",
    "?": "?",
    "…": "…",
    "—": "—",
    "–": "—",
    "(": ",",
    "（": ",",
    ")": ",",
    "）": ",",
    "\n": ",",
}
_STRENGTH = "?!….;:—,"
"""When several marks stand together, the first of these counts."""
_MARK = re.compile(r"\.{3,}|\s-+\s|[" + re.escape("".join(_PUNCTUATION)) + "]")
_OPENERS = re.compile(r"[\s“‘「『（(《〈【\[\"']*$")


def punctuation(gap: str) -> str:
    """The phoneme of the punctuation between two words: one of ``, . ! ? : ; — …``, or nothing."""
    marks = {_phoneme(match.group()) for match in _MARK.finditer(gap)}
    return next((mark for mark in _STRENGTH if mark in marks), "")


def _phoneme(mark: str) -> str:
    if mark.startswith("..."):
        return "…"
    return "—" if "-" in mark else _PUNCTUATION[mark]


def opening(gap: str) -> int:
    """How many characters at the end of a gap (quotation marks, brackets, spaces) belong to what follows."""
    trailing = _OPENERS.search(gap)
    return len(trailing.group().lstrip()) if trailing else 0


def tokens(word: Word) -> int:
    """Phonemes of a word and the space behind it."""
    return len(word.phonemes) + 1


@dataclass(slots=True)
class ClauseBuilder:
    """A clause that is still being filled."""

    words: list[Word]
    start: int

    def close(self, end: int, mark: str, pause: float | None) -> Iterator[Clause]:
        """The clause, or as many as it must be cut into, tiling the user's text from its start to ``end``."""
        parts = list(_balanced([piece for word in self.words for piece in _short(word)]))
        start = self.start
        for part, following in pairwise([*parts, []]):
            stop = max(start, min(end, following[0].span[0])) if following else end
            closing = ("", None) if following else (mark, pause)
            yield Clause(tuple(part), (start, stop), *closing)
            start = stop


def _short(word: Word) -> Iterator[Word]:
    """A word as it is, or, were it longer than a whole clause may be, in pieces."""
    size = MAX_CLAUSE_TOKENS - 1
    if len(word.phonemes) <= size:
        yield word
        return
    for start in range(0, len(word.phonemes), size):
        yield replace(word, phonemes=word.phonemes[start : start + size])


def _balanced(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Groups of words of about the same length, each of at most :data:`MAX_CLAUSE_TOKENS`."""
    left = sum(map(tokens, words))
    group: list[Word] = []
    size = 0
    target = left / -(-left // MAX_CLAUSE_TOKENS) if left else 0
    for word in words:
        length = tokens(word)
        if group and (size + length > MAX_CLAUSE_TOKENS or size + length / 2 > target):
            yield group
            left -= size
            target = left / -(-left // MAX_CLAUSE_TOKENS)
            group, size = [], 0
        group.append(word)
        size += length
    yield group


def sentences_of(clauses: Sequence[Clause], voice: str | None, *, ends_paragraph: bool) -> Iterator[Sentence]:
    """The clauses as one sentence, or as several if the acoustic model should not take them at once."""
    group: list[Clause] = []
    size = 0
    for clause in clauses:
        length = sum(map(tokens, clause.words)) + 2
        if group and size + length > MAX_SENTENCE_TOKENS:
            yield Sentence(tuple(group), voice)
            group, size = [], 0
        group.append(clause)
        size += length
    yield Sentence(tuple(group), voice, ends_paragraph)

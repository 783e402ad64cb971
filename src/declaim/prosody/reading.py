"""A sentence as a reader of prosody sees it: its words in their spoken form, free of markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.text.sentence import Clause, Sentence, Word

_CHINESE_MARKS = {",": "，", ".": "。", "!": "！", "?": "？", ":": "：", ";": "；", "—": "——", "…": "……"}


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word and where it stands in the reading's text."""

    word: Word
    clause: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a sentence and its words in it."""

    text: str
    words: tuple[ReadWord, ...]


def reading_of(sentence: Sentence) -> Reading:
    """Write a sentence out: Chinese without spaces and with its own marks, English with spaces."""
    text = ""
    words: list[ReadWord] = []
    for index, clause in enumerate(sentence.clauses):
        for before, word in _with_gaps(clause, text):
            text += before
            words.append(ReadWord(word, index, len(text), len(text) + len(word.spoken)))
            text += word.spoken
        text += _mark(clause)
    return Reading(text, tuple(words))


def _with_gaps(clause: Clause, text: str) -> Iterator[tuple[str, Word]]:
    """Each word and the space before it."""
    previous = ""
    for i, word in enumerate(clause.words):
        spaced = word.language == "en" and (previous == "en" if i else bool(text) and text[-1].isascii())
        yield " " if spaced else "", word
        previous = word.language


def _mark(clause: Clause) -> str:
    if clause.words and clause.words[-1].language == "zh":
        return _CHINESE_MARKS.get(clause.punctuation, clause.punctuation)
    return clause.punctuation

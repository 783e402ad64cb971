"""What is sent to the service, and which of our words each of its letters belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from declaim.engines.dashscope.voices import is_han
from declaim.text.sentence import Clause, Sentence, Word

_CHINESE_MARKS = {
    ",": "，",
    ".": "。",
    "!": "！",
    "?": "？",
    ":": "：",
    ";": "；",
    "—": "——",
    "…": "……",
}
_ENGLISH_MARKS = {mark: f"{mark} " for mark in ",.!?:;—…"}

_LEAST_SYLLABLE, _LEAST_LETTER = 0.07, 0.02
"""Seconds of a Chinese syllable and of an English letter at the usual rate: a third of what is common. Speech
that is shorter is not all of it."""


@dataclass(frozen=True, slots=True)
class Script:
    """Clauses with words, as they are sent in one task."""

    clauses: tuple[Clause, ...]
    text: str
    letters: str
    """The letters and ideographs of the text, in lower case."""
    owners: tuple[int, ...]
    """For each letter the index of its word, counted through all clauses."""
    words: tuple[Word, ...]
    """Of all clauses."""
    clause_words: tuple[range, ...]
    """For each clause the indices of its words."""


def script_of(clauses: Sequence[Clause]) -> Script:
    """What is sent for clauses that have words.

    The words are in their spoken form already, so the service's own normalisation has nothing to do.
    """
    text, letters, owners = "", "", []
    for index, (word, mark) in enumerate(_marked(clauses)):
        text += _space(text[-1:], word.spoken[:1]) + word.spoken + mark
        said = "".join(filter(str.isalnum, word.spoken.lower()))
        letters += said
        owners += [index] * len(said)
    words = tuple(word for clause in clauses for word in clause.words)
    ends = accumulate((len(clause.words) for clause in clauses), initial=0)
    ranges = tuple(range(*bounds) for bounds in pairwise(ends))
    return Script(tuple(clauses), text.strip(), letters, tuple(owners), words, ranges)


def runs(sentence: Sentence) -> Iterator[tuple[Clause, ...]]:
    """The stretches of a sentence that silence of a wanted length parts: each is said in a task of its own.

    A clause without words is one by itself.
    """
    run: list[Clause] = []
    for clause in sentence.clauses:
        if not clause.words and run:
            yield tuple(run)
            run = []
        run.append(clause)
        if not clause.words or clause.pause is not None:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def least_seconds(words: Sequence[Word], rate: float) -> float:
    """The shortest time in which words can be said, at a rate that is a ratio to the usual one."""
    letters = [letter for word in words for letter in word.spoken if letter.isalnum()]
    syllables = sum(map(is_han, letters))
    return (syllables * _LEAST_SYLLABLE + (len(letters) - syllables) * _LEAST_LETTER) / rate


def _marked(clauses: Sequence[Clause]) -> Iterator[tuple[Word, str]]:
    """Each word with the mark behind it: its clause's, or one that is said within a written stretch."""
    for clause in clauses:
        for word in clause.words[:-1]:
            yield word, _mark(word, word.phonemes[-1:])
        last = clause.words[-1]
        yield last, _mark(last, clause.punctuation)


def _space(before: str, after: str) -> str:
    """What parts two words, by the characters at which they meet."""
    has_none = before in _CLOSED or (before and after and is_han(before) and is_han(after))
    return "" if has_none else " "


def _mark(word: Word, mark: str) -> str:
    return (_CHINESE_MARKS if word.language == "zh" else _ENGLISH_MARKS).get(mark, "")


_CLOSED = {"", " ", *"".join(_CHINESE_MARKS.values())}
"""What needs no space behind it."""

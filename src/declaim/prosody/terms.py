"""What the rules of focus look at: a sentence's terms, which of them have a meaning, and which are given."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from declaim.prosody.word_lists import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from declaim.prosody.reading import Reading, ReadWord

_FUNCTION_TAGS = frozenset("cdekopruy")
"""First letters of the parts of speech (ICTCLAS) that carry no news: conjunctions, adverbs, pronouns, …"""
_CONTRACTED = re.compile(r"(?:n't|'\w*)$")
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|er|s)$")
_REMEMBERED = 3
"""Sentences after which a word is no longer given."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word as a dictionary has it: in Chinese often less than the word that is spoken in one breath."""

    text: str
    """In lower case."""
    stem: str
    word: int
    """Index of the reading's word that it belongs to."""
    clause: int
    tag: str
    """Part of speech (ICTCLAS); empty in English."""
    is_content: bool
    is_given: bool
    """It was said before, in this sentence or shortly before it."""


class Discourse:
    """A passage, of which the last sentences are remembered: what was said in them is given."""

    def __init__(self) -> None:
        self._said: deque[list[str]] = deque(maxlen=_REMEMBERED)

    def read(self, reading: Reading) -> list[Term]:
        """The terms of the sentence that follows."""
        before = [stem for sentence in self._said for stem in sentence]
        own: list[str] = []
        terms = []
        for index, text, tag in _pieces(reading.words):
            stem, is_content = _stem(text), _is_content(text, tag)
            is_given = is_content and any(_same(stem, other) for other in (*before, *own))
            clause = reading.words[index].clause
            terms.append(Term(text, stem, index, clause, tag, is_content, is_given))
            if is_content:
                own.append(stem)
        self._said.append(own)
        return terms


def _pieces(words: Iterable[ReadWord]) -> Iterator[tuple[int, str, str]]:
    """The index of each term's word, its text and its part of speech."""
    runs = groupby(enumerate(words), key=lambda pair: (pair[1].clause, pair[1].word.language))
    for (_, language), run in runs:
        spoken = [(index, each.word.spoken) for index, each in run]
        if language == "en":
            yield from ((index, text.lower().replace("’", "'"), "") for index, text in spoken)
        else:
            yield from _chinese(spoken)


def _chinese(run: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Without the segmenter's hidden Markov model, which makes words of 没接 and 车是."""
    import rjieba  # noqa: PLC0415 - loads a dictionary, which English has no use for

    owners = [index for index, spoken in run for _ in spoken]
    at = 0
    for text, tag in rjieba.tag("".join(spoken for _, spoken in run), hmm=False):
        yield owners[at], text, tag
        at += len(text)


def _is_content(text: str, tag: str) -> bool:
    return _CONTRACTED.sub("", text) not in word_lists()["function"] and tag[:1] not in _FUNCTION_TAGS


def _stem(text: str) -> str:
    """English without its commonest endings, so that "raining" is what "rain" was."""
    return _ENDING.sub("", _CONTRACTED.sub("", text)).rstrip("e") if text.isascii() else text


def _same(stem: str, other: str) -> bool:
    """Whether one stands for the other; in Chinese a part does: 湖面, 湖."""
    return stem == other or (not stem.isascii() and (stem in other or other in stem))

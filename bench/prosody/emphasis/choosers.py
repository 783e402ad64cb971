"""Ways to choose the words to stress; those of the package, and simpler ones to hold them against."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import rjieba

from declaim.prosody.contrast import clauses_of
from declaim.prosody.focus import foci
from declaim.prosody.language_model.model import LanguageModel, Passage
from declaim.prosody.prominence import word_surprisals
from declaim.prosody.reading import Reading, reading_of
from declaim.prosody.terms import Discourse, Term

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.text.sentence import Language, Sentence

_JIEBA_TOTAL = 60_101_967
"""Occurrences that the frequencies in jieba's dictionary add up to."""


@dataclass
class Case:
    """A sentence behind its context, as the choosers see it."""

    language: Language
    context: list[Sentence]
    sentence: Sentence
    model: LanguageModel

    @cached_property
    def reading(self) -> Reading:
        """What is read."""
        return reading_of(self.sentence)

    @cached_property
    def terms(self) -> list[Term]:
        """Its terms, in the light of the context."""
        discourse = Discourse()
        for sentence in self.context:
            discourse.read(reading_of(sentence))
        return discourse.read(self.reading)

    @cached_property
    def surprisals(self) -> NDArray[np.float32]:
        """Of each word, behind the context."""
        passage = Passage(self.model)
        for sentence in self.context:
            passage.read(reading_of(sentence).text)
        return word_surprisals(self.reading, *passage.read(self.reading.text))

    @cached_property
    def rarities(self) -> NDArray[np.float32]:
        """-ln of each word's frequency: jieba's in Chinese, in English the model's, without context."""
        spoken = [each.word.spoken for each in self.reading.words]
        if self.language == "zh":
            return np.array([math.log(_JIEBA_TOTAL / rjieba.suggest_freq(word)) for word in spoken])
        return np.array([float(Passage(self.model).read(f" {word}")[1].sum()) for word in spoken])

    @property
    def content(self) -> list[int]:
        """Words with a meaning."""
        return sorted({term.word for term in self.terms if term.is_content})

    @property
    def new(self) -> list[int]:
        """Words with a meaning that are not given."""
        return sorted({term.word for term in self.terms if term.is_content and not term.is_given})

    @property
    def focus(self) -> list[int]:
        """Words that the rules of the package find."""
        return list(foci(self.terms, is_question=self.sentence.clauses[-1].punctuation == "?"))


Chooser: TypeAlias = Callable[[Case], list[int]]


def standing_out(case: Case, values: NDArray[np.float32], *, least: float) -> list[int]:
    """Choose words with a meaning a standard deviation above the others: at most two, and one of six."""
    if len(case.content) < 3:
        return []
    own = values[case.content]
    scores = (own - own.mean()) / max(float(own.std()), 1.0)
    many = min(2, max(1, len(case.reading.words) // 6))
    best = np.argsort(-scores, kind="stable")[:many]
    return [case.content[i] for i in best if scores[i] >= 1 and own[i] >= least]


def highest(case: Case, values: NDArray[np.float32]) -> list[int]:
    """Choose the one word with a meaning that has the highest value."""
    return sorted(case.content, key=lambda index: -values[index])[:1]


def standard(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values in standard deviations from their mean."""
    return (values - values.mean()) / max(float(values.std()), 1e-3)


def last_of_each_clause(case: Case) -> list[int]:
    """Choose the last new word of each clause."""
    clauses = clauses_of([term for term in case.terms if term.word in case.new])
    return [clause[-1].word for clause in clauses]


def with_surprising_ends(case: Case) -> list[int]:
    """Choose the words in focus, and the ends of clauses that surprise more than their sentence does."""
    scores = standard(case.surprisals)
    return case.focus + [index for index in last_of_each_clause(case) if scores[index] > 0]


def without_expected(case: Case, values: NDArray[np.float32]) -> list[int]:
    """Choose the words in focus, but for those far below the mean."""
    scores = standard(values)
    return [index for index in case.focus if scores[index] > -0.5]


CHOOSERS: dict[str, Chooser] = {
    "all with a meaning: the precision of chance": lambda case: case.content,
    "the last": lambda case: case.content[-1:],
    "the last that is not given": lambda case: case.new[-1:],
    "the last such of each clause": last_of_each_clause,
    "the rarest": lambda case: highest(case, case.rarities),
    "surprisal, what stands out": lambda case: standing_out(case, case.surprisals, least=6.0),
    "surprisal, the highest": lambda case: highest(case, case.surprisals),
    "surprisal and rarity, the highest": lambda case: highest(
        case, standard(case.surprisals) + standard(case.rarities)
    ),
    "**rules of focus**": lambda case: case.focus,
    "rules, and surprising ends of clauses": with_surprising_ends,
    "rules, but for low surprisal": lambda case: without_expected(case, case.surprisals),
    "rules, but for common words": lambda case: without_expected(case, case.rarities),
}

"""Sentences joined to one, as long as an acoustic model takes it, without a place where it could be cut."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from declaim.prosody.performing import performed
from declaim.prosody.score import Score
from declaim.text.clauses import clause_tokens
from declaim.text.sentence import Clause, Sentence, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def joined(composed: Iterable[tuple[Sentence, Score]], most: int) -> Iterator[tuple[Sentence, Score]]:
    """Sentences of one clause each, which say as many of those given as they may.

    Each word is performed as its own sentence's score asks, and keeps the mark behind it. Pauses are left to
    the voice: those that are asked for would be places to cut at.

    Args:
        composed: sentences with their scores.
        most: phonemes of one joined sentence. A sentence that has more stays alone.
    """
    performances = (performed(sentence, score) for sentence, score in composed)
    for voice, run in groupby(performances, key=attrgetter("voice")):
        for clauses in _filled(run, most):
            yield Sentence((_one_of(clauses),), voice), Score()


def _filled(sentences: Iterable[Sentence], most: int) -> Iterator[list[Clause]]:
    """The clauses of as many sentences in turn as have no more phonemes in all."""
    held: list[Clause] = []
    length = 0
    for sentence in sentences:
        clauses = [clause for clause in sentence.clauses if clause.words]
        added = sum(clause_tokens(clause) for clause in clauses)
        if held and length + added > most:
            yield held
            held, length = [], 0
        held += clauses
        length += added
    if held:
        yield held


def _one_of(clauses: list[Clause]) -> Clause:
    *others, last = clauses
    words = [word for clause in others for word in _marked(clause)]
    return replace(last, words=(*words, *last.words), span=(clauses[0].span[0], last.span[1]), pause=None)


def _marked(clause: Clause) -> list[Word]:
    """The words of a clause, of which the last one ends with its mark."""
    *words, last = clause.words
    return [*words, replace(last, phonemes=last.phonemes + clause.punctuation)]

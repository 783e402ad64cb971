"""A sentence whose first clause is short, so that it is heard soon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from declaim.text.clauses import tokens
from declaim.text.sentence import Clause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from declaim.text.sentence import Sentence, Word

_LONG = 64
"""Phonemes (some two and a half seconds) from which on a first clause is worth cutting."""
_SHORTEST, _WANTED = 26, 38
"""Phonemes that the first part has at least, and about how many it should have: a second and a half."""
_VOICELESS = frozenset("ptkfsxhɕʂʃθʦʨꭧʧ")
"""Words that begin with these begin with near silence, where a cut is not heard."""


def with_short_start(sentence: Sentence) -> Sentence:
    """The sentence with a long first clause cut in two between words.

    The phonemes are the same as before, and so is the melody, which is planned over the whole sentence;
    only what is vocoded first is less.
    """
    clause = sentence.clauses[0]
    if sum(map(tokens, clause.words)) <= _LONG:
        return sentence
    cut = _best_cut(clause.words)
    if cut is None:
        return sentence
    boundary = clause.words[cut].span[0]
    first = Clause(clause.words[:cut], (clause.span[0], boundary))
    rest = replace(clause, words=clause.words[cut:], span=(boundary, clause.span[1]))
    return replace(sentence, clauses=(first, rest, *sentence.clauses[1:]))


def _best_cut(words: Sequence[Word]) -> int | None:
    """The index of the word before which to cut; none inside what is written as one (a number)."""
    best, lowest = None, float("inf")
    before = 0
    for i, word in enumerate(words[1:], 1):
        before += tokens(words[i - 1])
        if word.shares_stretch(words[i - 1]):
            continue
        voiced = not _VOICELESS.intersection(word.phonemes.lstrip("ˈˌ")[:1])
        cost = abs(before - _WANTED) + (12 if voiced else 0) + (100 if before < _SHORTEST else 0)
        if cost < lowest:
            best, lowest = i, cost
    return best

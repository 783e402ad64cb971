"""Writing a score into the sentence that it is for, where an engine finds it word by word."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from declaim.prosody.expression import emphasis_effect
from declaim.prosody.prosody import NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from declaim.prosody.score import Emphasis, Score
    from declaim.text.sentence import Clause, Sentence

_LONGEST_HOLD = 0.6
"""Seconds. Up to here a pause inside a sentence is a longer silence within its melody; above, a cut."""


def located(emphasis: Sequence[Emphasis], sentence: Sentence, text: str) -> tuple[Emphasis, ...]:
    """Each emphasis with the place of its word in the user's text; those of other sentences fall away.

    What is written in several words, as Chinese may be, becomes an emphasis on each of them.
    """
    found: list[Emphasis] = []
    for each in emphasis:
        start, end = sentence.span
        if each.start is None:
            found += _first(each, sentence, text)
        elif start <= each.start < end:
            found.append(each)
    return tuple(found)


def _first(emphasis: Emphasis, sentence: Sentence, text: str) -> list[Emphasis]:
    """Where the word stands first among the words of a sentence, rather than within one or in markup."""
    spans = sorted({word.span for clause in sentence.clauses for word in clause.words})
    word = re.escape(emphasis.word)
    pattern = rf"(?<![a-z0-9]){word}(?![a-z0-9])" if emphasis.word.isascii() else word
    for match in re.compile(pattern, re.IGNORECASE).finditer(text, *sentence.span):
        inside = [span for span in spans if span[0] < match.end() and match.start() < span[1]]
        if inside:
            return [emphasis.model_copy(update={"word": text[slice(*s)], "start": s[0]}) for s in inside]
    return []


def performed(sentence: Sentence, score: Score) -> Sentence:
    """The sentence with its words and clauses set as the score asks; what markup asks for comes on top.

    Args:
        sentence: as it was read.
        score: its emphasis is :func:`located`; one without a place is not performed.
    """
    strengths = _strengths(sentence, score.emphasis)
    pauses = [*score.pauses, *[None] * len(sentence.clauses)]
    clauses = []
    order = 0
    for index, clause in enumerate(sentence.clauses):
        words = []
        for word in clause.words:
            effect = emphasis_effect(strengths[order]) if order in strengths else NEUTRAL
            said = score.prosody * word.prosody
            words.append(replace(word, prosody=said, emphasis=effect * word.emphasis))
            order += 1
        is_last = index == len(sentence.clauses) - 1
        clauses.append(_paused(replace(clause, words=tuple(words)), pauses[index], is_last=is_last))
    return replace(sentence, clauses=tuple(clauses))


def _paused(clause: Clause, pause: float | None, *, is_last: bool) -> Clause:
    if pause is None or clause.pause is not None:
        return clause
    if is_last or pause > _LONGEST_HOLD:
        return replace(clause, pause=pause)
    return replace(clause, hold=pause)


def _strengths(sentence: Sentence, emphasis: Sequence[Emphasis]) -> dict[int, float]:
    """The strength of each emphasised word, by its index in the sentence."""
    words = [word for clause in sentence.clauses for word in clause.words]
    return {
        i: each.strength
        for each in emphasis
        for i, word in enumerate(words)
        if each.start is not None and word.span[0] <= each.start < word.span[1]
    }

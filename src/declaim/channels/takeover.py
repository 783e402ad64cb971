"""What of a sentence is still to be said, when somebody else must go on with it."""

from __future__ import annotations

from dataclasses import replace

from declaim.engines.to_say import ToSay
from declaim.errors import EngineError
from declaim.text.sentence import Clause, Span


class MisplacedChunkError(EngineError):
    """A chunk's span is not where the sentence goes on, or ends within a word."""


def divide(said: ToSay, span: Span) -> tuple[tuple[Clause, ...], ToSay | None]:
    """Part a sentence behind a chunk: the clauses that are in it, and what is left to say.

    What is left is said as it would have been: the pauses that its score asks for go with their clauses. A
    chunk may end inside a clause, between two words. Clauses may have no characters of their own, when a
    long number is said in several: those behind the chunk's end are left, unless the chunk is one of them.

    Args:
        said: a sentence, or what is left of one.
        span: the chunk's, at the beginning of it.

    Raises:
        MisplacedChunkError: no chunk of this sentence has that span now.
    """
    sentence = said.sentence
    start, end = span
    if start != sentence.span[0] or not start <= end <= sentence.span[1]:
        raise MisplacedChunkError(f"its span {span} is not at the beginning of {sentence.span}")
    count = _whole_clauses(sentence.clauses, span)
    covered, left = sentence.clauses[:count], sentence.clauses[count:]
    if (covered[-1].span[1] if covered else start) < end:
        first, rest = _cut(left[0], end)
        covered, left = (*covered, first), (rest, *left[1:])
    if not covered:
        raise MisplacedChunkError(f"no clause of {sentence.span} is in its span {span}")
    if not left:
        return covered, None
    score = said.score.model_copy(update={"pauses": said.score.pauses[count:]})
    return covered, replace(said, sentence=replace(sentence, clauses=left), score=score)


def _whole_clauses(clauses: tuple[Clause, ...], span: Span) -> int:
    start, end = span
    if start == end:
        return int(clauses[0].span == span)
    ends = [clause.span[1] < end or (clause.span[0] < clause.span[1] == end) for clause in clauses]
    return next((number for number, is_in in enumerate(ends) if not is_in), len(clauses))


def _cut(clause: Clause, at: int) -> tuple[Clause, Clause]:
    before = tuple(word for word in clause.words if word.span[1] <= at)
    behind = clause.words[len(before) :]
    if not before or not behind or any(word.span[0] < at for word in behind):
        raise MisplacedChunkError(f"its end {at} is within a word, or no word's end, of {clause.span}")
    first = Clause(before, (clause.span[0], at))
    return first, replace(clause, words=behind, span=(at, clause.span[1]))

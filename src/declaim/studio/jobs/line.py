"""A sentence on its way to becoming a take: cut loose from the text around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from declaim.engines.to_say import ToSay
from declaim.studio.jobs.printed import PrintedText
from declaim.text.sentence import Clause, Sentence, Span

TAIL: Final = 0.25
"""Seconds of silence that stay in the file at most. An engine keeps its own silence up to here (Kokoro: 10
frames of 25 ms), and a sentence without any ends in the middle of its last sound."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence to be spoken.

    Attributes:
        said: its spans count from its own beginning, so that it is the same wherever it stands.
        text: as printed.
        span: where that stands in the passage's printed text.
        offsets: for each offset in the sentence's markup, the one in the passage's printed text.
        pause: seconds of silence to follow the file.
    """

    said: ToSay
    text: str
    span: Span
    offsets: tuple[int, ...]
    pause: float

    def printed(self, span: Span) -> Span:
        """A stretch of the sentence's markup in the passage's printed text."""
        start, end = span
        return self.offsets[start], max(self.offsets[start], self.offsets[end])


def line_of(said: ToSay, printed: PrintedText, before: int, *, is_first: bool) -> Line | None:
    """A sentence of a passage; None if it has no words.

    Args:
        said: as it was read behind ``before`` characters of context.
        printed: the passage's text.
        before: offset at which the passage begins.
        is_first: whether it is the passage's first, to which everything before it belongs.
    """
    if not any(clause.words for clause in said.sentence.clauses):
        return None
    start, end = (max(0, offset - before) for offset in said.sentence.span)
    start = 0 if is_first else start
    span = printed.trimmed(start, end)
    pause = pause_after(said)
    offsets = tuple(printed.span(offset, offset)[0] for offset in range(start, end + 1))
    moved = ending(moved_by(said, -(start + before)), min(pause, TAIL))
    return Line(moved, printed.text[slice(*span)], span, offsets, pause - min(pause, TAIL))


def pause_after(said: ToSay) -> float:
    """Seconds of silence behind a sentence: its markup's or the configuration's, else its score's."""
    last = len(said.sentence.clauses) - 1
    asked = said.sentence.clauses[last].pause
    if asked is None:
        asked = said.score.pauses[last] if len(said.score.pauses) > last else None
    return asked or 0.0


def ending(said: ToSay, pause: float) -> ToSay:
    """The sentence with a pause behind it that is fixed, whatever its score says."""
    *others, final = said.sentence.clauses
    clauses = (*others, replace(final, pause=pause))
    score = said.score.model_copy(update={"pauses": said.score.pauses[: len(others)]})
    return replace(said, sentence=replace(said.sentence, clauses=clauses), score=score)


def moved_by(said: ToSay, offset: int) -> ToSay:
    """The sentence as if it stood elsewhere in its text."""
    clauses = tuple(_moved(clause, offset) for clause in said.sentence.clauses)
    emphasis = tuple(
        each if each.start is None else each.model_copy(update={"start": max(0, each.start + offset)})
        for each in said.score.emphasis
    )
    score = said.score.model_copy(update={"emphasis": emphasis})
    return replace(said, sentence=replace(said.sentence, clauses=clauses), score=score)


def _moved(clause: Clause, offset: int) -> Clause:
    words = tuple(replace(word, span=_shifted(word.span, offset)) for word in clause.words)
    return replace(clause, words=words, span=_shifted(clause.span, offset))


def _shifted(span: Span, offset: int) -> Span:
    return max(0, span[0] + offset), max(0, span[1] + offset)


def silence_of(sentence: Sentence) -> float:
    """Seconds that a sentence without words is silent: markup behind the last word."""
    return sum(clause.pause or 0.0 for clause in sentence.clauses)

"""When our words are heard, by what the service says of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import TypeAlias

from declaim.engines.dashscope.messages import TimedSentence, TimedWord
from declaim.engines.dashscope.script import Script

Times: TypeAlias = tuple[float, float]
"""Seconds at which something begins and ends."""


class Timeline:
    """Gathers what the service says of its words and finds ours in it.

    A sentence is reported several times, each time with all that is known of it. CosyVoice cuts what it is
    given into sentences of its own; whether their times count from the beginning of the task or of the
    sentence is not documented, so it is told from the times.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._begins: dict[float, float] = {}
        self._reported: dict[float, tuple[TimedWord, ...]] = {}
        self.words: dict[int, Times] = {}
        """By index, those of our words that were found."""

    def note(self, sentence: TimedSentence, heard: float) -> None:
        """Take in a report.

        Args:
            sentence: what was reported.
            heard: seconds of audio that came before.
        """
        self._begins.setdefault(sentence.key, heard)
        if sentence.words and sentence.words != self._reported.get(sentence.key):
            self._reported[sentence.key] = sentence.words
            self.words = _found(self._script, list(self._spoken()))

    @property
    def end(self) -> float:
        """Seconds at which the last word ends that was reported."""
        return max((word.end for word in self._spoken()), default=0.0)

    def _spoken(self) -> Iterator[TimedWord]:
        """All reported words, with times from the beginning of the task."""
        end = 0.0
        for key, words in self._reported.items():
            counts_anew = words[0].start < end / 2
            begin = self._begins[key] if counts_anew else 0.0
            for word in words:
                end = begin + max(word.start, word.end)
                yield TimedWord(word.text, begin + word.start, end)


def _found(script: Script, spoken: Sequence[TimedWord]) -> dict[int, Times]:
    """The times of our words. Theirs are divided otherwise, and may have marks in them or be written anew."""
    times = [(letter, *span) for word in spoken for letter, span in _letters(word)]
    theirs = "".join(letter for letter, _, _ in times)
    matcher = SequenceMatcher(None, script.letters, theirs, autojunk=False)
    pairs = (
        (script.owners[block.a + i], times[block.b + i][1:])
        for block in matcher.get_matching_blocks()
        for i in range(block.size)
    )
    found = {}
    for owner, group in groupby(pairs, key=lambda pair: pair[0]):
        spans = [span for _, span in group]
        found[owner] = spans[0][0], spans[-1][1]
    return found


def _letters(word: TimedWord) -> Iterator[tuple[str, Times]]:
    """The letters of a word, which share its time evenly."""
    letters = [letter for letter in word.text.lower() if letter.isalnum()]
    each = (word.end - word.start) / len(letters) if letters else 0.0
    for i, letter in enumerate(letters):
        yield letter, (word.start + i * each, word.start + (i + 1) * each)

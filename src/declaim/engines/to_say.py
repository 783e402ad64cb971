"""What an engine is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from declaim.prosody.score import Score
from declaim.text.sentence import Sentence, Word


@dataclass(frozen=True, slots=True)
class ToSay:
    """A sentence, how to say it and by whom: all that a speaker needs."""

    sentence: Sentence
    score: Score
    voice: str
    soon: bool = False
    """Give the first clause as early as possible."""
    cheaply: bool = False
    """With a cheaper vocoder, if the engine has one."""

    @property
    def words(self) -> Iterator[Word]:
        """All of the sentence's."""
        return (word for clause in self.sentence.clauses for word in clause.words)

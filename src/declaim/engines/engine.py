"""What speaks on this machine, in the process that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from declaim.audio.chunk import AudioChunk
from declaim.prosody.score import Score
from declaim.text.sentence import Sentence, Span


class Engine(Protocol):
    """Stages 3 and 4."""

    @property
    def sample_rate(self) -> int:
        """Of its chunks, in Hz."""
        ...

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        """Written stretches that it cannot say, and would approximate."""
        ...

    def economical(self) -> Engine:
        """The same engine with a cheaper vocoder, for when too much is asked for; itself if it has none."""
        ...

    def speak(
        self, sentence: Sentence, score: Score, voice: str, *, soon: bool = False
    ) -> Iterator[AudioChunk]:
        """Speak a sentence in chunks of whole clauses; words' times count from each chunk's beginning."""
        ...

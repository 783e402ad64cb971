"""An engine at the sample rate that all speech has here, whatever its own is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import soxr

from declaim.acoustic.frames import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.audio.chunk import AudioChunk
    from declaim.engines.engine import Engine
    from declaim.prosody.score import Score
    from declaim.text.sentence import Sentence, Span


class Resampled:
    """Speaks with another engine, at 24 kHz: each chunk by itself, as it begins and ends in silence."""

    sample_rate = SAMPLE_RATE

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        """Written stretches that the engine cannot say."""
        return self._engine.lacks(sentence)

    def economical(self) -> Resampled:
        """With the engine's cheaper vocoder."""
        return Resampled(self._engine.economical())

    def speak(
        self, sentence: Sentence, score: Score, voice: str, *, soon: bool = False
    ) -> Iterator[AudioChunk]:
        """Speak a sentence; see :class:`~declaim.engines.engine.Engine`."""
        for chunk in self._engine.speak(sentence, score, voice, soon=soon):
            yield _resampled(chunk)


def _resampled(chunk: AudioChunk) -> AudioChunk:
    samples = soxr.resample(chunk.samples, chunk.sample_rate, SAMPLE_RATE)
    seconds = len(samples) / SAMPLE_RATE  # rounded to a sample: no word ends behind the last
    words = (replace(w, start=min(w.start, seconds), end=min(w.end, seconds)) for w in chunk.words)
    return replace(chunk, samples=samples, sample_rate=SAMPLE_RATE, words=tuple(words))

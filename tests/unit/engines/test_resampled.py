from collections.abc import Iterator

import numpy as np
import pytest

from declaim.audio.chunk import AudioChunk
from declaim.engines.resampled import Resampled
from declaim.prosody.score import Score
from declaim.text.sentence import Clause, Sentence, Span
from declaim.timings import WordTiming

RATE, LENGTH = 22_050, 22_051


class Humming:
    """Says one tone, and a word that lasts to its end."""

    sample_rate = RATE

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        return (sentence.span,)

    def economical(self) -> "Humming":
        return self

    def speak(
        self, sentence: Sentence, score: Score, voice: str, *, soon: bool = False
    ) -> Iterator[AudioChunk]:
        assert (score, voice, soon) == (Score(), "af_heart", True)
        tone = np.sin(2 * np.pi * 440 * np.arange(LENGTH) / RATE).astype(np.float32)
        yield AudioChunk(tone, RATE, sentence.span, (WordTiming("", sentence.span, 0.5, LENGTH / RATE),))


def test_the_same_sound_at_another_rate() -> None:
    sentence = Sentence((Clause((), (0, 5)),))
    engine = Resampled(Humming())
    assert engine.lacks(sentence) == ((0, 5),)
    (chunk,) = engine.speak(sentence, Score(), "af_heart", soon=True)
    assert (
        (chunk.sample_rate, chunk.samples.dtype) == (engine.sample_rate, np.float32) == (24_000, np.float32)
    )
    assert chunk.seconds == pytest.approx(LENGTH / RATE, abs=1 / 24_000)
    spectrum = np.abs(np.fft.rfft(chunk.samples))
    assert spectrum.argmax() == pytest.approx(440 * chunk.seconds, abs=1)
    (word,) = chunk.words
    assert word.start == 0.5
    assert word.end <= chunk.seconds

"""Loudness of speech, and gains between channels."""

import math

import numpy as np
import pytest

from declaim.audio.loudness import LoudnessMeter
from declaim.channels.level import SpeechLevel, amplified, gain_between, loudness, plain_level
from declaim.prosody.score import Score
from toy_channels import chunk_of, sentences_of, text_of

SENTENCE = sentences_of(text_of(1))[0]


def babble(seconds: float) -> np.ndarray:
    """Harmonics and noise in syllables, with a pause."""
    t = np.arange(round(seconds * 24_000)) / 24_000
    voice = sum(np.sin(2 * np.pi * 140 * k * t + k) / k**1.2 for k in range(1, 30))
    voice = voice + 0.2 * np.random.default_rng(1).standard_normal(len(t))
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * t) + 0.3, 0, None) * (np.sin(2 * np.pi * 0.3 * t) > -0.7)
    return (0.1 * voice * syllables).astype(np.float32)


@pytest.mark.parametrize("seconds", [1.5, 4, 9])
def test_loudness_is_that_of_the_standard(seconds: float) -> None:
    meter = LoudnessMeter(24_000)
    meter.add(babble(seconds))
    measured = loudness(babble(seconds))
    assert measured
    assert meter.integrated == pytest.approx(measured[0], abs=0.3)


def test_a_full_scale_sine_reads_3_below() -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(24_000) / 24_000).astype(np.float32)
    measured = loudness(sine)
    assert measured
    assert measured[0] == pytest.approx(-3.01, abs=0.05)


def test_short_and_silent_pieces() -> None:
    assert loudness(np.zeros(24_000, np.float32)) is None
    assert loudness(np.zeros(0, np.float32)) is None
    sine = np.sin(2 * np.pi * 997 * np.arange(24_000) / 24_000).astype(np.float32)
    for length in (1_200, 2_400, 5_000):
        measured = loudness(sine[:length])
        assert measured
        assert measured[0] == pytest.approx(-3.01, abs=0.3)
        assert measured[1] == pytest.approx(length / 24_000, rel=0.01)


def test_silence_around_speech_does_not_count() -> None:
    alone, padded = loudness(babble(3)), loudness(np.pad(babble(3), 48_000))
    assert alone
    assert padded
    assert padded[0] == pytest.approx(alone[0], abs=0.5)


def test_energy_that_is_asked_for_is_no_part_of_the_level() -> None:
    chunk = chunk_of(SENTENCE.clauses)
    usual = plain_level(chunk.samples, SENTENCE.clauses, Score())
    soft = plain_level(amplified(chunk.samples, -6), SENTENCE.clauses, Score(energy=-6))
    assert usual
    assert soft
    assert soft[0] == pytest.approx(usual[0], abs=0.01)


def test_a_level_is_what_was_heard_lately() -> None:
    level = SpeechLevel()
    assert level.level is None
    level.add(-20, 3)
    assert level.level == -20
    level.add(-26, 3)
    assert level.level == pytest.approx(-23)
    for _ in range(100):
        level.add(-30, 5)
    assert level.level == pytest.approx(-30, abs=0.1)


def test_a_prior_gives_way() -> None:
    level = SpeechLevel(-20)
    level.add(-30, 5)
    assert level.level == pytest.approx(-25)


def test_gains_are_limited() -> None:
    assert gain_between(-26, -20) == 6
    assert gain_between(-50, -20) == 12
    assert gain_between(-10, -40) == -12
    assert gain_between(None, -20) == gain_between(-20, None) == 0


def test_amplified() -> None:
    samples = np.full(10, 0.1, np.float32)
    assert amplified(samples, 0) is samples
    assert amplified(samples, 20 * math.log10(2))[0] == pytest.approx(0.2)
    assert amplified(samples, 3).dtype == np.float32

"""One utterance against the clock."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from bench.engines import SAMPLE_RATE, Engine, Samples

AUDIBLE = 0.003
"""Amplitude (−50 dBFS) from which a sample counts as sound."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds; the first three run from the call."""

    first_chunk: float
    """Until the engine hands over its first samples."""
    first_sound: float
    """Until a listener who plays them at once hears something: silence at the start counts."""
    whole: float
    """Until the last samples are there."""
    audio: float
    """Length of the speech."""
    stall: float
    """Time for which a player that starts with the first chunk has to wait for later ones."""


def measure(engine: Engine, text: str, voice: str) -> Timing:
    """Speak once, playing in mind: each chunk arrives in time or stalls the player."""
    arrivals: list[float] = []
    chunks: list[Samples] = []
    started = time.perf_counter()
    for chunk in engine.stream(text, voice):
        arrivals.append(time.perf_counter() - started)
        chunks.append(chunk)
    whole = time.perf_counter() - started
    lengths = [len(chunk) / SAMPLE_RATE for chunk in chunks]
    lead = _leading_silence(np.concatenate(chunks))
    return Timing(arrivals[0], arrivals[0] + lead, whole, sum(lengths), _stall(arrivals, lengths))


def _leading_silence(samples: Samples) -> float:
    loud = np.flatnonzero(np.abs(samples) >= AUDIBLE)
    return float(loud[0] if len(loud) else len(samples)) / SAMPLE_RATE


def _stall(arrivals: list[float], lengths: list[float]) -> float:
    played_until, stalled = arrivals[0], 0.0
    for arrival, length in zip(arrivals, lengths, strict=True):
        stalled += max(0.0, arrival - played_until)
        played_until = max(played_until, arrival) + length
    return stalled

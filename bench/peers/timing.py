"""One utterance against the clock. Runs in every peer's environment: it needs NumPy and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

AUDIBLE = 0.003
"""Amplitude (−50 dBFS) from which a sample counts as sound."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When each piece of an utterance was there; seconds run from the call."""

    chunks: tuple[tuple[float, int], ...]
    """Of each chunk: when it was handed over, and its number of samples."""
    whole: float
    """Until the engine said that this was all."""
    sample_rate: int
    silence: float
    """Seconds before the first audible sample."""

    @property
    def first_audio(self) -> float:
        """Until the engine hands over its first samples."""
        return self.chunks[0][0]

    @property
    def first_sound(self) -> float:
        """Until a listener who plays them at once hears something: silence at the start counts."""
        return self.first_audio + self.silence

    @property
    def audio(self) -> float:
        """Length of the speech in seconds."""
        return sum(samples for _, samples in self.chunks) / self.sample_rate

    @property
    def rtf(self) -> float:
        """Real-time factor: time to make it over its length."""
        return self.whole / self.audio

    @property
    def stall(self) -> float:
        """Time for which a player that starts with the first chunk has to wait for later ones."""
        played_until, stalled = self.first_audio, 0.0
        for arrival, samples in self.chunks:
            stalled += max(0.0, arrival - played_until)
            played_until = max(played_until, arrival) + samples / self.sample_rate
        return stalled


def timed(
    chunks: Iterable[npt.NDArray[np.float32]],
    sample_rate: int,
    clock: Callable[[], float] = time.perf_counter,
) -> Timing:
    """Take all chunks of an utterance, each as soon as it is there.

    Args:
        chunks: mono samples in [-1, 1], made as they are taken.
        sample_rate: theirs, in Hz.
        clock: seconds since whenever.

    Raises:
        ValueError: there was not a single sample.
    """
    arrivals: list[tuple[float, int]] = []
    kept: list[npt.NDArray[np.float32]] = []
    started = clock()
    for chunk in chunks:
        if len(chunk):
            arrivals.append((clock() - started, len(chunk)))
            kept.append(chunk)
    whole = clock() - started
    if not kept:
        raise ValueError("no audio at all")
    return Timing(tuple(arrivals), whole, sample_rate, _leading_silence(np.concatenate(kept), sample_rate))


def _leading_silence(samples: npt.NDArray[np.float32], sample_rate: int) -> float:
    loud = np.flatnonzero(np.abs(samples) >= AUDIBLE)
    return float(loud[0] if len(loud) else len(samples)) / sample_rate

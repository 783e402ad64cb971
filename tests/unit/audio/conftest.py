"""A signal like speech, and the way back from encoded audio to samples."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import av
import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

RATE = 24_000


@dataclass(frozen=True)
class Decoded:
    """What a player gets: samples at 24 kHz, and what the container says of its length."""

    samples: NDArray[np.float32]
    rate: int
    seconds: float | None

    def lag(self, source: NDArray[np.float32]) -> int:
        """Samples by which it comes after ``source``: the peak of the cross-correlation."""
        size = 1 << (len(source) + len(self.samples)).bit_length()
        spectrum = np.fft.rfft(self.samples, size) * np.conj(np.fft.rfft(source, size))
        peak = int(np.argmax(np.fft.irfft(spectrum)))
        return peak - size if peak > size // 2 else peak

    def snr(self, source: NDArray[np.float32], lag: int) -> float:
        """dB, over all of ``source``."""
        heard = self.samples[lag : lag + len(source)]
        assert len(heard) == len(source)
        return float(10 * np.log10(np.mean(source**2) / np.mean((heard - source) ** 2)))


@pytest.fixture(scope="session")
def speech() -> NDArray[np.float32]:
    """3.05 s of a voice-like sound that fills no whole number of any codec's frames; peak 0.5.

    The phases of its harmonics are Schroeder's, so its crest factor is a voice's and not a pulse train's.
    """
    time = np.arange(73_123) / RATE
    phase = 2 * np.pi * np.cumsum(120 * (1 + 0.1 * np.sin(4 * time))) / RATE
    voice = sum(np.cos(k * phase + np.pi * k**2 / 60) / (1 + abs(k * 120 - 600) / 300) for k in range(1, 60))
    noise = np.random.default_rng(0).standard_normal(len(time))
    sound = voice * np.clip(np.sin(2 * np.pi * 3.5 * time), 0.02, 1) + 0.01 * noise
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.fixture(scope="session")
def decode() -> Callable[[bytes, str], Decoded]:
    """Decode bytes of a format, by its name."""

    def decoded(data: bytes, name: str) -> Decoded:
        if name == "pcm":
            samples = np.frombuffer(data, "<i2").astype(np.float32) / 32768
            return Decoded(samples, RATE, None)
        with av.open(io.BytesIO(data)) as container:
            stream = container.streams.audio[0]
            seconds = None if stream.duration is None else float(stream.duration * stream.time_base)
            frames = [frame.to_ndarray().ravel() for frame in container.decode(stream)]
            rate = stream.rate
        samples = np.concatenate(frames)
        if samples.dtype == np.int16:
            samples = samples.astype(np.float32) / 32768
        return Decoded(soxr.resample(samples, rate, RATE), rate, seconds)

    return decoded

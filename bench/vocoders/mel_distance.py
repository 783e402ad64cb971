"""How far one rendering of the same frames is from another, as the ear would weigh it, roughly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.engines import SAMPLE_RATE, Samples
from declaim.vocoder.mel_filters import mel_filters

WINDOW, HOP, BANDS, LOWEST_HZ, HIGHEST_HZ = 1024, 256, 80, 60.0, 11_000.0
LOUD_DB, FLOOR = -20.0, 1e-6
"""Frames with a band above this count; power under the floor is silence."""


def mel_distance(samples: Samples, reference: Samples) -> float:
    """Mean absolute difference of the log-mel spectra of loud frames, in dB."""
    mine, its = log_mel(samples), log_mel(reference)
    return float(np.abs(mine - its)[its.max(axis=1) > LOUD_DB].mean())


def log_mel(samples: Samples) -> NDArray[np.float64]:
    """(frames, 80) in dB."""
    padded = np.pad(samples.astype(np.float64), WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP] * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(frames)) ** 2
    filters = mel_filters(SAMPLE_RATE, WINDOW, BANDS, LOWEST_HZ, HIGHEST_HZ)
    filters /= filters.max(axis=1, keepdims=True)
    decibels: NDArray[np.float64] = 10 * np.log10(power @ filters.T + FLOOR)
    return decibels

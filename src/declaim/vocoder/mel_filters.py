"""The mel filters that the spectrograms of TensorFlowTTS are made with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINEAR_HZ, _BREAK_HZ = 200 / 3, 1000.0  # one mel; where the scale turns from linear to logarithmic
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ
_LOG_STEP = math.log(6.4) / 27


def mel_filters(sample_rate: int, n_fft: int, bands: int, low: float, high: float) -> NDArray[np.float32]:
    """(bands, n_fft / 2 + 1): triangles of equal area on Slaney's mel scale.

    Slaney, "Auditory Toolbox", Interval Research technical report 1998-010: linear up to 1 kHz, 27 steps to
    a factor of 6.4 above; weights are in 1/Hz, so that noise of one level is as strong in all bands.

    Args:
        sample_rate: in Hz.
        n_fft: length of the Fourier transform.
        bands: number of filters.
        low: Hz where the first triangle begins.
        high: Hz where the last one ends.
    """
    edges = _hertz(np.linspace(_mel(low), _mel(high), bands + 2))
    bins = np.arange(n_fft // 2 + 1) * (sample_rate / n_fft)
    widths = np.diff(edges)
    rising = (bins - edges[:-2, None]) / widths[:-1, None]
    falling = (edges[2:, None] - bins) / widths[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def _mel(hertz: float) -> float:
    return hertz / _LINEAR_HZ if hertz < _BREAK_HZ else _BREAK_MEL + math.log(hertz / _BREAK_HZ) / _LOG_STEP


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < _BREAK_MEL, mel * _LINEAR_HZ, _BREAK_HZ * np.exp((mel - _BREAK_MEL) * _LOG_STEP))

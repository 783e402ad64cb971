"""A look-ahead peak limiter, so that nothing ever clips."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SMOOTHING: Final = 0.015
"""Half width in seconds of the window that smooths the gain: three periods of a 100 Hz voice in all, so that
the gain follows the loudness and not the single glottal pulse, which would be heard as distortion."""

_INTERPOLATOR_HALF_LENGTH: Final = 12


def true_peaks(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """For each sample the peak of the waveform between its neighbours, shape (n,) to (n,), full scale = 1.

    Four-fold oversampling as in ITU-R BS.1770-5, annex 2, with a cosine-windowed sinc of 24 taps a phase.
    """
    half = _INTERPOLATOR_HALF_LENGTH
    peaks = np.abs(samples).astype(np.float64)
    padded = np.pad(samples.astype(np.float64), (half - 1, half))
    for fraction in (0.25, 0.5, 0.75):
        distance = fraction - np.arange(1 - half, half + 1)
        taps = np.sinc(distance) * np.cos(np.pi * distance / (2 * half + 1)) ** 2
        between = np.abs(np.correlate(padded, taps, "valid"))
        np.maximum(peaks, between, out=peaks)
        np.maximum(peaks[1:], between[:-1], out=peaks[1:])
    return peaks


def _sliding_max(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Maximum of every ``width`` neighbours, shape (n,) to (n - width + 1,), in log2(width) passes."""
    reach = 1
    while 2 * reach <= width:
        values = np.maximum(values[:-reach], values[reach:])
        reach *= 2
    rest = width - reach
    return np.maximum(values[:-rest], values[rest:]) if rest else values


class Limiter:
    """Turns the gain down smoothly where a stream would pass a ceiling and leaves all else bit for bit.

    The attenuation that each sample needs is spread by a sliding maximum and smoothed by a Hann window of the
    same width: every value that the window averages is at least what the sample in its middle needs, so the
    ceiling holds exactly. The gain is a function of the surroundings alone: how a stream is cut into chunks
    makes no difference. The last ``lookahead`` samples are held back until more come. All channels are turned
    down together, for otherwise the picture between the loudspeakers would move.

    Args:
        ceiling: highest level in dB relative to full scale, negative.
        sample_rate: in Hz.
        channels: 0 for samples of shape (n,), else those of shape (channels, n).
        true_peak: bound the waveform between the samples too (dBTP). What overshoots then is what a smooth
            gain cannot: under 0.1 dB for speech.
    """

    def __init__(self, ceiling: float, sample_rate: int, *, true_peak: bool, channels: int = 0) -> None:
        self._ceiling = float(10 ** (ceiling / 20))
        self._true_peak = true_peak
        self._half = max(1, round(SMOOTHING * sample_rate))
        window = np.hanning(2 * self._half + 3)[1:-1]
        self._window = window / window.sum()
        self.lookahead = 2 * self._half + _INTERPOLATOR_HALF_LENGTH
        self._shape = (channels, self.lookahead) if channels else (self.lookahead,)
        self._buffer = np.zeros(self._shape, np.float32)

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples of shape (n,) or (channels, n) and give what is finished, (m,) or (channels, m)."""
        around = self.lookahead
        buffer = np.concatenate((self._buffer, samples), axis=-1)
        if buffer.shape[-1] <= 2 * around:
            self._buffer = buffer
            return buffer[..., :0]
        self._buffer = buffer[..., -2 * around :].copy()
        return self._limit(buffer)

    def flush(self) -> NDArray[np.float32]:
        """End the stream and give the rest of the output."""
        return self.process(np.zeros(self._shape, np.float32))

    def _peaks(self, buffer: NDArray[np.float32]) -> NDArray[np.float64]:
        """The highest of all channels at each sample, shape (n,)."""
        channels = np.atleast_2d(buffer)
        if self._true_peak:
            return np.asarray(np.max([true_peaks(channel) for channel in channels], axis=0))
        return np.asarray(np.abs(channels).max(axis=0), np.float64)

    def _limit(self, buffer: NDArray[np.float32]) -> NDArray[np.float32]:
        around = self.lookahead
        middle = buffer[..., around:-around]
        peaks = self._peaks(buffer)
        if peaks.max() <= self._ceiling:
            return middle
        needed = 1 - self._ceiling / np.maximum(peaks, self._ceiling)
        # Averaging the attenuation and not the gain keeps untouched stretches exact: a mean of zeros is zero.
        attenuation = np.convolve(_sliding_max(needed, 2 * self._half + 1), self._window, "valid")
        attenuation = attenuation[_INTERPOLATOR_HALF_LENGTH:-_INTERPOLATOR_HALF_LENGTH]
        limited = (middle * (1 - attenuation)).astype(np.float32)
        # Only rounding is cut off here.
        bound = np.float32(self._ceiling)
        return np.where(attenuation > 0, np.clip(limited, -bound, bound), middle)

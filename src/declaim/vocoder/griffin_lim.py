"""Fast Griffin-Lim: mel spectrogram → samples, without a network.

A magnitude spectrogram is given, and phases are sought with which it is the spectrogram of a signal: in turn,
the magnitudes are set and the nearest spectrogram of a signal is taken (Griffin and Lim, "Signal estimation
from modified short-time Fourier transform", IEEE ASSP 32, 1984); going a little further at each turn than
that gets there much faster (Perraudin, Balazs and Søndergaard, "A fast Griffin-Lim algorithm", WASPAA 2013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNMIXING_STEPS = 12


class GriffinLim:
    """Turns mel amplitudes into ``hop`` samples a frame.

    Args:
        filters: (bands, n_fft / 2 + 1), with which the mels were made of magnitudes.
        hop: samples from frame to frame.
        window: samples of a frame: a Hann window. A multiple of ``hop``, at most ``n_fft``.
        centre: the sample in the middle of the first frame.
        n_iter: turns.
        momentum: 0 is the algorithm of 1984, 0.99 what was best in 2013.
    """

    def __init__(
        self,
        filters: NDArray[np.float32],
        *,
        hop: int,
        window: int,
        centre: int = 0,
        n_iter: int = 32,
        momentum: float = 0.99,
    ) -> None:
        self._filters = filters.astype(np.float32)
        self._inverse = np.linalg.pinv(self._filters).astype(np.float32)
        self._n_fft = 2 * (filters.shape[1] - 1)
        self._hop, self._length, self._start = hop, window, window // 2 - centre
        self._n_iter, self._momentum = n_iter, momentum
        self._window = (0.5 - 0.5 * np.cos(2 * np.pi / window * np.arange(window))).astype(np.float32)

    def __call__(self, amplitudes: NDArray[np.float32]) -> NDArray[np.float32]:
        """(hop T,): the samples of mel amplitudes (T, bands)."""
        magnitudes = self._magnitudes(amplitudes)
        seeded = np.random.default_rng(0)  # the same text is to sound the same each time
        phases = np.exp(2j * np.pi * seeded.random(magnitudes.shape)).astype(np.complex64)
        spectrum = magnitudes * phases
        previous = np.zeros_like(spectrum)
        for _ in range(self._n_iter):
            consistent = self._transform(self._signal(spectrum))
            ahead = consistent + np.float32(self._momentum) * (consistent - previous)
            previous = consistent
            spectrum = magnitudes * (ahead / np.maximum(np.abs(ahead), np.float32(1e-9)))
        signal: NDArray[np.float32] = self._signal(spectrum)[self._start :][: self._hop * len(amplitudes)]
        return signal

    def _magnitudes(self, amplitudes: NDArray[np.float32]) -> NDArray[np.float32]:
        """(T, n_fft / 2 + 1): magnitudes, none negative, whose mel spectrogram is nearly the given one.

        The pseudo-inverse, mended by the multiplicative steps of Lee and Seung, "Algorithms for non-negative
        matrix factorization" (NIPS 2000), which keep the sign.
        """
        found: NDArray[np.float32] = np.maximum(amplitudes @ self._inverse.T, np.float32(1e-8))
        target = amplitudes @ self._filters
        for _ in range(_UNMIXING_STEPS):
            found *= target / (found @ self._filters.T @ self._filters + np.float32(1e-12))
        return found

    def _transform(self, signal: NDArray[np.float32]) -> NDArray[np.complex64]:
        """(T, bins): short-time Fourier transform of a signal that :meth:`_signal` gives."""
        frames = np.lib.stride_tricks.sliding_window_view(signal, self._length)[:: self._hop] * self._window
        return np.fft.rfft(frames, self._n_fft).astype(np.complex64)

    def _signal(self, spectrum: NDArray[np.complex64]) -> NDArray[np.float32]:
        """(hop (T - 1) + window,): the signal with the nearest transform."""
        frames = np.fft.irfft(spectrum, self._n_fft)[:, : self._length].astype(np.float32) * self._window
        weights = self._overlapped(np.broadcast_to(self._window**2, frames.shape))
        np.maximum(weights, 0.1, out=weights)  # few windows reach the very ends
        signal: NDArray[np.float32] = np.divide(self._overlapped(frames), weights)
        return signal

    def _overlapped(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Frames (T, window) added up, each ``hop`` samples behind the one before."""
        overlaps = self._length // self._hop
        blocks = np.zeros((len(frames) + overlaps - 1, self._hop), dtype=np.float32)
        for part in range(overlaps):
            blocks[part : part + len(frames)] += frames[:, part * self._hop : (part + 1) * self._hop]
        return blocks.ravel()

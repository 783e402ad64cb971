"""Fast Griffin-Lim: normalised mel spectrogram → samples, without a network.

A magnitude spectrogram is given, and phases are sought with which it is the spectrogram of a signal: in turn,
the magnitudes are set and the nearest spectrogram of a signal is taken (Griffin and Lim, "Signal estimation
from modified short-time Fourier transform", IEEE ASSP 32, 1984); going a little further at each turn than
that gets there much faster (Perraudin, Balazs and Søndergaard, "A fast Griffin-Lim algorithm", WASPAA 2013).
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from declaim.vocoder.mel_filters import mel_filters

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLE_RATE, _HOP, _WINDOW = 24_000, 300, 1200
_BANDS, _LOW, _HIGH = 80, 80.0, 7600.0
"""Of the spectrograms that the acoustic model was trained on (TensorFlowTTS, preset for Baker)."""
_OVERLAPS = _WINDOW // _HOP
_UNMIXING_STEPS = 12


class GriffinLim:
    """Turns mel frames into 300 samples each at 24 kHz.

    Args:
        n_iter: turns.
        n_fft: length of the Fourier transforms, at least 1200.
        momentum: 0 is the algorithm of 1984, 0.99 what was best in 2013.
    """

    context = 12
    """Frames, so that a piece's own have neighbours whose phases they can agree with."""

    def __init__(self, n_iter: int = 32, n_fft: int = 2048, momentum: float = 0.99) -> None:
        self._n_iter, self._n_fft, self._momentum = n_iter, n_fft, momentum
        self._filters = mel_filters(_SAMPLE_RATE, n_fft, _BANDS, _LOW, _HIGH)
        self._inverse = np.linalg.pinv(self._filters).astype(np.float32)
        self._mean, self._deviation = mel_statistics()
        self._window = (0.5 - 0.5 * np.cos(2 * np.pi / _WINDOW * np.arange(_WINDOW))).astype(np.float32)

    def __call__(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """(300 T,): the samples of a mel (T, 80)."""
        magnitudes = self._magnitudes(mel)
        seeded = np.random.default_rng(0)  # the same text is to sound the same each time
        phases = np.exp(2j * np.pi * seeded.random(magnitudes.shape)).astype(np.complex64)
        spectrum = magnitudes * phases
        previous = np.zeros_like(spectrum)
        for _ in range(self._n_iter):
            consistent = self._transform(self._signal(spectrum))
            ahead = consistent + np.float32(self._momentum) * (consistent - previous)
            previous = consistent
            spectrum = magnitudes * (ahead / np.maximum(np.abs(ahead), np.float32(1e-9)))
        signal: NDArray[np.float32] = self._signal(spectrum)[_WINDOW // 2 :][: _HOP * len(mel)]
        return signal

    def _magnitudes(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """(T, n_fft / 2 + 1): magnitudes, none negative, whose mel spectrogram is nearly the given one.

        The pseudo-inverse, mended by the multiplicative steps of Lee and Seung, "Algorithms for non-negative
        matrix factorization" (NIPS 2000), which keep the sign.
        """
        # The spectrograms are of transforms of 2048. Another length gives as large magnitudes, but other
        # numbers of them, over which the filters sum.
        amplitudes = np.power(10, mel * self._deviation + self._mean) * np.float32(self._n_fft / 2048)
        found: NDArray[np.float32] = np.maximum(amplitudes @ self._inverse.T, np.float32(1e-8))
        target = amplitudes @ self._filters
        for _ in range(_UNMIXING_STEPS):
            found *= target / (found @ self._filters.T @ self._filters + np.float32(1e-12))
        return found

    def _transform(self, signal: NDArray[np.float32]) -> NDArray[np.complex64]:
        """(T, bins): short-time Fourier transform of a signal that :meth:`_signal` gives."""
        frames = np.lib.stride_tricks.sliding_window_view(signal, _WINDOW)[::_HOP] * self._window
        return np.fft.rfft(frames, self._n_fft).astype(np.complex64)

    def _signal(self, spectrum: NDArray[np.complex64]) -> NDArray[np.float32]:
        """(300 (T + 3),): the signal with the nearest transform; frame t is centred at 600 + 300 t."""
        frames = np.fft.irfft(spectrum, self._n_fft)[:, :_WINDOW].astype(np.float32) * self._window
        weights = _overlapped(np.broadcast_to(self._window**2, frames.shape))
        np.maximum(weights, 0.1, out=weights)  # few windows reach the very ends
        signal: NDArray[np.float32] = np.divide(_overlapped(frames), weights)
        return signal


def _overlapped(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Frames (T, 1200) added up, each 300 samples behind the one before."""
    blocks = np.zeros((len(frames) + _OVERLAPS - 1, _HOP), dtype=np.float32)
    for part in range(_OVERLAPS):
        blocks[part : part + len(frames)] += frames[:, part * _HOP : (part + 1) * _HOP]
    return blocks.ravel()


def mel_statistics() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(80,) each: mean and deviation of the log10 mel amplitudes, by which the bands are normalised.

    The release of the models leaves them out. Here they are as measured: what MB-MelGAN, which takes the
    normalised spectrogram, makes of it has a spectrogram of its own, and band by band one is a line over the
    other (docs/engines/fastspeech.md).
    """
    text = files("declaim.vocoder").joinpath("data/baker_mel.json").read_text(encoding="utf-8")
    table = json.loads(text)
    return np.array(table["mean"], dtype=np.float32), np.array(table["deviation"], dtype=np.float32)

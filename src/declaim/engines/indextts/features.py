"""What the models hear of a recording: filter banks as Kaldi makes them, and a mel spectrogram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from declaim.vocoder.mel_filters import mel_filters

if TYPE_CHECKING:
    from numpy.typing import NDArray

BANK_RATE: Final = 16_000
"""Hz of the recording that the filter banks are of."""
MEL_RATE: Final = 22_050
"""Hz of the mel spectrogram, and of what the vocoder makes of one."""
MEL_BINS: Final = 80
N_FFT: Final = 1024
HOP: Final = 256
"""Samples from frame to frame of the mel spectrogram."""

_FRAME, _SHIFT, _BANK_FFT = 400, 160, 512
"""Samples: 25 ms every 10 ms."""
_LOWEST = 20.0
_PREEMPHASIS = np.float32(0.97)
_FLOOR = np.finfo(np.float32).eps
"""Least energy that a logarithm is taken of, as in Kaldi."""
_FULL_SCALE = np.float32(1 << 15)
_STABILITY = 1e-7
_STRIDE = 2
"""Frames that w2v-BERT takes at once."""
_MEL_FLOOR = 1e-5


def kaldi_bank(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(T, 80): logarithms of mel energies, as Kaldi's ``compute-fbank-feats`` makes them without dither.

    Frames lie within the samples (``snip-edges``); each loses its mean, is pre-emphasised, has a "povey"
    window (Hann to the power of 0.85) and is summed over triangles that are even in mel from 20 Hz up.

    Args:
        samples: (n,) at 16 kHz, n ≥ 400. Their scale decides where the floor lies.
    """
    frames = sliding_window_view(samples.astype(np.float32), _FRAME)[::_SHIFT]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    window = np.hanning(_FRAME) ** 0.85
    spectrum = np.fft.rfft((frames - _PREEMPHASIS * before) * window, _BANK_FFT)
    energies = np.abs(spectrum) ** 2 @ _kaldi_triangles().T
    return np.log(np.maximum(energies, _FLOOR)).astype(np.float32)


def style_features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(1, T, 80): what CAM++ takes. Each band's mean over the recording is taken out.

    Args:
        samples: (n,) at 16 kHz, full scale = 1.
    """
    bank = kaldi_bank(samples)
    features: NDArray[np.float32] = (bank - bank.mean(axis=0))[None]
    return features


def semantic_features(
    samples: NDArray[np.float32], padding: float
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(1, ⌈T/2⌉, 160), and a mask (1, ⌈T/2⌉) of what is whole: what w2v-BERT 2.0 takes.

    Each band has mean 0 and variance 1 over the recording, then pairs of frames are joined; an odd last
    frame is joined with ``padding`` and masked (Seamless Communication, "Seamless", 2023, section 3.2.1).

    Args:
        samples: (n,) at 16 kHz, full scale = 1.
        padding: the value that fills up a pair.
    """
    bank = kaldi_bank(samples * _FULL_SCALE).astype(np.float64)
    bank = (bank - bank.mean(axis=0)) / np.sqrt(bank.var(axis=0, ddof=1) + _STABILITY)
    short = -len(bank) % _STRIDE
    padded = np.pad(bank, ((0, short), (0, 0)), constant_values=padding).astype(np.float32)
    features = padded.reshape(1, -1, _STRIDE * MEL_BINS)
    mask = np.ones((1, features.shape[1]), dtype=np.int64)
    mask[:, features.shape[1] - short :] = 0
    return features, mask


def mel_spectrogram(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(1, 80, T): natural logarithms of mel magnitudes, 86 frames a second, from 0 Hz to 11,025.

    Args:
        samples: (n,) at 22.05 kHz, full scale = 1.
    """
    margin = (N_FFT - HOP) // 2
    padded = np.pad(samples.astype(np.float32), margin, mode="reflect")
    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(sliding_window_view(padded, N_FFT)[::HOP] * window)
    magnitudes = np.sqrt(np.abs(spectrum) ** 2 + 1e-9)
    mel = filters_of_the_mel() @ magnitudes.T
    return np.log(np.maximum(mel, _MEL_FLOOR)).astype(np.float32)[None]


def filters_of_the_mel() -> NDArray[np.float32]:
    """(80, 513): with which the mel is made of magnitudes."""
    return mel_filters(MEL_RATE, N_FFT, MEL_BINS, 0.0, MEL_RATE / 2)


def _kaldi_triangles() -> NDArray[np.float64]:
    """(80, 257): of height 1, straight on the mel scale of O'Shaughnessy rather than in Hz."""

    def mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled: NDArray[np.float64] = 1127 * np.log1p(hertz / 700)
        return scaled

    lowest, highest = mel(np.array([_LOWEST, BANK_RATE / 2]))
    frequencies = np.linspace(0, BANK_RATE / 2, _BANK_FFT // 2 + 1)
    return _triangles(np.linspace(lowest, highest, MEL_BINS + 2), mel(frequencies))


def _triangles(edges: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, len(at)): N triangles of height 1, each from one of N + 2 edges to the next but one."""
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (at - left) / (middle - left), (right - at) / (right - middle)
    triangles: NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling))
    return triangles

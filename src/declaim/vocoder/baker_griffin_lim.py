"""Griffin-Lim for the spectrograms of FastSpeech2, which are normalised by statistics of its corpus."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from declaim.vocoder.griffin_lim import GriffinLim
from declaim.vocoder.mel_filters import mel_filters

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLE_RATE, _HOP, _WINDOW, _N_FFT = 24_000, 300, 1200, 2048
_BANDS, _LOW, _HIGH = 80, 80.0, 7600.0
"""Of the spectrograms that the acoustic model was trained on (TensorFlowTTS, preset for Baker)."""


class BakerGriffinLim:
    """Turns normalised mel frames into 300 samples each at 24 kHz.

    Args:
        n_iter: turns.
        n_fft: length of the Fourier transforms, at least 1200.
        momentum: 0 is the algorithm of 1984, 0.99 what was best in 2013.
    """

    context = 12
    """Frames, so that a piece's own have neighbours whose phases they can agree with."""

    def __init__(self, n_iter: int = 32, n_fft: int = _N_FFT, momentum: float = 0.99) -> None:
        filters = mel_filters(_SAMPLE_RATE, n_fft, _BANDS, _LOW, _HIGH)
        self._vocoder = GriffinLim(filters, hop=_HOP, window=_WINDOW, n_iter=n_iter, momentum=momentum)
        self._mean, self._deviation = mel_statistics()
        # Another transform gives as large magnitudes, but other numbers of them, over which the filters sum.
        self._scale = np.float32(n_fft / _N_FFT)

    def __call__(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """(300 T,): the samples of a mel (T, 80)."""
        return self._vocoder(np.power(10, mel * self._deviation + self._mean) * self._scale)


def mel_statistics() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(80,) each: mean and deviation of the log10 mel amplitudes, by which the bands are normalised.

    The release of the models leaves them out. Here they are as measured: what MB-MelGAN, which takes the
    normalised spectrogram, makes of it has a spectrogram of its own, and band by band one is a line over the
    other (docs/engines/fastspeech.md).
    """
    text = files("declaim.vocoder").joinpath("data/baker_mel.json").read_text(encoding="utf-8")
    table = json.loads(text)
    return np.array(table["mean"], dtype=np.float32), np.array(table["deviation"], dtype=np.float32)

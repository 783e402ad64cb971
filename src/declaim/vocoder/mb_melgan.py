"""MB-MelGAN: normalised mel spectrogram → samples.

Yang et al., "Multi-band MelGAN: Faster waveform generation for high-quality text-to-speech" (2020). The
network is convolutions from end to end, so that a stretch of a spectrogram sounds the same by itself as in
its place, as long as it is given what its convolutions reach on either side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.models.litert import LiteRtModel

_LEAST = 10
"""Frames: its dilated convolutions mirror 27 of the 3 steps that each frame becomes."""


class MbMelGan:
    """Turns mel frames into 300 samples each at 24 kHz."""

    context = 18
    """Frames that its convolutions reach to either side: with so many, not a bit differs."""

    def __init__(self, model: LiteRtModel) -> None:
        self._model = model

    def __call__(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """(300 T,): the samples of a mel (T, 80)."""
        frames = len(mel)
        padded = np.pad(mel, ((0, max(0, _LEAST - frames)), (0, 0)), mode="edge")
        (samples,) = self._model.run(padded[None])
        return np.asarray(samples, dtype=np.float32).ravel()[: 300 * frames]

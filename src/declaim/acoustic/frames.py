"""What the acoustic model gives and the vocoder takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE = 24_000
"""Samples a second of the vocoder's output."""
FRAME_RATE = 40
"""Frames a second of durations and features; F0 and energy have twice as many."""
SAMPLES_PER_FRAME = SAMPLE_RATE // FRAME_RATE

NEPERS_PER_DB = 0.1151
"""ln(10) / 20: a level in dB as the natural logarithm that energies are."""

VOICED_HZ = 20.0
"""Below this the predicted F0 means "unvoiced": the model draws silence and voiceless sounds near 10 Hz."""
SPEECH_ENERGY = -5.0
"""Below this the predicted energy means silence (about −9.5 in a pause, 5 to 10 in vowels)."""


@dataclass(frozen=True, slots=True)
class Frames:
    """A sentence at the seam between acoustic model and vocoder."""

    durations: NDArray[np.int64]
    """(L,): frames of each token, the two boundary tokens included. They sum to T."""
    features: NDArray[np.float32]
    """(1, 512, T): text features, one column a frame."""
    f0: NDArray[np.float32]
    """(2T,): fundamental frequency in Hz."""
    energy: NDArray[np.float32]
    """(2T,): natural logarithm of the norm of the mel spectrum, as the model was trained to predict it."""

    def __len__(self) -> int:
        return int(self.features.shape[2])

    def loudness(self) -> NDArray[np.float32]:
        """(T,): the energy of each frame, the mean of its two halves."""
        halves: NDArray[np.float32] = self.energy.reshape(-1, 2)
        return (halves[:, 0] + halves[:, 1]) * np.float32(0.5)

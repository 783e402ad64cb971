"""Kokoro's vocoder, an iSTFTNet: frames → samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.acoustic.frames import Frames
    from declaim.models.session import Session


class Vocoder:
    """Turns any stretch of a sentence's frames into samples."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(
        self, frames: Frames, style: NDArray[np.float32], start: int, end: int
    ) -> NDArray[np.float32]:
        """Vocode ``frames[start:end]``: (600 (end − start),) samples at 24 kHz.

        Args:
            frames: the sentence.
            style: (1, 256), as for the acoustic model.
            start: first frame.
            end: one past the last frame.
        """
        (samples,) = self._session.run(
            ["audio"],
            features=np.ascontiguousarray(frames.features[:, :, start:end]),
            f0=frames.f0[None, None, 2 * start : 2 * end],
            energy=frames.energy[None, None, 2 * start : 2 * end],
            style=style,
        )
        return np.asarray(samples, dtype=np.float32).ravel()

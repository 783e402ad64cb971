"""Kokoro's acoustic model: phoneme tokens → frames."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from declaim.acoustic.durations import whole_frames
from declaim.acoustic.frames import FRAME_RATE, Frames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from declaim.models.session import Session

_BOUNDARY = 0


class AcousticModel:
    """Predicts durations, then features, F0 and energy, over a whole sentence at once."""

    def __init__(self, duration: Session, frames: Session) -> None:
        self._duration = duration
        self._frames = frames

    def __call__(
        self,
        tokens: Sequence[int],
        style: NDArray[np.float32],
        rates: NDArray[np.float32],
        holds: Mapping[int, float] = MappingProxyType({}),
    ) -> Frames:
        """Predict a sentence.

        Args:
            tokens: phoneme ids, at most 510: the model's context of 512, less the two boundary tokens.
            style: (1, 256), the voice's row for this many tokens.
            rates: one speaking rate for each token.
            holds: the seconds that tokens are to last whose length is given, by index.
        """
        ids = np.array([[_BOUNDARY, *tokens, _BOUNDARY]], dtype=np.int64)
        names = ["durations", "text_states", "phoneme_states"]
        durations, text_states, phoneme_states = self._duration.run(names, tokens=ids, style=style)
        # The boundary tokens are silence, which is cut away later: their rate does not matter.
        whole = whole_frames(durations[0], np.pad(rates, 1, constant_values=1))
        for token, seconds in holds.items():
            whole[1 + token] = max(1, round(seconds * FRAME_RATE))
        features, f0, energy = self._frames.run(
            ["features", "f0", "energy"],
            whole_durations=whole[None],
            text_states=text_states,
            phoneme_states=phoneme_states,
            style=style,
        )
        return Frames(durations=whole, features=features, f0=f0.ravel(), energy=energy.ravel())

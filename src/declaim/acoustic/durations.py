"""Durations in whole frames, at the rate that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_CARRIED = 2.0
"""Frames by which one token may make up for others: more would swallow a vowel after quick consonants."""


def whole_frames(durations: NDArray[np.float32], rates: NDArray[np.float32]) -> NDArray[np.int64]:
    """Predicted durations (L,) in frames, divided by rates (L,) and rounded to at least one frame each.

    At the voice's own rate this is plain rounding, as the model was trained. At another one most phonemes
    last one or two frames, where rounding each by itself would miss the rate by far; there the rounding
    error is carried on to the next token, so that the whole keeps the rate, up to about 1.5; above that, too
    many tokens are at their least of one frame to make up for all of them.
    """
    if np.all(rates == 1):
        return np.maximum(np.rint(durations), 1).astype(np.int64)
    # What plain rounding would say at rate 1 is the reference: its bias is part of the voice's own rate.
    wanted = np.maximum(np.rint(durations), 1) / rates
    whole = np.empty(len(wanted), dtype=np.int64)
    carried = 0.0
    for i, frames in enumerate(wanted):
        whole[i] = max(1, round(frames + carried))
        carried = min(max(carried + frames - whole[i], -_MAX_CARRIED), _MAX_CARRIED)
    return whole

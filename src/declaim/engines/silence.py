"""What a clause without words sounds like: markup may ask for silence before any word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk

if TYPE_CHECKING:
    from declaim.text.sentence import Clause


def silent(clause: Clause) -> AudioChunk:
    """The clause's pause, as a chunk."""
    samples = np.zeros(round((clause.pause or 0.0) * SAMPLE_RATE), dtype=np.float32)
    return AudioChunk(samples, SAMPLE_RATE, clause.span)

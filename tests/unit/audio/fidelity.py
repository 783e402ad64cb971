"""What `AudioWriter` documents that decoding gives back, and samples in chunks."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

IN_FILES = {
    # format: delay and most surplus in samples, least SNR in dB
    "wav": (0, 0, 70),
    "flac": (0, 0, 70),
    "pcm": (0, 0, 70),
    "opus": (0, 0, 20),
    "mp3": (0, 0, 20),
    "aac": (1024, 1024 + 1024, 15),
    "m4a": (0, 1024, 15),
}
IN_STREAMS = IN_FILES | {"mp3": (1105, 1105 + 576, 20)}
"""A stream has no LAME tag, which would say what to leave out."""


def chunked(samples: NDArray[np.float32], size: int = 5000) -> Iterator[NDArray[np.float32]]:
    """Chunks of ``size`` samples, and the rest."""
    return (samples[at : at + size] for at in range(0, len(samples), size))

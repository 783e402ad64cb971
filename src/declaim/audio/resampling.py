"""Changing the sample rate of a stream of audio."""

from __future__ import annotations

from typing import cast

import numpy as np
import soxr
from numpy.typing import NDArray


class Resampler:
    """Turns a stream at one sample rate into the same stream at another.

    libsoxr's linear-phase "HQ" filter: the passband is flat to 0.91 of the lower Nyquist frequency, the delay
    is taken out, so sample ``n`` of the input stands at ``n * out_rate / in_rate`` of the output and the
    lengths agree within one sample. Equal rates pass through untouched.
    """

    def __init__(self, in_rate: int, out_rate: int) -> None:
        self._stream = (
            None if in_rate == out_rate else soxr.ResampleStream(in_rate, out_rate, 1, dtype="float32")
        )

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take mono samples of shape (n,) and give what is finished of the output, shape (m,)."""
        return self._resample(samples, last=False)

    def flush(self) -> NDArray[np.float32]:
        """End the stream and give the rest of the output."""
        return self._resample(np.empty(0, np.float32), last=True)

    def _resample(self, samples: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        if self._stream is None:
            return samples
        return cast("NDArray[np.float32]", self._stream.resample_chunk(samples, last))

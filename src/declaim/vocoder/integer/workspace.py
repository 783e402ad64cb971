"""Large arrays that one piece of audio after the other is made in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

_KEPT = 130_000_000
"""Bytes kept for the next piece: what seven seconds of audio take."""


class Workspace:
    """Arrays by name, of any size, in memory that is used again.

    Memory that the system gives anew is cleared by it page by page as it is touched, which took a tenth of
    the vocoder's time.
    """

    def __init__(self) -> None:
        self._buffers: dict[str, NDArray[np.uint8]] = {}

    def array(self, name: str, shape: tuple[int, int], kind: DTypeLike) -> NDArray[Any]:
        """An array with anything in it; what had the name before is overwritten."""
        size = shape[0] * shape[1] * np.dtype(kind).itemsize
        buffer = self._buffers.get(name)
        if buffer is None or len(buffer) < size:
            buffer = self._buffers[name] = np.empty(size, np.uint8)
        return buffer[:size].view(kind).reshape(shape)

    def trim(self) -> None:
        """Give the memory back if it is more than an ordinary piece takes."""
        if sum(map(len, self._buffers.values())) > _KEPT:
            self._buffers.clear()

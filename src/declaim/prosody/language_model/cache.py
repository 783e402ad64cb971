"""The keys and values of what was read: written in place by the runtime, and slid when there are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnxruntime.capi.onnxruntime_inference_collection import OrtValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.prosody.language_model.shape import Shape

SINKS = 4
"""The first tokens always stay: attention leans on them (Xiao et al., "Efficient streaming language models
with attention sinks", ICLR 2024)."""


class Cache:
    """Of one passage: (1, H, L, W) for the keys and for the values of each layer, L being the limit.

    Args:
        shape: of the model.
        limit: tokens that it holds at most. Memory is taken as it fills.
    """

    def __init__(self, shape: Shape, limit: int) -> None:
        self._shape = shape
        self.limit = limit
        self.length = 0
        """Tokens that it holds."""
        self._arrays = {
            f"{name}.{layer}": np.zeros((1, shape.kv_heads, limit, shape.head_width), dtype=np.float32)
            for name in ("keys", "values")
            for layer in range(shape.layers)
        }
        self.values = {name: OrtValue.ortvalue_from_numpy(array) for name, array in self._arrays.items()}
        """What the runtime reads and writes: the same memory."""

    def slide(self, keep: int) -> None:
        """Forget all but the first few and the last ``keep`` tokens.

        What stays moves to earlier positions. Keys carry their position as a rotation (RoPE), so they are
        turned back by as many positions as they move.
        """
        dropped = self.length - SINKS - keep
        if dropped <= 0:
            return
        turn = _turn(self._shape, -dropped)
        for name, array in self._arrays.items():
            late = array[:, :, SINKS + dropped : self.length]
            array[:, :, SINKS : SINKS + keep] = _rotated(late, turn) if name.startswith("keys") else late
        self.length = SINKS + keep


def _turn(shape: Shape, positions: int) -> NDArray[np.complex64]:
    """(W / 2,): the rotation of each pair of a key's dimensions over so many positions."""
    turn: NDArray[np.complex64] = np.exp(1j * positions * shape.rotary_frequencies()).astype(np.complex64)
    return turn


def _rotated(keys: NDArray[np.float32], turn: NDArray[np.complex64]) -> NDArray[np.float32]:
    """Keys (1, H, P, W), whose dimensions are pairs (interleaved RoPE), turned."""
    pairs = np.ascontiguousarray(keys).view(np.complex64)
    turned: NDArray[np.float32] = (pairs * turn).view(np.float32)
    return turned

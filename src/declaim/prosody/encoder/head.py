"""The trained part: low-rank changes to the encoder's upper layers, and a linear layer on the mean."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_DATA = files("declaim.prosody") / "data" / "emotion_encoder.npz"


@dataclass(frozen=True, slots=True)
class Head:
    """What ``training/emotion`` learns on top of the encoder, which itself stays as published.

    The changes are LoRA's (Hu et al., 2021): a matrix W becomes W + B·A with A and B of rank 8.
    """

    weights: NDArray[np.float32]
    """(D, 8)"""
    bias: NDArray[np.float32]
    """(8,)"""
    adapters: Mapping[str, NDArray[np.float32]]
    """``l7.q.down`` (inputs, rank) and ``l7.q.up`` (rank, outputs), and so on."""

    def adapted(self, name: str, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """A matrix (outputs, inputs) with its low-rank change, if it has one."""
        if f"{name}.down" not in self.adapters:
            return matrix
        change: NDArray[np.float32] = self.adapters[f"{name}.down"] @ self.adapters[f"{name}.up"]
        return matrix + change.T


def read_head(path: Path) -> Head:
    """Read a head from its file."""
    with np.load(path) as arrays:
        tensors = {name: arrays[name].astype(np.float32) for name in arrays.files}
    return Head(tensors.pop("weights"), tensors.pop("bias"), tensors)


def packaged_head() -> Head:
    """The head that comes with the package."""
    with as_file(_DATA) as path:
        return read_head(path)


def packaged_digest() -> str:
    """Tells the head that comes with the package from every other, without reading it into arrays."""
    return hashlib.sha256(_DATA.read_bytes()).hexdigest()[:12]

"""The hyperparameters of a llama-architecture model."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_FILE = "shape.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """What the graph and its cache are built by."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    head_width: int
    context: int
    """Tokens that it was trained on at once."""
    rope_base: float
    epsilon: float
    """Of the RMS norms."""
    first_token: int
    """What stands before a text."""

    def rotary_frequencies(self) -> NDArray[np.float64]:
        """(W / 2,): radians per position by which each pair of a head's dimensions is turned."""
        pairs: NDArray[np.float64] = np.arange(0, self.head_width, 2) / self.head_width
        return self.rope_base**-pairs

    def write(self, folder: Path) -> None:
        """Keep it in a folder."""
        (folder / _FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The shape of the model in a folder."""
        return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))

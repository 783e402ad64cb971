"""The emotion of a sentence, as the language model understands it: a linear layer on its states."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_DATA = files("declaim.prosody") / "data" / "emotion_states.npz"


@dataclass(frozen=True, slots=True)
class StateClassifier:
    """Logistic regression on :attr:`Passage.state`, trained with SmolLM2: other models' say nothing."""

    weights: NDArray[np.float32]
    """(2·D, 8)"""
    bias: NDArray[np.float32]
    """(8,)"""

    @classmethod
    def packaged(cls) -> Self:
        """The one that comes with the package."""
        with as_file(_DATA) as path:
            return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it from its file."""
        with np.load(path) as arrays:
            return cls(arrays["weights"], arrays["bias"])

    def __call__(self, state: NDArray[np.float32]) -> NDArray[np.float32]:
        """The logit (8,) of each emotion, given the state (2·D,) of a sentence."""
        return state @ self.weights + self.bias

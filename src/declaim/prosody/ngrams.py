"""The emotion that the wording of a sentence speaks of: logistic regression on its character n-grams.

Words that name or show an emotion are few and the same in every kind of text; n-grams of characters find them
in Chinese, which writes no spaces, as in English, and inside whatever a sentence is inflected to. Each n-gram
is known by a 32-bit hash, so that a vocabulary of tens of thousands is a sorted array.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LONGEST = 4
"""Characters of an n-gram at most."""
_BASIS, _PRIME = np.uint32(0x811C9DC5), np.uint32(0x01000193)
"""Of FNV-1a (Fowler, Noll and Vo; RFC 9923), here over code points instead of bytes."""
_DATA = files("declaim.prosody") / "data" / "emotion_ngrams.npz"


def ngrams(text: str) -> NDArray[np.uint32]:
    """The hashes of all runs of one to four characters in a text, in its compatible lower-case form."""
    written = f" {unicodedata.normalize('NFKC', text).lower().strip()} "
    characters = np.frombuffer(written.encode("utf-32-le", "replace"), dtype="<u4")
    grams, hashes = [], np.full(len(characters), _BASIS)
    for size in range(min(LONGEST, len(characters))):
        hashes = (hashes[: len(characters) - size] ^ characters[size:]) * _PRIME
        grams.append(hashes)
    return np.concatenate(grams)


@dataclass(frozen=True, slots=True)
class NgramClassifier:
    """The trained regression over a vocabulary of K n-grams."""

    vocabulary: NDArray[np.uint32]
    """(K,), ascending."""
    rarity: NDArray[np.float32]
    """(K,): inverse document frequency in the training data."""
    weights: NDArray[np.float32]
    """(K, 8)"""
    bias: NDArray[np.float32]
    """(8,)"""

    @classmethod
    def packaged(cls) -> Self:
        """The one that comes with the package."""
        with as_file(_DATA) as path:
            return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it from its file, where weights are 8-bit steps."""
        with np.load(path) as arrays:
            weights = arrays["weights"].astype(np.float32) * arrays["step"]
            return cls(arrays["vocabulary"], arrays["rarity"].astype(np.float32), weights, arrays["bias"])

    def __call__(self, text: str) -> NDArray[np.float64]:
        """The logit (8,) of each emotion."""
        found, counts = np.unique(ngrams(text), return_counts=True)
        places = np.minimum(np.searchsorted(self.vocabulary, found), len(self.vocabulary) - 1)
        known = self.vocabulary[places] == found
        places = places[known]
        features = (1 + np.log(counts[known])) * self.rarity[places]
        length = max(float(np.linalg.norm(features)), 1.0)
        logits: NDArray[np.float64] = features @ self.weights[places] / length + self.bias
        return logits

"""A BERT with a head, in plain numpy, in double precision: what the sentence encoder is measured against."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class BertReference:
    """Computes pooled hidden states.

    Args:
        weights: named as in the packed file; matrices (outputs, inputs).
        layers: how many.
        heads: how many.
        epsilon: of the layer norms.
    """

    def __init__(
        self, weights: Mapping[str, NDArray[np.float32]], layers: int, heads: int, epsilon: float
    ) -> None:
        self.weights = {name: value.astype(np.float64) for name, value in weights.items()}
        self.layers, self.heads, self.epsilon = layers, heads, epsilon

    def pooled(self, ids: list[int], own: slice) -> Array:
        """(D,): the mean over some of the tokens."""
        words = self.weights["emb.word"][ids]
        width = words.shape[1]
        x = words + self.weights["emb.pos"].reshape(-1, width)[: len(ids)]
        x = self._norm(x + self.weights["emb.type"].reshape(-1, width)[0], "emb.ln")
        for layer in range(self.layers):
            x = self._layer(f"l{layer}", x)
        return x[own].mean(axis=0)

    def _layer(self, own: str, x: Array) -> Array:
        q, k, v = (self._linear(f"{own}.{part}", x) for part in "qkv")
        width = q.shape[1] // self.heads
        attended = np.zeros_like(q)
        for head in range(self.heads):
            part = slice(head * width, (head + 1) * width)
            scores = q[:, part] @ k[:, part].T / np.sqrt(width)
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            attended[:, part] = shares / shares.sum(-1, keepdims=True) @ v[:, part]
        x = self._norm(x + self._linear(f"{own}.ao", attended), f"{own}.aln")
        inner = self._linear(f"{own}.fi", x)
        opened = inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
        return self._norm(x + self._linear(f"{own}.fo", opened), f"{own}.oln")

    def _linear(self, name: str, x: Array) -> Array:
        return x @ self.weights[f"{name}.w"].T + self.weights[f"{name}.b"]

    def _norm(self, x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + self.epsilon)
        return scaled * self.weights[f"{name}.w"] + self.weights[f"{name}.b"]

"""g2pM's network: how likely each reading of a character is, given its sentence.

Park & Lee, "g2pM: A Neural Grapheme-to-Phoneme Conversion Package for Mandarin Chinese" (Interspeech 2020):
64-wide character embeddings, one bidirectional LSTM layer of 2 × 32, two dense layers. Only the weights and
tables of the g2pM wheel (Apache-2.0) are used; this runs them in float32, both directions in one recurrence.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_UNKNOWN, _BEGIN, _END = "<UNK>", "시", "끝"


class PolyphoneNetwork:
    """The network, loaded.

    Attributes:
        readings: readings of every character the network's dictionary (CC-CEDICT) knows, in its own spelling
            (``lu:4``, ``r5``).
        classes: index of each reading in the network's output.
    """

    def __init__(self) -> None:
        weights: dict[str, Array] = _load("np_ckpt.pkl")
        self.readings: dict[str, list[str]] = _load("digest_cedict.pkl")
        self.classes: dict[str, int] = _load("class2idx.pkl")
        self._ids: dict[str, int] = _load("char2idx.pkl")
        self._input, self._recurrent = _fold(weights)
        self._hidden = weights["logit_layer.0.weight"].T, weights["logit_layer.0.bias"]
        self._output = weights["logit_layer.2.weight"].T, weights["logit_layer.2.bias"]

    def logits(self, text: str, positions: Sequence[int]) -> Array:
        """Scores (len(positions), classes) of the readings of the characters at ``positions``."""
        states = self._states(text)[np.asarray(positions, dtype=np.intp)]
        hidden = np.maximum(states @ self._hidden[0] + self._hidden[1], 0)
        scores: Array = hidden @ self._output[0] + self._output[1]
        return scores

    def _states(self, text: str) -> Array:
        """LSTM states (len(text), 64): 32 read from the left, 32 from the right."""
        unknown = self._ids[_UNKNOWN]
        ids = [self._ids[_BEGIN], *(self._ids.get(c, unknown) for c in text), self._ids[_END]]
        forward, backward = self._input[0][ids], self._input[1][ids[::-1]]
        # Gates side by side, each for both directions: (steps, 4 gates × 2 directions × 32).
        gates = np.stack((forward, backward), axis=2).reshape(len(ids), -1)
        states = np.empty((len(ids), 64), np.float32)
        hidden, cell = np.zeros(64, np.float32), np.zeros(64, np.float32)
        for step, gate in enumerate(gates):
            # σ(x) = (1 + tanh(x / 2)) / 2; the first halving is folded into the weights.
            write, forget, new, expose = np.tanh(gate + hidden @ self._recurrent).reshape(4, 64)
            cell = 0.5 * ((1 + forget) * cell + (1 + write) * new)
            hidden = 0.5 * (1 + expose) * np.tanh(cell)
            states[step] = hidden
        return np.concatenate((states[1:-1, :32], states[-2:0:-1, 32:]), axis=1)


def _fold(weights: dict[str, Array]) -> tuple[tuple[Array, Array], Array]:
    """Embedding and input weights as one table a direction, and both recurrences as one matrix.

    Returns:
        Tables (characters, 4, 32) for the two directions, and the recurrent matrix (64, 256), block-diagonal
        over directions. The gates stand in PyTorch's order: input, forget, cell, output.
    """
    halved = np.repeat(np.array([0.5, 0.5, 1, 0.5], np.float32), 32)
    tables = []
    recurrent = np.zeros((2, 32, 4, 2, 32), np.float32)
    for direction, suffix in enumerate(("", "_reverse")):
        bias = weights["lstm.bias_ih_l0" + suffix] + weights["lstm.bias_hh_l0" + suffix]
        table = (weights["embedding.weight"] @ weights["lstm.weight_ih_l0" + suffix].T + bias) * halved
        tables.append(table.reshape(-1, 4, 32))
        gates = weights["lstm.weight_hh_l0" + suffix].T * halved
        recurrent[direction, :, :, direction] = gates.reshape(32, 4, 32)
    return (tables[0], tables[1]), recurrent.reshape(64, 256)


def _load(name: str) -> Any:  # noqa: ANN401 - what a pickle holds
    """One of the wheel's pickles. They are data of a dependency that is pinned by hash."""
    spec = find_spec("g2pM")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("g2pM", name="g2pM")
    return pickle.loads(Path(spec.origin).with_name(name).read_bytes())  # noqa: S301

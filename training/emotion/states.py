"""The language model's part: logistic regression on its states."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from declaim.models.store import ModelStore
from declaim.prosody.embedded import REMEMBERED
from declaim.prosody.language_model.model import LanguageModel, Passage
from training.emotion.corpus import Example, alone, in_passages, labels

STRENGTH = 0.003
"""Inverse of the regularisation: 1,152 numbers for each of 7,680 sentences must not be learned by heart."""


def read_through(
    model: LanguageModel, passages: list[list[Example]]
) -> Iterator[tuple[Example, str, np.ndarray]]:
    """Each example with the sentences before it that the other experts are shown, and its state (2·D,).

    The model reads as it does in the package: every context and every sentence behind all before it.
    """
    for examples in passages:
        passage, before = Passage(model), deque[str](maxlen=REMEMBERED)
        for example in examples:
            if example.context:
                passage.read(example.context)
                before.append(example.context)
            passage.read(example.text)
            yield example, " ".join(before), passage.state
            before.append(example.text)


def train(learned_from: list[Example]) -> dict[str, np.ndarray]:
    """Train on the examples by themselves and in passages; gives the arrays of the file."""
    model = LanguageModel.load(ModelStore(), threads=2)
    read = list(read_through(model, alone(learned_from) + in_passages(learned_from, seed=1)))
    return fit(np.array([state for *_, state in read]), labels([example for example, *_ in read]))


def fit(states: np.ndarray, wanted: np.ndarray) -> dict[str, np.ndarray]:
    """The weights for states (N, 2·D) as they come; they are learned on standardised ones."""
    scaler = StandardScaler().fit(states)
    model = LogisticRegression(C=STRENGTH, max_iter=200).fit(scaler.transform(states), wanted)
    weights = (model.coef_ / scaler.scale_).T
    return {
        "weights": weights.astype(np.float32),
        "bias": (model.intercept_ - scaler.mean_ @ weights).astype(np.float32),
    }

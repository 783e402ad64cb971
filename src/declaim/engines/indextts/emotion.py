"""Emotions as the model takes them: a vector that is added to who speaks."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from declaim.engines.indextts.tensor_file import read_tensor
from declaim.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from declaim.engines.indextts.layout import ModelFolder
    from declaim.prosody.emotion import Emotion

MOST = 0.8
"""Sum of the weights at most: with more, the voice is no longer the same."""


class EmotionTable:
    """Emotion vectors of people who act each of the eight emotions, in the order of ours.

    Args:
        styles: (N, 192): the actors' voices.
        vectors: (N, 1280): their emotion vectors.
        rows: how many belong to each emotion.

    Raises:
        ConfigError: the rows are not N in all, or an emotion has none.
    """

    def __init__(
        self, styles: NDArray[np.float32], vectors: NDArray[np.float32], rows: Sequence[int]
    ) -> None:
        if not (sum(rows) == len(styles) == len(vectors) and min(rows) > 0):
            raise ConfigError(
                f"{len(styles)} styles and {len(vectors)} vectors are not {' + '.join(map(str, rows))}",
                hint="Set engines.indextts.emotion_rows to the model's own `emo_num`.",
            )
        self._styles = styles / np.linalg.norm(styles, axis=1, keepdims=True)
        self._vectors = vectors
        self._emotions = [slice(*ends) for ends in pairwise(accumulate(rows, initial=0))]

    @classmethod
    def load(cls, folder: ModelFolder, rows: Sequence[int]) -> EmotionTable:
        """Read the table.

        Raises:
            ModelError: a file is damaged.
            ConfigError: as for the class.
        """
        styles, vectors = map(read_tensor, folder.emotions)
        return cls(styles, vectors, rows)

    def blend(
        self, emotion: Emotion, strength: float, style: NDArray[np.float32], own: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(1, 1280): the emotion for a voice. Of each emotion the actor speaks whose voice is most like it.

        Args:
            emotion: its weights; what is missing to 1 is the voice's own.
            strength: 0 to 1, which multiplies them.
            style: (1, 192): the voice.
            own: (1, 1280): the voice's own emotion.
        """
        weights = np.array(emotion.weights(), dtype=np.float32) * np.float32(strength)
        weights *= min(1.0, MOST / max(float(weights.sum()), MOST))
        likeness = self._styles @ style[0]
        nearest = [rows.start + int(likeness[rows].argmax()) for rows in self._emotions]
        blended: NDArray[np.float32] = weights @ self._vectors[nearest] + (1 - weights.sum()) * own
        return blended


def towards(own: NDArray[np.float32], other: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """(1, 1280): an emotion on the way from one recording's to another's; 1 is there."""
    return own + np.float32(strength) * (other - own)

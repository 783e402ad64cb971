"""The emotion of a sentence, read by three experts that know different things.

The sentence encoder knows both languages, the language model knows the whole passage and English best, and
character n-grams know the words that name and show emotions. They err on different sentences, so their log
probabilities are averaged (a product of experts: Hinton, "Training products of experts by minimizing
contrastive divergence", Neural Computation 14, 2002). All count alike: weights would have to be tuned on
kinds of text that none of them has learned from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from declaim.errors import EngineError
from declaim.prosody.emotion import EMOTIONS, Emotion
from declaim.prosody.encoder.classifier import EncoderClassifier
from declaim.prosody.language_model.classifier import StateClassifier
from declaim.prosody.ngrams import NgramClassifier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore

SHARPNESS = 1.5
"""Times the average of the log probabilities that is taken. The plain product of three would be 3, as if they
did not err alike, and most weights would be near 0 or 1."""


class EmotionReader:
    """Asks the experts, and joins what they say.

    Args:
        encoder: reads the sentence behind its context.
        ngrams: reads its characters, and no context: the words there would count as much as its own.
        states: reads the language model's state; None if the model is another than it was trained with.
    """

    def __init__(
        self, encoder: EncoderClassifier, ngrams: NgramClassifier, states: StateClassifier | None
    ) -> None:
        self._encoder = encoder
        self._ngrams = ngrams
        self._states = states

    @classmethod
    def load(
        cls,
        store: ModelStore,
        *,
        threads: int,
        with_states: bool = True,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """Load the experts; the first time the encoder is fetched and turned into a graph.

        Args:
            store: where models are kept.
            threads: cores that the encoder may use.
            with_states: whether the language model is the one whose states the packaged expert knows.
            progress: told how far a fetch is.

        Raises:
            ModelError: the encoder cannot be had.
        """
        encoder = EncoderClassifier.load(store, threads=threads, progress=progress)
        states = StateClassifier.packaged() if with_states else None
        return cls(encoder, NgramClassifier.packaged(), states)

    def __call__(self, sentence: str, context: str, state: NDArray[np.float32] | None = None) -> Emotion:
        """The emotions that a sentence is read with, as probabilities.

        Args:
            sentence: in Chinese, English or both.
            context: the sentences before it.
            state: (2·D,), the language model's state behind the sentence; None if it has not read it.

        Raises:
            EngineError: the encoder failed, or an expert gave no number.
        """
        opinions = self.opinions(sentence, context, state)
        if not np.isfinite(opinions).all():
            raise EngineError("the emotion experts gave no number")
        return Emotion(**dict(zip(EMOTIONS, joined(opinions).tolist(), strict=True)))

    def opinions(self, sentence: str, context: str, state: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Each expert's log probabilities (E, 8): encoder's, n-grams' and, if they are asked, states'."""
        logits = [self._encoder(sentence, context), self._ngrams(sentence)]
        if self._states is not None and state is not None:
            logits.append(self._states(state))
        return log_softmax(np.array(logits, dtype=np.float64))


def joined(opinions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log probabilities (…, E, 8) of several experts → the weights (…, 8) that they agree on."""
    weights: NDArray[np.float64] = np.exp(log_softmax(SHARPNESS * opinions.mean(axis=-2)))
    return weights


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logits (…, 8) → log probabilities."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    normalised: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normalised

"""The emotion of a sentence, as the encoder reads it in the light of what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from declaim.models.recipe import recipe_version
from declaim.models.session import Session
from declaim.prosody.encoder.graph_file import GRAPH_FILE, RECIPE
from declaim.prosody.encoder.head import packaged_digest, packaged_head
from declaim.prosody.encoder.tokenizer import TOKENIZER_FILE, EncoderTokenizer
from declaim.prosody.quantised import EmbeddingTable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore

ARTIFACT = "multilingual-e5-small"
MODEL_FILE = "e5-small-q4.bin"

MAX_SENTENCE = 96
"""Tokens of a sentence that are read; a longer one is judged by its end."""
MAX_CONTEXT = 48
"""Tokens of what came before that are read with it: a sentence or two, as in training."""
_PREFIX = "query: "
"""E5 was trained with it in front of whatever is compared."""


class EncoderClassifier:
    """Reads sentences with the encoder and its head."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._tokenizer = EncoderTokenizer(folder / TOKENIZER_FILE)
        self._embed = EmbeddingTable(folder)
        self._session = Session(folder / GRAPH_FILE, threads, arena=False)

    @classmethod
    def load(cls, store: ModelStore, *, threads: int, progress: ProgressCallback | None = None) -> Self:
        """Load the encoder; the first time it is fetched and its graph is made.

        Raises:
            ModelError: it cannot be fetched, or is damaged.
        """
        source = store.ensure(ARTIFACT, progress) / MODEL_FILE
        recipe = f"{packaged_digest()}-{recipe_version(*RECIPE)}"
        return cls(store.derive(ARTIFACT, recipe, lambda target: _build(source, target)), threads)

    def __call__(self, sentence: str, context: str = "") -> NDArray[np.float32]:
        """The logit (8,) of each emotion.

        Args:
            sentence: in Chinese, English or both.
            context: what was read before it.

        Raises:
            EngineError: the model failed.
        """
        ids, own = encoder_input(self._tokenizer, sentence, context)
        shares = np.zeros((1, 1, len(ids)), dtype=np.float32)
        shares[0, 0, own] = 1 / max(1, own.stop - own.start)
        embeddings = self._embed(np.array(ids, dtype=np.int64))[None]
        (logits,) = self._session.run(["logits"], embeddings=embeddings, shares=shares)
        return logits.ravel()


def _build(source: Path, folder: Path) -> None:
    from declaim.prosody.encoder.bert_graph import build  # noqa: PLC0415 - needed once, slow to import
    from declaim.prosody.encoder.packed_file import PackedFile  # noqa: PLC0415

    build(PackedFile(source), packaged_head(), folder)


def encoder_input(tokenizer: EncoderTokenizer, sentence: str, context: str) -> tuple[list[int], slice]:
    """The token ids of a sentence behind its context, and which of them are the sentence's own."""
    before = [*tokenizer(_PREFIX), *tokenizer(context)[-MAX_CONTEXT:]]
    own = tokenizer(sentence)[-MAX_SENTENCE:]
    start = 1 + len(before)
    return [tokenizer.begin, *before, *own, tokenizer.end], slice(start, start + len(own))

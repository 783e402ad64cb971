"""The language model at work: how surprising each token of a passage is, each evaluated once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from declaim.models.session import Session
from declaim.prosody.language_model.cache import SINKS, Cache
from declaim.prosody.language_model.llama_graph import GRAPH_FILE, RECIPE_VERSION, build
from declaim.prosody.language_model.shape import Shape
from declaim.prosody.language_model.tokenizer import Token, read_tokenizer
from declaim.prosody.quantised import EmbeddingTable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore

ARTIFACT = "smollm2"
MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"

CACHE_LIMIT = 512
"""Tokens in the cache at most: some paragraphs, 24 MB. Then the older half goes."""
_AT_ONCE = 64
"""Tokens in one run: each makes as many logits as there are words, 0.2 MB, and more are no faster."""


class LanguageModel:
    """A model that is loaded once and reads any number of passages."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.shape = Shape.read(folder)
        self.tokenize = read_tokenizer(folder)
        self._embed = EmbeddingTable(folder)
        self._session = Session(folder / GRAPH_FILE, threads)

    @classmethod
    def load(
        cls,
        store: ModelStore,
        *,
        threads: int,
        file: Path | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """Load the model; the first time it is fetched and turned into a graph.

        Args:
            store: where models are kept.
            threads: cores that a run may use.
            file: a GGUF file of the llama architecture to use instead of the one in the store.
            progress: told how far a fetch is.

        Raises:
            ModelError: it cannot be fetched, or is of another kind.
        """
        source = file or store.ensure(ARTIFACT, progress) / MODEL_FILE
        recipe = f"{_digest(file)}-{RECIPE_VERSION}" if file else str(RECIPE_VERSION)
        folder = store.derive(ARTIFACT, recipe, lambda target: _build(source, target))
        return cls(folder, threads)

    def evaluate(self, inputs: list[int], targets: list[int], cache: Cache) -> NDArray[np.float32]:
        """The log probability (S,), natural, of each target behind its input; the cache grows by S."""
        total = cache.length + len(inputs)
        arrays: dict[str, NDArray[Any]] = {
            "embeddings": self._embed(np.array(inputs, dtype=np.int64))[None],
            "targets": np.array(targets, dtype=np.int64),
            "last": np.array([total - 1], dtype=np.int32),
            "total": np.array(total, dtype=np.int32),
        }
        (log_probabilities,) = self._session.run_in_place(["log_probabilities"], arrays, cache.values)
        cache.length = total
        return log_probabilities


class Passage:
    """A text that is read sentence by sentence; what was read is remembered, not read again."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._cache = Cache(model.shape, min(CACHE_LIMIT, model.shape.context))
        self._held = model.shape.first_token
        self.evaluated = 0
        """Tokens that the model has computed."""

    def read(self, text: str) -> tuple[list[Token], NDArray[np.float32]]:
        """The tokens of the text that follows, and the surprisal of each in nats: −ln P(token | all before).

        The last token waits to be evaluated until it is known what follows it. If the model fails, what it
        had read until then counts as read.

        Raises:
            EngineError: the model failed.
        """
        tokens = self._model.tokenize(text, continues=self.evaluated > 0)
        surprisals = np.zeros(len(tokens), dtype=np.float32)
        step = min(_AT_ONCE, self._cache.limit // 2)
        for start in range(0, len(tokens), step):
            surprisals[start : start + step] = self._read_on(
                [token.id for token in tokens[start : start + step]]
            )
        return tokens, surprisals

    def _read_on(self, targets: list[int]) -> NDArray[np.float32]:
        if self._cache.length + len(targets) > self._cache.limit:
            self._cache.slide(keep=self._cache.limit // 2 - SINKS)
        log_probabilities = self._model.evaluate([self._held, *targets[:-1]], targets, self._cache)
        self._held = targets[-1]
        self.evaluated += len(targets)
        return -log_probabilities


def _build(source: Path, folder: Path) -> None:
    from declaim.prosody.language_model.gguf_file import GgufFile  # noqa: PLC0415 - needed once, slow to import

    build(GgufFile(source), folder)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]

"""The language model at work: how surprising each token of a passage is, each evaluated once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from declaim.later import Later
from declaim.models.recipe import recipe_version
from declaim.models.session import Session
from declaim.prosody.language_model.cache import SINKS, Cache
from declaim.prosody.language_model.graph_file import GRAPH_FILE, RECIPE
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
    """A model that is loaded once and reads any number of passages.

    Args:
        folder: with what `llama_graph.build` wrote. It is opened when it is used, or by :meth:`open`.
        threads: cores that a run may use.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self.shape = Shape.read(folder)
        self._embed = EmbeddingTable(folder)
        self._tokenizer = Later(lambda: read_tokenizer(folder))
        self._session = Later(lambda: Session(folder / GRAPH_FILE, threads, arena=False))

    @classmethod
    def load(
        cls,
        store: ModelStore,
        *,
        threads: int,
        file: Path | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """Find the model, as :meth:`find` does, and open it."""
        model = cls.find(store, threads=threads, file=file, progress=progress)
        model.open()
        return model

    @classmethod
    def find(
        cls,
        store: ModelStore,
        *,
        threads: int,
        file: Path | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """The model, not open yet; the first time it is fetched and turned into a graph.

        Args:
            store: where models are kept.
            threads: cores that a run may use.
            file: a GGUF file of the llama architecture to use instead of the one in the store.
            progress: told how far a fetch is.

        Raises:
            ModelError: it cannot be fetched, or is of another kind.
        """
        source = file or store.ensure(ARTIFACT, progress) / MODEL_FILE
        version = recipe_version(*RECIPE)
        recipe = f"{_digest(file)}-{version}" if file else str(version)
        folder = store.derive(ARTIFACT, recipe, lambda target: _build(source, target))
        return cls(folder, threads)

    def begin(self) -> None:
        """Begin to open it, on a thread of its own."""
        self._session.begin()

    def open(self) -> None:
        """Open it, so that nothing that is read waits for that.

        Raises:
            ModelError: a file is missing or damaged.
        """
        self._tokenizer.get()
        self._session.get()

    def tokenize(self, text: str, *, continues: bool = False) -> list[Token]:
        """The tokens of a text; see :class:`Tokenizer`."""
        return self._tokenizer.get()(text, continues=continues)

    def evaluate(self, inputs: list[int], cache: Cache) -> Evaluation:
        """What the model makes of the tokens that follow; the cache grows by as many.

        Raises:
            EngineError: the model failed.
        """
        total = cache.length + len(inputs)
        arrays: dict[str, NDArray[Any]] = {
            "embeddings": self._embed(np.array(inputs, dtype=np.int64))[None],
            "targets": np.array([*inputs[1:], 0], dtype=np.int64),
            "last": np.array([total - 1], dtype=np.int32),
            "total": np.array(total, dtype=np.int32),
        }
        log_probabilities, following, states = self._session.get().run_in_place(
            ["log_probabilities", "next", "states"], arrays, cache.values
        )
        cache.length = total
        return Evaluation(log_probabilities[:-1], following, states)


class Evaluation(NamedTuple):
    """Of S tokens."""

    log_probabilities: NDArray[np.float32]
    """(S - 1,), natural: of each but the first, behind those before it."""
    next: NDArray[np.float32]
    """(V,): of every token of the vocabulary, behind the last."""
    states: NDArray[np.float32]
    """(S, D): the residual stream in the middle of the model."""


class Passage:
    """A text that is read sentence by sentence; what was read is remembered, not read again."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._cache = Cache(model.shape, min(CACHE_LIMIT, model.shape.context))
        self._next = np.zeros(0, dtype=np.float32)
        self.evaluated = 0
        """Tokens that the model has computed."""
        self.state = np.zeros(2 * model.shape.width, dtype=np.float32)
        """(2·D,): how the model understands the text that was read last, in the light of all before it: the
        mean of its tokens' states, and the state of its last token."""

    def read(self, text: str) -> tuple[list[Token], NDArray[np.float32]]:
        """The tokens of the text that follows, and the surprisal of each in nats: −ln P(token | all before).

        If the model fails, what it had read until then counts as read.

        Raises:
            EngineError: the model failed.
        """
        tokens = self._model.tokenize(text, continues=self.evaluated > 0)
        step = min(_AT_ONCE, self._cache.limit // 2)
        ids = [token.id for token in tokens]
        runs = [self._read_on(ids[start : start + step]) for start in range(0, len(ids), step)]
        if not runs:
            return [], np.zeros(0, dtype=np.float32)
        states = np.concatenate([states for _, states in runs])
        self.state = np.concatenate([states.mean(axis=0), states[-1]])
        return tokens, np.concatenate([surprisals for surprisals, _ in runs])

    def _read_on(self, ids: list[int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The surprisals (S,) and the states (S, D) of the tokens that follow."""
        if self._cache.length + len(ids) > self._cache.limit:
            self._cache.slide(keep=self._cache.limit // 2 - SINKS)
        begins = not self.evaluated
        inputs = [self._model.shape.first_token, *ids] if begins else ids
        first = self._next[[] if begins else ids[:1]]
        evaluation = self._model.evaluate(inputs, self._cache)
        self._next = evaluation.next
        self.evaluated += len(inputs)
        return -np.concatenate([first, evaluation.log_probabilities]), evaluation.states[-len(ids) :]


def _build(source: Path, folder: Path) -> None:
    from declaim.prosody.language_model.gguf_file import GgufFile  # noqa: PLC0415 - needed once, slow to import
    from declaim.prosody.language_model.llama_graph import build  # noqa: PLC0415

    build(GgufFile(source), folder)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]

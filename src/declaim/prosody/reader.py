"""Who reads a text and writes its scores: the protocol, and the choice between those there are."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol, get_args

from declaim.errors import ModelError, StorageError
from declaim.prosody.rules import RulesReader
from declaim.prosody.score import Score
from declaim.text.sentence import Language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from declaim.config import Config
    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore
    from declaim.text.sentence import Sentence

logger = logging.getLogger(__name__)


class Reader(Protocol):
    """Reads the sentences of a text in order; threads may share one."""

    def read(self, sentences: Iterable[Sentence], text: str) -> Iterator[tuple[Sentence, Score]]:
        """Each sentence with its score, in the light of those before it.

        Args:
            sentences: of one text.
            text: the user's text, which their spans point into.
        """
        ...


class NoReader:
    """Leaves every sentence to the engine."""

    def read(self, sentences: Iterable[Sentence], text: str) -> Iterator[tuple[Sentence, Score]]:  # noqa: ARG002
        """Each sentence with a score that asks for nothing."""
        return ((sentence, Score()) for sentence in sentences)


def load_reader(
    config: Config,
    store: ModelStore,
    *,
    threads: int,
    languages: Collection[Language] = get_args(Language),
    progress: ProgressCallback | None = None,
) -> Reader:
    """The reader that the configuration asks for.

    A model that cannot be had must not keep anybody from speaking: then the rules read, and the log says so.

    Args:
        config: says whom.
        store: where models are kept.
        threads: cores that each may use.
        languages: models for these are loaded now, others when a text needs them.
        progress: told how far a fetch is.

    Raises:
        ConfigError: a language model of the user's own is named that does not exist, or a chat model cannot
            be asked.
    """
    if config.prosody == "off":
        return NoReader()
    if config.prosody == "rules":
        return RulesReader()
    if config.chat_base_url is None:
        return _embedded_reader(config, store, threads=threads, languages=languages, progress=progress)
    from declaim.prosody.chat import ChatReader  # noqa: PLC0415 - needs an optional package
    from declaim.prosody.chat_endpoint import ChatEndpoint  # noqa: PLC0415

    endpoint = ChatEndpoint.configured(config)  # first: what is wrong is said before a model is fetched
    fallback = _embedded_reader(config, store, threads=threads, languages=languages, progress=progress)
    return ChatReader(endpoint, fallback, timeout=config.chat_timeout)


def _embedded_reader(
    config: Config,
    store: ModelStore,
    *,
    threads: int,
    languages: Collection[Language],
    progress: ProgressCallback | None,
) -> Reader:
    from declaim.prosody.embedded import EmbeddedReader  # noqa: PLC0415 - its libraries take a while

    try:
        return EmbeddedReader.load(
            store,
            threads=threads,
            languages=languages,
            model_file=config.language_model,
            progress=progress,
        )
    except (ModelError, StorageError) as error:
        logger.warning("no language model, so prosody follows the rules alone: %s (%s)", error, error.hint)
        return RulesReader()

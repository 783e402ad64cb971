"""Who speaks in this process: one engine, or several of which one stands in for another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from declaim.engines.choice import LOCAL_ENGINES, cloud_channel, load_engine
from declaim.errors import DeclaimError

if TYPE_CHECKING:
    from declaim.audio.chunk import AudioChunk
    from declaim.config import Config
    from declaim.engines.choice import ChannelName
    from declaim.engines.engine import Engine
    from declaim.engines.to_say import ToSay
    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore

logger = logging.getLogger(__name__)


class Speaker(Protocol):
    """Speaks the sentences of a text; threads may share it."""

    def speak(self, sentences: Iterable[ToSay]) -> Iterator[AudioChunk]:
        """Speak sentences in order; words' times count from each chunk's own beginning.

        Raises:
            DeclaimError: one could not be spoken. What was given so far is sound.
        """
        ...


def load_speaker(
    config: Config, store: ModelStore, *, threads: int, progress: ProgressCallback | None = None
) -> Speaker:
    """The engine of the configuration's one channel, or all of them together.

    Raises:
        ConfigError: one cannot be used as it is configured.
        ModelError: none can be loaded. As long as another channel is there, the log says so instead.
    """
    if len(config.channels) == 1 and config.channels[0] in LOCAL_ENGINES:
        return Solo(load_engine(config.channels[0], config, store, threads=threads, progress=progress))
    engines: dict[ChannelName, Engine] = {}
    failures: list[DeclaimError] = []
    for name in config.channels:
        if name not in LOCAL_ENGINES:
            cloud_channel(name, config)  # a key that is missing is told now
            continue
        try:
            engines[name] = load_engine(name, config, store, threads=threads, progress=progress)
        except DeclaimError as error:
            logger.warning("%s cannot be loaded and does not speak: %s (%s)", name, error, error.hint)
            failures.append(error)
    if failures and len(failures) == len(config.channels):
        raise failures[0]
    return Ensemble(config, engines)


class Solo:
    """One engine, which nobody stands in for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def speak(self, sentences: Iterable[ToSay]) -> Iterator[AudioChunk]:
        """See :class:`Speaker`."""
        for said in sentences:
            yield from self._engine.speak(said.sentence, said.score, said.voice, soon=said.soon)


class Ensemble:
    """Channels that stand in for each other; they run in an event loop on a thread of its own.

    Args:
        config: its ``channels``, their settings, and what a text may use and spend.
        engines: those channels that are engines of this process, as far as they could be loaded.
    """

    def __init__(self, config: Config, engines: dict[ChannelName, Engine]) -> None:
        from declaim.channels.blocking import EventLoop  # noqa: PLC0415 - one engine has no need of them
        from declaim.channels.in_thread import ThreadChannel  # noqa: PLC0415
        from declaim.channels.register import Channels  # noqa: PLC0415
        from declaim.channels.settings import Policy  # noqa: PLC0415

        self._config = config
        self._policy = Policy(never_cloud=config.never_cloud, max_cost=config.max_cost)
        self._channels = Channels({name: config.engines.channel(name) for name in config.channels})
        self._local = [ThreadChannel(name, engine) for name, engine in engines.items()]
        self._loop = EventLoop()

    def speak(self, sentences: Iterable[ToSay]) -> Iterator[AudioChunk]:
        """See :class:`Speaker`."""
        return self._loop.iterate(lambda: self._spoken(iter(sentences)))

    async def _spoken(self, sentences: Iterator[ToSay]) -> AsyncGenerator[AudioChunk]:
        cloud = [cloud_channel(n, self._config) for n in self._config.channels if n not in LOCAL_ENGINES]
        try:
            failover = self._channels.begin([*self._local, *cloud], self._policy)
            # A sentence is read on a thread: the deadlines of the one before would stand still meanwhile.
            while (said := await asyncio.to_thread(next, sentences, None)) is not None:
                async with aclosing(failover.speak(said)) as chunks:
                    async for chunk in chunks:
                        yield chunk
        finally:
            for channel in cloud:
                await channel.close()

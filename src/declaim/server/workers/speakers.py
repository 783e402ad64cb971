"""All who can speak for the service: pools of workers for engines of this machine, and clients of others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import takewhile
from typing import Protocol, TypeAlias

from declaim.channels.channel import Channel
from declaim.channels.failover import Failover
from declaim.channels.register import Channels
from declaim.channels.settings import Policy
from declaim.config import Config
from declaim.engines.choice import LOCAL_ENGINES, ChannelName, cloud_channel, lacks
from declaim.server.service import WorkerState
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.pool import Pool
from declaim.server.workers.pool_channel import PoolChannel
from declaim.server.workers.process import Stage
from declaim.server.workers.sizing import Sizes
from declaim.stopwatch import StageName

LoadSpeaker: TypeAlias = Callable[[Config, int, ChannelName], Stage]
"""Loads an engine for a configuration and a number of threads."""


class SpeakerGroup(Protocol):
    """Who speaks for a service: processes of this machine, or of several."""

    main: ChannelName
    """Who usually speaks."""
    places: int
    """Requests that can be spoken at the same time."""
    channels: Channels
    """How the channels are."""

    def start(self) -> None:
        """Start what is this group's own; it may load its models meanwhile."""
        ...

    async def ready(self) -> None:
        """Wait until there is somebody to speak."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether there is."""
        ...

    async def close(self) -> None:
        """End what is this group's own; what is being spoken fails."""
        ...

    def taking_turns(self, ticket: Ticket) -> AbstractContextManager[None]:
        """Within it a request may speak."""
        ...

    def begin(
        self, ticket: Ticket, policy: Policy, *, relieved: bool = False, channels: Channels | None = None
    ) -> Failover:
        """Begin a request, which must be taking turns.

        Args:
            ticket: the request's; it is charged with what the speakers work.
            policy: what it may use and spend.
            relieved: whether understudies that cost nothing go before the main channel.
            channels: what is known of all channels, in place of what listeners' requests know.
        """
        ...

    @property
    def states(self) -> Sequence[WorkerState]:
        """The processes of this machine as they are now."""
        ...

    @property
    def stalled_for(self) -> float:
        """Seconds for which work has waited without anybody answering."""
        ...


MakeSpeakers: TypeAlias = Callable[[Config, Callable[[Mapping[StageName, float]], None]], SpeakerGroup]
"""Makes a service's speakers; the second argument is told how long a step spent in each stage."""


class Speakers:
    """The channels of the configuration, the main one first; see :class:`SpeakerGroup`.

    Args:
        config: its ``channels`` and ``engines``.
        sizes: workers of the main engine; each other one has one.
        load: what a worker begins with.
        worked: told how long a step spent in each stage.

    Raises:
        ConfigError: a channel cannot be used as it is configured.
    """

    def __init__(
        self,
        config: Config,
        sizes: Sizes,
        load: LoadSpeaker,
        worked: Callable[[Mapping[StageName, float]], None],
    ) -> None:
        self.main = config.channels[0]
        self.places = sizes.speakers
        self.channels = Channels({name: config.engines.channel(name) for name in config.channels})
        self._cloud = [cloud_channel(name, config) for name in config.channels if name not in LOCAL_ENGINES]
        self._pools = {
            name: Pool(
                "speaker" if name == self.main else "understudy",
                partial(load, config, sizes.threads, name),
                size=sizes.speakers if name == self.main else 1,
                step_timeout=config.server.step_timeout,
                memory_limit=config.server.worker_memory * 1_000_000,
                worked=worked,
            )
            for name in config.channels
            if name in LOCAL_ENGINES
        }

    def start(self) -> None:
        """Start the workers; they load their models meanwhile."""
        for pool in self._pools.values():
            pool.start()

    async def ready(self) -> None:
        """Wait until there is somebody to speak; see :attr:`is_ready`."""
        for pool in self._pools.values():
            await pool.settled.wait()
            if pool.ready.is_set():
                return
        if not self._cloud:
            waits = [asyncio.create_task(pool.ready.wait()) for pool in self._pools.values()]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()

    @property
    def is_ready(self) -> bool:
        """Whether the first channel can speak, or it could not start and the next one can, and so on."""
        pools = self._pools.values()
        if any(pool.ready.is_set() for pool in takewhile(lambda pool: pool.settled.is_set(), pools)):
            return True
        is_known = all(pool.settled.is_set() for pool in pools)
        return is_known and bool(self._cloud)

    async def close(self) -> None:
        """Kill the workers and close connections; what is being spoken fails."""
        await asyncio.gather(
            *(pool.close() for pool in self._pools.values()), *(channel.close() for channel in self._cloud)
        )

    @contextmanager
    def taking_turns(self, ticket: Ticket) -> Iterator[None]:
        """Within it a request may speak, and what it costs is remembered."""
        with ExitStack() as stack:
            for pool in self._pools.values():
                stack.enter_context(pool.taking_turns(ticket))
            yield

    def begin(
        self, ticket: Ticket, policy: Policy, *, relieved: bool = False, channels: Channels | None = None
    ) -> Failover:
        """Begin a request, which must be taking turns.

        Args:
            ticket: the request's.
            policy: what it may use and spend.
            relieved: whether understudies of this machine go before the main channel.
            channels: what is known of all channels, in place of what listeners' requests know.
        """
        pooled = [
            PoolChannel(name, pool, ticket, approximates=partial(lacks, name))
            for name, pool in self._pools.items()
        ]
        everybody: list[Channel] = [*pooled, *self._cloud]
        first = [name for name in self._pools if name != self.main] if relieved else []
        return (channels or self.channels).begin(everybody, policy, first=first)

    @property
    def states(self) -> list[WorkerState]:
        """The workers as they are now."""
        return [state for pool in self._pools.values() for state in pool.states]

    @property
    def stalled_for(self) -> float:
        """Seconds for which work has waited in some pool without any worker answering."""
        return max((pool.stalled_for for pool in self._pools.values()), default=0.0)

"""All who can speak for a service in a cluster: engines that Serve keeps, and clients of others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Final

from ray.serve.handle import DeploymentHandle

from declaim.channels.channel import Channel
from declaim.channels.failover import Failover
from declaim.channels.register import Channels
from declaim.channels.settings import Policy
from declaim.cluster.channel import Engines, Progress, ServeChannel
from declaim.cluster.deployments import SENTENCES_AT_ONCE
from declaim.config import Config
from declaim.engines.choice import LOCAL_ENGINES, cloud_channel, lacks
from declaim.server.service import WorkerState
from declaim.server.workers.fairness import Ticket
from declaim.stopwatch import StageName

_LOOK: Final = 0.1
"""Seconds between two looks whether an engine has started."""


class ClusterSpeakers:
    """See :class:`~declaim.server.workers.speakers.SpeakerGroup`.

    Args:
        config: its ``channels`` and ``engines``.
        handles: of the deployments, by the engines' names.
        worked: told how long a chunk spent in each stage.

    Raises:
        ConfigError: a channel cannot be used as it is configured.
    """

    def __init__(
        self,
        config: Config,
        handles: Mapping[str, DeploymentHandle[Any]],
        worked: Callable[[Mapping[StageName, float]], None],
    ) -> None:
        self.main = config.channels[0]
        self.places = config.cluster.max_engines * SENTENCES_AT_ONCE
        self.channels = Channels({name: config.engines.channel(name) for name in config.channels})
        self._cloud = [cloud_channel(name, config) for name in config.channels if name not in LOCAL_ENGINES]
        self._engines = {
            name: Engines(handles[name], worked) for name in config.channels if name in LOCAL_ENGINES
        }

    def start(self) -> None:
        """Nothing: Serve starts them."""

    async def ready(self) -> None:
        """Wait until there is somebody to speak."""
        while not self.is_ready:  # noqa: ASYNC110 - Serve's handle has no event for it
            await asyncio.sleep(_LOOK)

    @property
    def is_ready(self) -> bool:
        """Whether some channel can speak."""
        return bool(self._cloud) or any(engines.is_ready for engines in self._engines.values())

    async def close(self) -> None:
        """Close connections; the engines are Serve's."""
        await asyncio.gather(*(channel.close() for channel in self._cloud))

    def taking_turns(self, ticket: Ticket) -> AbstractContextManager[None]:  # noqa: ARG002 - first come, first served
        """Within it a request may speak."""
        return nullcontext()

    def begin(
        self, ticket: Ticket, policy: Policy, *, relieved: bool = False, channels: Channels | None = None
    ) -> Failover:
        """Begin a request; see :class:`~declaim.server.workers.speakers.SpeakerGroup`."""
        progress = Progress()
        served = [
            ServeChannel(name, engines, ticket, approximates=partial(lacks, name), progress=progress)
            for name, engines in self._engines.items()
        ]
        everybody: list[Channel] = [*served, *self._cloud]
        first = [name for name in self._engines if name != self.main] if relieved else []
        return (channels or self.channels).begin(everybody, policy, first=first)

    @property
    def states(self) -> list[WorkerState]:
        """None: they are on other machines, and Ray's dashboard shows them."""
        return []

    @property
    def stalled_for(self) -> float:
        """Seconds for which sentences have waited without any engine answering."""
        return max((engines.stalled_for for engines in self._engines.values()), default=0.0)

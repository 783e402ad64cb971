"""The channel list: who speaks, and who stands in when the main engine fails or is late.

See docs/channels.md. A service keeps one :class:`Channels`; each request begins a
:class:`~declaim.channels.failover.Failover` over them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from declaim.channels.breaker import BreakerState
from declaim.channels.channel import Channel
from declaim.channels.failover import Failover
from declaim.channels.policy import Member
from declaim.channels.reports import ChannelHealth, ChannelObserver
from declaim.channels.settings import ChannelSettings, Policy
from declaim.channels.standing import Standing
from declaim.errors import ConfigError

_UNLIMITED = Policy()


class Channels:
    """What is known of all channels from one request to the next. All requests run in one event loop.

    Args:
        settings: of each channel by its name, in the order of the list: the main one first.
        clock: seconds, from any beginning.
        draw: uniform in [0, 1).

    Raises:
        ConfigError: there is none.
    """

    def __init__(
        self,
        settings: Mapping[str, ChannelSettings],
        *,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        if not settings:
            raise ConfigError("the list of channels is empty")
        self.observer: ChannelObserver | None = None
        """Set by whoever wants to know."""
        self._standings = {
            name: Standing(name, each, changed=partial(self._changed, name), clock=clock, draw=draw)
            for name, each in settings.items()
        }

    @property
    def health(self) -> tuple[ChannelHealth, ...]:
        """How each channel is now."""
        return tuple(standing.health for standing in self._standings.values())

    def begin(
        self, channels: Sequence[Channel], policy: Policy = _UNLIMITED, *, first: Sequence[str] = ()
    ) -> Failover:
        """Begin a request.

        Args:
            channels: those of the list, in any order, as this request reaches them: a worker pool's channel
                knows for whom it works. Those that are missing have no part in it.
            policy: what the request may use and spend.
            first: channels that go before the others, for once. They remain as loud as the main one.

        Raises:
            ConfigError: none is there, or one is not in the list.
        """
        given = {channel.name: channel for channel in channels}
        unknown = given.keys() - self._standings.keys()
        if unknown or not given:
            raise ConfigError(f"no channels of the list: {', '.join(sorted(unknown)) or 'none is given'}")
        members = [
            Member(given[name], standing) for name, standing in self._standings.items() if name in given
        ]
        main = members[0]
        members.sort(key=lambda member: member.standing.name not in first)  # stable
        return Failover(members, main, policy, self.observer)

    def _changed(self, name: str, state: BreakerState) -> None:
        if self.observer:
            self.observer.breaker_changed(name, state)

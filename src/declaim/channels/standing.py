"""What is known of a channel from one request to the next."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from declaim.channels.breaker import BreakerState, CircuitBreaker
from declaim.channels.level import SpeechLevel
from declaim.channels.reports import ChannelHealth
from declaim.channels.settings import ChannelSettings


class Places:
    """How many sentences a channel is given at a time; the others wait in the order in which they came.

    Unlike :class:`asyncio.Semaphore` it may be used from one event loop after another.
    """

    def __init__(self, limit: int | None) -> None:
        self._free = limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Have one of them."""
        await self._take()
        try:
            yield
        finally:
            self._give()

    async def _take(self) -> None:
        if self._free is None:
            return
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give()  # it was ours already
            raise

    def _give(self) -> None:
        if self._free is None:
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Standing:
    """One channel's: its breaker, its level, and what it is doing.

    Args:
        name: the channel's.
        settings: its deadlines and limits.
        changed: told of each new state of its breaker.
        clock, draw: as for :class:`~declaim.channels.breaker.CircuitBreaker`.
    """

    def __init__(
        self,
        name: str,
        settings: ChannelSettings,
        *,
        changed: Callable[[BreakerState], None],
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.settings = settings
        self.breaker = CircuitBreaker(settings.breaker, changed=changed, clock=clock, draw=draw)
        self.level = SpeechLevel(settings.level)
        self.places = Places(settings.concurrency)
        self.tasks: set[asyncio.Task[None]] = set()
        """Those that drive the channel, with those that were left and have not ended yet."""
        self.fault = ""
        """The latest, in words."""

    @property
    def health(self) -> ChannelHealth:
        """How the channel is now."""
        return ChannelHealth(
            name=self.name,
            state=self.breaker.state,
            failure_rate=self.breaker.failure_rate,
            slow_rate=self.breaker.slow_rate,
            reopens_in=self.breaker.reopens_in,
            speaking=len(self.tasks),
            level=self.level.level,
            fault=self.fault,
        )

"""How often a client may ask."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from declaim.errors import ConfigError, RateLimitError
from declaim.server.problems import problem_response

_FREE = {"GET", "HEAD", "OPTIONS"}
"""Methods that make nobody work."""


class RateLimiter:
    """Counts the requests of each client, in memory, over windows that slide.

    Args:
        written: such as ``60/minute`` or ``10/second;1000/hour``; all of them hold.

    Raises:
        ConfigError: it cannot be read.
    """

    def __init__(self, written: str) -> None:
        try:
            self._limits: list[RateLimitItem] = parse_many(written)
        except ValueError as error:
            raise ConfigError(
                f"server.rate_limit: {written!r} is no rate limit", hint="write it as in 10/second;1000/hour"
            ) from error
        self._windows = SlidingWindowCounterRateLimiter(MemoryStorage())

    def take(self, client: str) -> None:
        """Count a request.

        Raises:
            RateLimitError: the client has made too many; this one is not counted.
        """
        full = [limit for limit in self._limits if not self._windows.test(limit, client)]
        if full:
            retry_after = max(self._seconds_until_reset(limit, client) for limit in full)
            raise RateLimitError(f"more requests than {full[0]}", retry_after=retry_after)
        for limit in self._limits:
            self._windows.hit(limit, client)

    def _seconds_until_reset(self, limit: RateLimitItem, client: str) -> int:
        reset = self._windows.get_window_stats(limit, client).reset_time
        return max(1, math.ceil(reset - time.time()))


class RateLimitMiddleware:
    """Refuses with 429 what a client asks beyond its limit; after authentication, which knows clients.

    A WebSocket is one request here; what is asked on it is counted by `RateLimiter.take` there.
    """

    def __init__(self, app: ASGIApp, limiter: RateLimiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] not in _FREE):
            try:
                self._limiter.take(scope["state"]["client"])
            except RateLimitError as error:
                await problem_response(error, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)

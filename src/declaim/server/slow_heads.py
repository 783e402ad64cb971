"""Connections that do not send a request: Uvicorn waits for them for ever."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from declaim.server.connection import AbortableHttp

_LOG = logging.getLogger(__name__)

_SECONDS: Final = 10.0
"""In which the head of a request must arrive, from the connection's beginning or the head's first byte."""
_MOST: Final = 65_536
"""Bytes of a head; httptools itself has no limit. nginx allows half as much."""
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHttp(AbortableHttp):
    """Uvicorn's HTTP/1.1 with a limit to the time and the size of a request's head.

    Uvicorn's own timeout runs only between two requests, and ends with the first byte of the second. This
    one runs from then on, however the bytes trickle. Bodies are `BodyLimitMiddleware`'s.
    """

    seconds = _SECONDS
    most = _MOST
    _deadline: asyncio.TimerHandle | None = None
    _taken = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as Uvicorn's
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take some bytes of the connection."""
        if self._deadline is None and self._is_between_requests():
            self._wait_for_head()
        super().data_received(data)
        if self._deadline is not None:  # the head is not complete with them
            self._taken += len(data)
            if self._taken > self.most:
                self.transport.write(_TOO_LARGE)
                self._give_up("its head is too large")

    def on_headers_complete(self) -> None:
        """Start the request."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_between_requests(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # Uvicorn's annotation leaves the None out
        return cycle is None or cycle.response_complete

    def _wait_for_head(self) -> None:
        self._taken = 0
        self._deadline = self.loop.call_later(self.seconds, self._give_up, "it sends no request")

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self, why: str) -> None:
        self._stop_waiting()
        _LOG.debug("a connection is closed: %s", why)
        self.transport.close()

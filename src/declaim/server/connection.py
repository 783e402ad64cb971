"""Connections that an application can drop: Uvicorn's HTTP protocol with a way to do so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_ABORT: Final = "abort_connection"


class AbortableHttp(HttpToolsProtocol):
    """Tells the application how to close its connection without waiting for what is yet unsent.

    ASGI has no message for that, and Uvicorn closes a connection only when all of its buffer is sent: never,
    for a client that does not read. Give it to Uvicorn as ``http=AbortableHttp``.
    """

    def on_message_begin(self) -> None:
        """Prepare the scope of the next request on this connection."""
        super().on_message_begin()
        self.scope["state"][_ABORT] = self.transport.abort


def abort_connection(scope: Scope) -> None:
    """Close the connection of a request now, if its server can."""
    abort: Callable[[], None] | None = scope.get("state", {}).get(_ABORT)
    if abort:
        abort()

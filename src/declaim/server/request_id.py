"""An id for every request: in its answer, and wherever the log speaks of it."""

from __future__ import annotations

import re
import uuid
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Request-Id"
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""Of the ids that clients bring, what can stand in a log line and a header as it is."""


def request_id_of(scope: Scope) -> str:
    """The request's id: the client's own if it is harmless, else a new one."""
    state: dict[str, object] = scope.setdefault("state", {})
    if "request_id" not in state:
        brought = Headers(scope=scope).get(HEADER, "")
        state["request_id"] = brought if _ACCEPTED.fullmatch(brought) else uuid.uuid4().hex
    return str(state["request_id"])


class RequestIdMiddleware:
    """Gives every HTTP request an id and every response the header that names it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection; WebSockets get an id too, but no header."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(scope)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        await self._app(scope, receive, send_named)

"""``WS /v1/audio/stream``: text in as it is written, audio out as soon as a clause is complete.

docs/streaming.md describes the protocol. Keys, origins and rate limits are the middleware's business: it sees
WebSockets as it sees requests.
"""

from __future__ import annotations

from typing import Final, cast

from fastapi import APIRouter, WebSocket

from declaim.server.api.backend import Backend
from declaim.server.api.stream_connection import StreamConnection, StreamLimits

_KEY_SUBPROTOCOL: Final = "openai-insecure-api-key."
"""Begins a subprotocol that is a key. It must never be answered."""


def stream_router(limits: StreamLimits | None = None) -> APIRouter:
    """The route, for :func:`declaim.server.app.create_app`."""
    router = APIRouter()

    @router.websocket("/v1/audio/stream")
    async def stream(websocket: WebSocket) -> None:
        await websocket.accept(_subprotocol(websocket.scope["subprotocols"]))
        backend = cast("Backend", websocket.app.state.backend)
        await StreamConnection(websocket, backend, limits or StreamLimits()).serve()

    return router


def _subprotocol(offered: list[str]) -> str | None:
    """What to answer a client that offers subprotocols: browsers drop the connection if it is nothing."""
    return next((name for name in offered if not name.startswith(_KEY_SUBPROTOCOL)), None)

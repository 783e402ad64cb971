"""What a connection has to send, in order, at the pace at which its client reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from starlette.websockets import WebSocket

_LONGEST: Final = 4
"""Messages that wait."""


@dataclass(frozen=True, slots=True)
class Event:
    """A JSON message, and the binary message that follows it, if one does."""

    fields: dict[str, Any]
    audio: bytes | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """The end of the connection."""

    code: int
    reason: str


Outgoing: TypeAlias = Callable[[], Event | Close | None]
"""Asked when it is its turn, so that an event says what is true when it is sent; None sends nothing."""


class Outbox:
    """One task sends for all others, so that an event and its audio are never parted.

    Few messages wait at a time: whoever has more to say waits with it, until the client has read.

    Args:
        websocket: accepted.
        timeout: seconds for which the client may read nothing.
    """

    def __init__(self, websocket: WebSocket, timeout: float) -> None:
        self._websocket = websocket
        self._timeout = timeout
        self._waiting: asyncio.Queue[Outgoing] = asyncio.Queue(_LONGEST)
        self.last_sent = asyncio.get_running_loop().time()
        """When the client last took something."""

    async def put(self, outgoing: Outgoing) -> None:
        """Send this after all that waits."""
        await self._waiting.put(outgoing)

    async def run(self) -> None:
        """Send until the connection is closed.

        Raises:
            TimeoutError: the client has read nothing for too long.
            WebSocketDisconnect: it has left.
        """
        while True:
            message = (await self._waiting.get())()
            if message is None:
                continue
            async with asyncio.timeout(self._timeout):
                await self._send(message)
            self.last_sent = asyncio.get_running_loop().time()
            if isinstance(message, Close):
                return

    async def _send(self, message: Event | Close) -> None:
        if isinstance(message, Close):
            await self._websocket.close(message.code, message.reason)
            return
        await self._websocket.send_text(json.dumps(message.fields, ensure_ascii=False))
        if message.audio is not None:
            await self._websocket.send_bytes(message.audio)

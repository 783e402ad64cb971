"""Bodies are read whole before anything works on them: within a size and within a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from declaim.errors import InputError, SlowBodyError, TooLargeError
from declaim.server.problems import problem_response

_LINGER: Final = 2.0
"""Seconds for which a refused body is read on: a client that still sends, to a closed connection, gets
an error of its socket in place of the answer."""


class BodyLimitMiddleware:
    """Reads the body of each request, and refuses one that is too large (413) or too slow (408).

    So no handler waits for a client, and none sees a part of a body. Bytes are counted as they come:
    Content-Length only serves to refuse early.

    Args:
        app: gets the whole body in one message.
        most: bytes.
        seconds: from the head of a request to the end of its body.
        streamed: paths whose routes read bodies by themselves, within limits of their own.
    """

    def __init__(
        self, app: ASGIApp, most: int, seconds: float = 30.0, streamed: Collection[str] = ()
    ) -> None:
        self._app = app
        self._most = most
        self._seconds = seconds
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or not _has_body(scope) or scope["path"] in self._streamed:
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except InputError as error:
            await self._refuse(error, scope, receive, send)
            return
        if body is not None:
            await self._app(scope, _replaying(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body; None if the client has left before it was complete."""
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self._most:
            raise self._too_large()
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > self._most:
                        raise self._too_large()
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise SlowBodyError(f"the body did not arrive within {self._seconds:g} seconds") from None

    def _too_large(self) -> TooLargeError:
        return TooLargeError(f"the body is larger than {self._most} bytes")

    async def _refuse(self, error: InputError, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once, and close the connection when the client has had time to see that."""

        async def send_lingering(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["connection"] = "close"
                await send(message)
            else:
                await send({**message, "more_body": True})
                await _discard(receive)
                await send({"type": "http.response.body"})

        await problem_response(error, scope)(scope, receive, send_lingering)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _replaying(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that begins with the whole body."""
    is_first = True

    async def replay() -> Message:
        nonlocal is_first
        if is_first:
            is_first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


async def _discard(receive: Receive) -> None:
    """Read what comes and drop it, until the end, or for a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LINGER):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return

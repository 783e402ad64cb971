"""Sending what is made while it is sent: to clients that leave, that stop reading, or that see it break."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from declaim.server.connection import abort_connection
from declaim.server.problems import ClientLeftError, log_failure, problem_of
from declaim.server.request_id import request_id_of

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

Ending: TypeAlias = Literal["complete", "left", "unread", "broken"]
"""How a response ended. It is in ``scope["state"]["ending"]`` of every response that was streamed."""


class Blocks(Protocol):
    """Blocks of bytes that can be closed: an asynchronous generator, or what is like one."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The iterator itself."""
        ...

    async def __anext__(self) -> bytes:
        """The next block."""
        ...

    async def aclose(self) -> None:
        """Stop making them."""
        ...


class _UnreadError(Exception):
    """The client has taken nothing of what was sent, for too long."""


async def unless_left(receive: Receive, work: Awaitable[Result]) -> Result:
    """The result of some work, which is cancelled as soon as the client leaves.

    Args:
        receive: of a request whose body has been read.
        work: what the client waits for.

    Raises:
        ClientLeftError: the client left first; the work has ended.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientLeftError
        return working.result()
    finally:
        await _cancelled(working, leaving)


class StreamedResponse(Response):
    """An answer that is sent block by block as it is made, of which the first block exists already.

    Args:
        first: that block.
        rest: the others; closed when the response ends.
        media_type: of the body.
        headers: of the response.
        send_timeout: seconds.
        length: of the body in bytes, if it is known.

    A client that leaves ends the work at once. One that takes nothing for ``send_timeout`` seconds is
    dropped. When the making fails, the response is left incomplete, without the final chunk or short of its
    Content-Length, so that the client can see that it is.
    """

    def __init__(
        self,
        first: bytes,
        rest: Blocks,
        *,
        media_type: str,
        headers: Mapping[str, str],
        send_timeout: float,
        length: int | None = None,
    ) -> None:
        super().__init__(media_type=media_type, headers=headers)
        if length is None:
            del self.headers["content-length"]  # that of the empty body that this is not
        else:
            self.headers["content-length"] = str(length)
        self._first = first
        self._rest = rest
        self._send_timeout = send_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it all, or as much as can be."""
        ending: Ending = "left"
        try:
            ending = await self._deliver(scope, receive, send)
        finally:
            scope["state"]["ending"] = ending
            await self._rest.aclose()
        if ending == "unread":
            abort_connection(scope)
            await _left(receive)

    async def _deliver(self, scope: Scope, receive: Receive, send: Send) -> Ending:
        request_id = request_id_of(scope)
        try:
            await unless_left(receive, self._send_blocks(send))
            await self._send_block(send, b"", more=False)  # outside: servers say "left" after it, too
        except ClientLeftError as error:
            log_failure(error, problem_of(error), request_id)
            return "left"
        except _UnreadError:
            logger.info("request %s: the client reads nothing, dropped", request_id)
            return "unread"
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must not take this for the end
            log_failure(error, problem_of(error), request_id)
            return "broken"
        return "complete"

    async def _send_blocks(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await self._send_block(send, self._first)
        async for block in self._rest:
            await self._send_block(send, block)

    async def _send_block(self, send: Send, block: bytes, *, more: bool = True) -> None:
        try:
            async with asyncio.timeout(self._send_timeout):
                await send({"type": "http.response.body", "body": block, "more_body": more})
        except TimeoutError:
            raise _UnreadError from None


async def _left(receive: Receive) -> None:
    """Return when the client closes the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancelled(*tasks: asyncio.Future[Any]) -> None:
    """End tasks, and wait until they have."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

"""The Wyoming protocol, by which Home Assistant speaks: TCP, a line of JSON for each event, PCM behind it.

https://github.com/OHF-Voice/wyoming describes the events. The protocol has no keys: bind it where only those
come who may. Needs the extra ``wyoming``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from declaim.config import Config
from declaim.errors import ConfigError
from declaim.server.service import SpeechService

_LONGEST_LINE: Final = 65_536
"""Bytes of an event's line."""


async def serve_wyoming(
    service: SpeechService,
    host: str,
    port: int,
    *,
    config: Config,
    started: Callable[[int], None] | None = None,
) -> None:
    """Serve until cancelled; then connections are closed and their work has ended.

    Args:
        service: who speaks.
        host: the address to bind.
        port: 0 takes a free one.
        config: how to speak where a request does not say; its ``server`` table has the limits.
        started: told the port as soon as clients can connect.

    Raises:
        ConfigError: the extra is not installed.
        OSError: the address cannot be bound.
    """
    try:
        from declaim.server.wyoming_connection import WyomingConnection  # noqa: PLC0415 - needs the extra
    except ImportError as error:
        raise ConfigError("Wyoming is not installed", hint='pip install "declaim[wyoming]"') from error
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(WyomingConnection(service, config, reader, writer).serve())
        connections.add(connection)
        connection.add_done_callback(connections.discard)

    def protocol() -> asyncio.StreamReaderProtocol:
        most = config.server.max_body
        return asyncio.StreamReaderProtocol(_BoundedReader(limit=_LONGEST_LINE, most=most), accept)

    server = await asyncio.get_running_loop().create_server(protocol, host, port)
    try:
        if started:
            started(server.sockets[0].getsockname()[1])
        await asyncio.get_running_loop().create_future()  # `serve_forever` would wait for clients to leave
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


class _BoundedReader(asyncio.StreamReader):
    """Refuses to gather more than so many bytes for one event, whatever its line announces."""

    def __init__(self, limit: int, most: int) -> None:
        super().__init__(limit=limit)
        self._most = most

    async def readexactly(self, n: int) -> bytes:
        if n > self._most:
            raise ValueError(f"an event of {n} bytes is too large")
        return await super().readexactly(n)

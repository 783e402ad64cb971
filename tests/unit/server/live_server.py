"""A real Uvicorn on a free port of loopback, in a thread of the test's process."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from declaim.server.run import bound
from declaim.server.slow_heads import BoundedHttp


@contextmanager
def serving(app: Any, http: type[BoundedHttp] = BoundedHttp) -> Iterator[tuple[str, int]]:
    """The address at which ``app`` is served."""
    listening = bound("127.0.0.1", 0)
    listening.listen()  # so that nobody comes too early
    server = uvicorn.Server(
        uvicorn.Config(app, http=http, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join()


def talk(address: tuple[str, int], *sent: bytes, timeout: float = 10) -> bytes:
    """What a server answers to some bytes, until it closes the connection."""
    with socket.create_connection(address, timeout=timeout) as connection:
        for part in sent:
            connection.sendall(part)
        return read_all(connection)


def read_all(connection: socket.socket) -> bytes:
    """All that comes. A server that has not read all it was sent closes with a reset."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            received += part
    return received

"""Messages between the service and a worker, over a socket pair.

A message is a pickle (protocol 5) whose arrays travel beside it (PEP 574): their memory is handed to the
kernel as it is, and read into the array that the receiver sees. Both ends are processes of one program;
nothing from a client is ever unpickled.
"""

from __future__ import annotations

import pickle
import struct
from asyncio import IncompleteReadError, StreamReader
from socket import socket
from typing import Any

_COUNT = struct.Struct("!I")
_LENGTH = struct.Struct("!Q")


def packed(message: object) -> list[bytes | memoryview]:
    """The parts of a message, to be sent one behind the other."""
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    parts: list[bytes | memoryview] = [body]
    parts += [buffer.raw() for buffer in buffers]
    head = _COUNT.pack(len(parts)) + b"".join(_LENGTH.pack(len(part)) for part in parts)
    return [head, *parts]


def send(connection: socket, message: object) -> None:
    """Send a message, waiting as long as it takes.

    Raises:
        OSError: the other end is gone.
    """
    for part in packed(message):
        connection.sendall(part)


def receive(connection: socket) -> Any:  # noqa: ANN401 - whatever was sent
    """The next message, waited for.

    Raises:
        EOFError, OSError: the other end is gone.
    """
    (count,) = _COUNT.unpack(_exactly(connection, _COUNT.size))
    lengths = [_LENGTH.unpack(_exactly(connection, _LENGTH.size))[0] for _ in range(count)]
    body, *buffers = [_exactly(connection, length) for length in lengths]
    return pickle.loads(body, buffers=buffers)  # noqa: S301 - from our own process


async def receive_async(stream: StreamReader) -> Any:  # noqa: ANN401
    """The next message, waited for without blocking.

    Raises:
        EOFError, OSError: the other end is gone.
    """
    try:
        (count,) = _COUNT.unpack(await stream.readexactly(_COUNT.size))
        heads = await stream.readexactly(_LENGTH.size * count)
        lengths = [length for (length,) in _LENGTH.iter_unpack(heads)]
        body, *buffers = [bytearray(await stream.readexactly(length)) for length in lengths]
    except IncompleteReadError as error:
        raise EOFError("the worker is gone") from error
    return pickle.loads(body, buffers=buffers)  # noqa: S301 - from our own process


def _exactly(connection: socket, length: int) -> bytearray:
    data = bytearray(length)
    left = memoryview(data)
    while left:
        read = connection.recv_into(left)
        if not read:
            raise EOFError("the service is gone")
        left = left[read:]
    return data

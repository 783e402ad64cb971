"""The health check, asked ten times a second by a process of its own.

In the process of the clients it would wait for them, and tell of their haste rather than of the service.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import httpx2

_INTERVAL = 0.1


@contextmanager
def checked_health(url: str) -> Iterator[list[float]]:
    """Check while the block runs; afterwards the list has the seconds that each check took.

    Raises:
        RuntimeError: a check failed.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_check, args=(url, theirs), daemon=True)
    took: list[float] = []
    process.start()
    theirs.close()
    try:
        ours.recv()  # it has begun
        yield took
        ours.send("end")
        took += ours.recv()
    except EOFError as error:
        raise RuntimeError("a health check failed") from error
    finally:
        process.join()


def _check(url: str, connection: Connection) -> None:
    took: list[float] = []
    with httpx2.Client(base_url=url, timeout=30) as client:
        connection.send("begun")
        while not connection.poll(_INTERVAL):
            began = time.monotonic()
            client.get("/healthz").raise_for_status()
            took.append(time.monotonic() - began)
    connection.send(took)

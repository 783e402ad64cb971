"""Waiting for what another thread does, such as a server."""

import time
from collections.abc import Callable
from typing import TypeAlias

from fastapi import FastAPI

Serve: TypeAlias = Callable[[FastAPI], str]
"""Runs an application behind a real server, until the test ends; gives its address."""


def wait_until(is_so: Callable[[], bool], seconds: float = 5.0) -> float:
    """Seconds until something is so."""
    begin = time.monotonic()
    while not is_so():
        assert time.monotonic() - begin < seconds, "it never was"
        time.sleep(0.002)
    return time.monotonic() - begin

"""Waiting for what another thread does."""

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], bool], seconds: float = 5.0) -> float:
    """Seconds until something is so."""
    begin = time.monotonic()
    while not is_so():
        assert time.monotonic() - begin < seconds, "it never was"
        time.sleep(0.002)
    return time.monotonic() - begin

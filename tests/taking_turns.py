"""Tests that hear or measure in real time have the machine's cores to themselves.

Processes that run tests side by side share two locks: whoever begins a test passes the gate into the room.
A test that must be alone stands in the gate until the room is empty, so that nobody else enters meanwhile.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def turn(run: str | None, *, alone: bool) -> Iterator[None]:
    """Wait for one's turn, and keep it.

    Args:
        run: common to the processes; none where there is only this one.
        alone: nobody else may be in a turn meanwhile.
    """
    if run is None or sys.platform == "win32":  # which has other locks
        yield
        return
    import fcntl

    with _opened(run, "room") as room:
        with _opened(run, "gate") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def _opened(run: str, name: str) -> BinaryIO:
    """A file whose locks end when it is closed, also by the end of its process."""
    return Path(tempfile.gettempdir(), f"declaim-tests-{os.getuid()}-{run}.{name}").open("ab")

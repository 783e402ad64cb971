"""When to leave a service alone that keeps failing."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FAILURES = 3
_FIRST_REST = 30.0
_LONGEST_REST = 600.0
"""Seconds."""


class Backoff:
    """Counts failures in a row: from the third on the service rests, twice as long after each one more.

    Threads may share it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = clock()

    @property
    def is_resting(self) -> bool:
        """Whether the service is to be left alone now."""
        with self._lock:
            return self._clock() < self._rests_until

    def succeeded(self) -> None:
        """It works (again)."""
        with self._lock:
            self._failures = 0

    def failed(self, wait: float = 0.0) -> None:
        """It failed.

        Args:
            wait: seconds that it asked to be left alone; at most ten minutes are granted.
        """
        with self._lock:
            self._failures += 1
            more = self._failures - _FAILURES
            # The exponent's bound keeps the power from growing without end.
            rest = _FIRST_REST * 2.0 ** min(more, 10) if more >= 0 else 0.0
            until = self._clock() + min(max(rest, wait), _LONGEST_REST)
            self._rests_until = max(self._rests_until, until)

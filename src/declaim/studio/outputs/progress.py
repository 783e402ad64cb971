"""How far the making of files is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from declaim.acoustic.frames import SAMPLE_RATE

Progress: TypeAlias = Callable[[float, float], None]
"""Is called with the seconds of audio that are done and those there are in all, measuring included. What it
raises ends the work; of the file in the making nothing is left, and files made before stay."""

_STEP: Final = 10 * SAMPLE_RATE
"""Samples between two calls: the call is cheap, what it draws may not be."""


class Tally:
    """Counts samples and tells about them.

    Args:
        progress: None to tell nobody.
        total: samples there are in all.
    """

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._told = 0

    def add(self, samples: int) -> None:
        """Count some more."""
        self._done += samples
        if self._done - self._told >= _STEP or self._done == self._total:
            self._told = self._done
            if self._progress is not None:
                self._progress(self._done / SAMPLE_RATE, self._total / SAMPLE_RATE)

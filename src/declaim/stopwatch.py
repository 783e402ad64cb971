"""Which of the four stages the time goes to."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypeAlias, TypeVar

StageName: TypeAlias = Literal["text", "prosody", "acoustic", "vocoder"]

Item = TypeVar("Item")


class Stopwatch:
    """Adds up the time that a thread spends in each stage. A stage that calls another one waits meanwhile."""

    def __init__(self) -> None:
        self._seconds: defaultdict[StageName, float] = defaultdict(float)
        self._running: list[StageName] = []
        self._since = 0.0

    def install(self) -> None:
        """Measure this thread."""
        _installed.set(self)

    def take(self) -> dict[StageName, float]:
        """Seconds of each stage since the last call."""
        seconds, self._seconds = dict(self._seconds), defaultdict(float)
        return seconds

    @contextmanager
    def _running_in(self, stage: StageName) -> Iterator[None]:
        self._lap()
        self._running.append(stage)
        try:
            yield
        finally:
            self._lap()
            self._running.pop()

    def _lap(self) -> None:
        now = time.perf_counter()
        if self._running:
            self._seconds[self._running[-1]] += now - self._since
        self._since = now


_installed: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


@contextmanager
def timed(stage: StageName) -> Iterator[None]:
    """Count the block to a stage, if anybody measures."""
    stopwatch = _installed.get()
    if stopwatch is None:
        yield
    else:
        with stopwatch._running_in(stage):  # noqa: SLF001 - two halves of one thing
            yield


def timed_items(stage: StageName, items: Iterator[Item]) -> Iterator[Item]:
    """The items, whose making is counted to a stage."""
    while True:
        with timed(stage):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item

"""Under overload, cheaper speech before refusals: which steps of the configuration's ladder are taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from declaim.server.settings import BrownoutStep

_CALM: Final = 10.0
"""Seconds for which the load must stay below a step's release before the step is taken back."""
_RELEASE: Final = 0.5
"""Share of the load at which a step is taken, below which it is no longer wanted. Between the two it stays:
without that, each step would undo its own cause and be undone at once."""


class Brownout:
    """Takes steps as the queue fills, evenly spread over it, and takes them back one by one.

    Args:
        steps: in the order in which they are taken.
        clock: seconds, from any beginning.
    """

    def __init__(self, steps: Sequence[BrownoutStep], clock: Callable[[], float] = time.monotonic) -> None:
        self._steps = tuple(steps)
        self._clock = clock
        self._taken = 0
        self._calm_since: float | None = None

    def steps_at(self, load: float) -> tuple[BrownoutStep, ...]:
        """The steps that are in force; to be asked whenever the load changes.

        Args:
            load: requests that wait as a share of those that may; 1 is a full queue.
        """
        wanted = sum(load >= self._threshold(number) for number in range(len(self._steps)))
        self._taken = max(self._taken, wanted)
        self._relax(load)
        return self._steps[: self._taken]

    def _relax(self, load: float) -> None:
        """Take back the last steps, as many as have not been wanted for long enough, one after the other."""
        now = self._clock()
        since = now if self._calm_since is None else self._calm_since
        while self._is_calm(load) and now - since >= _CALM:
            self._taken -= 1
            since += _CALM
        self._calm_since = since if self._is_calm(load) else None

    def _is_calm(self, load: float) -> bool:
        """Whether the last step that was taken is no longer wanted."""
        return self._taken > 0 and load < _RELEASE * self._threshold(self._taken - 1)

    def _threshold(self, number: int) -> float:
        return (number + 1) / (len(self._steps) + 1)

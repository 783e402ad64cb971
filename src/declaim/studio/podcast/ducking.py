"""Turning music down under speech, smoothly and in time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

ATTACK: Final = 0.08
"""Time constant in seconds of turning down."""
RELEASE: Final = 0.5
"""Time constant in seconds of turning up again."""
LOOKAHEAD: Final = 0.3
"""Seconds before speech at which turning down begins: it is done, within 3 %, at the first sound."""
HOLD: Final = 0.6
"""Seconds behind speech for which it stays down, so that gaps between turns do not pump."""
CONTROL_RATE: Final = 100
"""Values a second of the envelope; between them the gain is interpolated."""


class Ducker:
    """A side chain: the gain of music while somebody speaks, as a stream.

    The key is where speech was heard, known ahead of time; its envelope is a one-pole low-pass in dB, with
    one time constant downwards and another upwards.

    Args:
        speech: stretches in which somebody speaks, in seconds; they may overlap.
        depth: dB by which music is turned down.
        rate: samples a second of what is asked for; a multiple of :data:`CONTROL_RATE`.
        start: second of the episode at which the stream begins.
    """

    def __init__(
        self, speech: Iterable[tuple[float, float]], depth: float, rate: int, start: float = 0.0
    ) -> None:
        self._hop = rate // CONTROL_RATE
        self._depth = depth
        self._stretches = _widened(speech)
        self._next = 0
        self._time = start
        self._level = -depth if self._is_spoken(start) else 0.0
        self._rest = np.zeros(0, np.float32)
        self._falling, self._rising = (math.exp(-1 / (CONTROL_RATE * each)) for each in (ATTACK, RELEASE))

    def gains(self, count: int) -> NDArray[np.float32]:
        """The next so many gains, as factors: shape (count,)."""
        missing = max(0, count - len(self._rest))
        levels = [self._level, *(self._step() for _ in range(math.ceil(missing / self._hop)))]
        points = np.arange(len(levels)) * self._hop
        new = np.interp(np.arange(points[-1]), points, levels)
        gains = np.concatenate((self._rest, (10 ** (new / 20)).astype(np.float32)))
        self._rest = gains[count:]
        return gains[:count]

    def _step(self) -> float:
        """The level in dB one control period later."""
        self._time += 1 / CONTROL_RATE
        target = -self._depth if self._is_spoken(self._time) else 0.0
        kept = self._falling if target < self._level else self._rising
        self._level = target + (self._level - target) * kept
        return self._level

    def _is_spoken(self, time: float) -> bool:
        while self._next < len(self._stretches) and self._stretches[self._next][1] <= time:
            self._next += 1
        return self._next < len(self._stretches) and self._stretches[self._next][0] <= time


def _widened(speech: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches with what comes before and behind them, joined where they touch."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted((start - LOOKAHEAD, end + HOLD) for start, end in speech):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined

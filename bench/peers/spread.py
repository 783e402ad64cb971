"""Medians and quartiles, and ratios that are taken run by run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle half of some values."""

    low: float
    """First quartile."""
    middle: float
    """Median."""
    high: float
    """Third quartile."""

    def text(self, digits: int = 2) -> str:
        """Write median and quartiles."""
        return f"{self.middle:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}]"


def spread(values: Sequence[float]) -> Spread:
    """Return the quartiles, linearly interpolated.

    Raises:
        ValueError: there is no value.
    """
    if not values:
        raise ValueError("no values")
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return Spread(float(low), float(middle), float(high))


def ratios(mine: Mapping[int, float], its: Mapping[int, float]) -> Spread:
    """Return the quartiles of the ratios of runs that followed each other, so that a busy spell hits both.

    Args:
        mine: values by turn.
        its: what they are divided by; turns that only one of the two took do not count.

    Raises:
        ValueError: they have no turn in common.
    """
    return spread([mine[turn] / its[turn] for turn in mine if turn in its])

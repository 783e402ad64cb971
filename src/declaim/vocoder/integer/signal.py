"""What one convolution writes and the next one reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Signal:
    """Rows of channels, and what they come to."""

    values: NDArray[np.float32]
    """(at least as many rows as fill whole tiles, C)."""
    rows: int
    """That count."""
    statistics: NDArray[np.float64]
    """(4, C): sum, sum of squares, minimum, maximum over the rows."""

    def moments(self, absent: Absent) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and variance of each channel, (C,) each, as if the absent rows were there."""
        sums, squares = self.statistics[:2]
        count, rate = self.rows, self.rows // absent.present
        for rows, stretch in (
            (absent.before, slice(rate * _SILENT.start, rate * _SILENT.stop)),
            (absent.after, slice(self.rows - rate * _SILENT.stop, self.rows - rate * _SILENT.start)),
        ):
            if rows:
                values = self.values[stretch]
                weight = rate * rows / len(values)
                sums = sums + weight * values.sum(axis=0)
                squares = squares + weight * np.einsum("rc,rc->c", values, values)
                count += rate * rows
        mean = sums / count
        return mean, np.maximum(squares / count - mean**2, 0)


@dataclass(frozen=True, slots=True)
class Absent:
    """Silence at both ends that is not computed, but counts where channels are normalised.

    Rows are those of what the network is given. What is left of the silence, `SILENT_ROWS` of it at each end
    where something is absent, stands for the rest.
    """

    present: int
    """Rows that are computed."""
    before: int = 0
    after: int = 0


SILENT_ROWS = 16
"""Rows (0.2 s) of silence that must be left at an end: convolutions see them, and the first ones are odd for
having nothing before them."""
_SILENT = range(4, 12)
"""Of these, counted from the end, the ones that are like those that are absent."""


def gathered(statistics: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Statistics of several stretches, (stretches, 4, C), as those of all: (4, C)."""
    sums = statistics[:, :2].sum(axis=0, dtype=np.float64)
    return np.concatenate([sums, statistics[:, 2:3].min(axis=0), statistics[:, 3:].max(axis=0)])

"""What a signal's channels are normalised by."""

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.vocoder.integer.signal import SILENT_ROWS, Absent, Signal

RATE = 3
"""Rows of the signal for one that the network is given."""


def signal_of(values: NDArray[np.float32]) -> Signal:
    wide = values.astype(np.float64)
    statistics = [wide.sum(axis=0), (wide**2).sum(axis=0), wide.min(axis=0), wide.max(axis=0)]
    return Signal(values, len(values), np.stack(statistics))


@pytest.mark.parametrize(("before", "after"), [(0, 0), (25, 0), (0, 40), (25, 40)])
def test_absent_rows_count_as_if_they_were_there(before: int, after: int) -> None:
    rng = np.random.default_rng(0)
    speech = rng.normal(1, 2, (50 * RATE, 8))
    silence = rng.normal(0, 3, 8)
    ends = [np.tile(silence, (rows * RATE, 1)) for rows in (SILENT_ROWS + before, SILENT_ROWS + after)]
    whole = np.concatenate([ends[0], speech, ends[1]]).astype(np.float32)
    part = whole[before * RATE : len(whole) - after * RATE]
    mean, variance = signal_of(part).moments(Absent(len(part) // RATE, before, after))
    assert mean == pytest.approx(whole.mean(axis=0, dtype=np.float64), abs=1e-6)
    assert variance == pytest.approx(whole.var(axis=0, dtype=np.float64))


def test_the_outermost_rows_do_not_stand_for_silence() -> None:
    """Convolutions see nothing before them."""
    values = np.zeros((40, 4), np.float32)
    values[[0, 1, 2, 3, -1, -2, -3, -4]] = 100
    mean, _ = signal_of(values).moments(Absent(40, 60, 60))
    assert mean == pytest.approx(800 / 160)

"""Confidence intervals by resampling sentences (Bisani and Ney, ICASSP 2004)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
LEVEL = 0.95
SEED = 20_040_517
"""Fixed, so that the same results print the same interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % confidence interval."""

    value: float
    low: float
    high: float


def ratio(numerators: npt.ArrayLike, denominators: npt.ArrayLike) -> Estimate:
    """Estimate ``sum(numerators) / sum(denominators)`` over sentences, such as an error rate.

    Raises:
        ValueError: the arrays are empty or differ in length.
    """
    top, bottom = _columns(numerators, denominators)
    picks = _picks(len(top))
    return _estimate(top.sum() / bottom.sum(), top[picks].sum(1) / bottom[picks].sum(1))


def mean(values: npt.ArrayLike) -> Estimate:
    """Estimate the mean over sentences."""
    return ratio(values, np.ones(np.shape(values)))


def ratio_difference(
    numerators: npt.ArrayLike,
    others: npt.ArrayLike,
    denominators: npt.ArrayLike,
    other_denominators: npt.ArrayLike,
) -> Estimate:
    """Estimate the difference of two ratios over the *same* sentences: each resample draws both alike."""
    top, bottom = _columns(numerators, denominators)
    other_top, other_bottom = _columns(others, other_denominators)
    top, other_top = _columns(top, other_top)
    picks = _picks(len(top))
    resampled = top[picks].sum(1) / bottom[picks].sum(1) - other_top[picks].sum(1) / other_bottom[picks].sum(
        1
    )
    return _estimate(top.sum() / bottom.sum() - other_top.sum() / other_bottom.sum(), resampled)


def mean_difference(values: npt.ArrayLike, others: npt.ArrayLike) -> Estimate:
    """Estimate the mean of paired differences ``values - others``."""
    first, second = _columns(values, others)
    return mean(first - second)


def _columns(
    first: npt.ArrayLike, second: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.shape != b.shape or a.ndim != 1 or not len(a):
        raise ValueError(f"need two columns of one length, got shapes {a.shape} and {b.shape}")
    return a, b


def _picks(count: int) -> npt.NDArray[np.int64]:
    """Return (RESAMPLES, count) indices drawn with replacement."""
    return np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))


def _estimate(value: float, resampled: npt.NDArray[np.float64]) -> Estimate:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(resampled, (tail, 1 - tail))
    return Estimate(float(value), float(low), float(high))

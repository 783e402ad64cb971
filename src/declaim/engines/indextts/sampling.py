"""Choosing the next code from a model's logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sampling:
    """How codes are chosen."""

    temperature: float = 0.8
    """0 always takes the likeliest."""
    top_k: int = 30
    """0 is all."""
    top_p: float = 0.8
    """Nucleus: Holtzman et al., "The curious case of neural text degeneration", ICLR 2020."""
    repetition_penalty: float = 10.0
    """Keskar et al., "CTRL", 2019, section 4.1, with the sign minded: a penalty always lowers a logit."""


class Sampler:
    """Chooses the codes of one piece; it remembers which it has chosen.

    Of each choice's chance one number is drawn, which is looked up in the cumulative probabilities in the
    order of the codes. So equal logits and seeds give equal codes in every implementation that does so.

    Args:
        sampling: how.
        generator: where chance comes from.
        seen: codes that count as chosen already.
    """

    def __init__(self, sampling: Sampling, generator: np.random.Generator, seen: Iterable[int] = ()) -> None:
        self._sampling = sampling
        self._generator = generator
        self._seen = set(seen)

    def __call__(self, logits: NDArray[np.float32]) -> int:
        """The code chosen by logits (V,)."""
        logits = self._penalised(logits)
        code = self._drawn(logits) if self._sampling.temperature else int(np.argmax(logits))
        self._seen.add(code)
        return code

    def _penalised(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        codes = np.fromiter(self._seen, dtype=np.intp, count=len(self._seen))
        penalised, penalty = logits.copy(), np.float32(self._sampling.repetition_penalty)
        said = logits[codes]
        penalised[codes] = np.where(said < 0, said * penalty, said / penalty)
        return penalised

    def _drawn(self, logits: NDArray[np.float32]) -> int:
        codes, probabilities = candidates(logits, self._sampling)
        at = np.searchsorted(np.cumsum(probabilities), self._generator.random())
        return int(codes[min(int(at), len(codes) - 1)])  # rounding may leave their sum below 1


def candidates(
    logits: NDArray[np.float32], sampling: Sampling
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The codes that may be chosen, ascending, and the probability of each.

    Args:
        logits: (V,), with the penalty for repetition.
        sampling: how; its temperature is above 0.
    """
    scaled = logits.astype(np.float64) / sampling.temperature
    codes = np.arange(len(scaled))
    if sampling.top_k:
        least = np.partition(scaled, -min(sampling.top_k, len(scaled)))[-min(sampling.top_k, len(scaled))]
        codes = np.flatnonzero(scaled >= least)
    if sampling.top_p < 1:
        codes = np.sort(_nucleus(codes, scaled[codes], sampling.top_p))
    return codes, _softmax(scaled[codes])


def _nucleus(codes: NDArray[np.intp], logits: NDArray[np.float64], top_p: float) -> NDArray[np.intp]:
    """The fewest codes, likeliest first, whose probabilities sum to more than ``top_p``."""
    order = np.argsort(logits)[::-1]
    mass = np.cumsum(_softmax(logits[order]))
    before = np.concatenate([[0.0], mass[:-1]])
    return codes[order[before <= top_p]]


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.exp(logits - logits.max())
    probabilities: NDArray[np.float64] = weights / weights.sum()
    return probabilities

"""From floats to the integers that a convolution reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from declaim.errors import EngineError
from declaim.vocoder.kernels.arguments import ActivationArguments
from declaim.vocoder.kernels.library import complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from declaim.vocoder.integer.convolution import Convolution
    from declaim.vocoder.integer.signal import Absent, Signal
    from declaim.vocoder.kernels.library import ActivationName

_SMALLEST = 1e-9
"""The least that a step of the quantised values is worth, where all of them are zero."""


@dataclass(frozen=True, slots=True)
class Quantisation:
    """``value = scale · steps · (integer − zeros)``, by channel but for the scale."""

    scale: float
    steps: NDArray[np.float32]
    """(C,): 1, or 2 for channels whose range is too wide for fine steps. Their weights are doubled
    instead."""
    zeros: NDArray[np.float32]
    """(C,): the integer that stands for zero."""

    @classmethod
    def of_range(
        cls, low: NDArray[np.float64], high: NDArray[np.float64], convolution: Convolution
    ) -> Quantisation:
        """The finest one that holds all values between ``low`` and ``high``, (C,) each.

        Raises:
            EngineError: they are no numbers: something went wrong before.
        """
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            raise EngineError("what goes through the vocoder is not finite")
        low, high = np.minimum(low, 0), np.maximum(high, 0)
        if convolution.signed:
            scale = max(_SMALLEST, float(max(-low.min(), high.max())) / convolution.largest)
            nothing = np.zeros(len(low), np.float32)
            return cls(scale, nothing + 1, nothing)
        scale = max(_SMALLEST, float((high - low).max()) / convolution.largest)
        steps = np.ones(len(low), np.float32)
        if convolution.two_steps:
            scale /= 2
            steps[high - low > scale * convolution.largest] = 2
        return cls(scale, steps, np.rint(-low / (scale * steps)).astype(np.float32))

    @property
    def per_unit(self) -> NDArray[np.float32]:
        """(C,): integers for one."""
        return (1 / (self.scale * self.steps)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class KernelCall:
    """A kernel that writes rows of values as integers."""

    name: ActivationName
    arguments: ActivationArguments
    """For the first row, but for what differs from stretch to stretch: ``out``, ``out_row``, ``rows``."""
    kept: object
    """Arrays that they point to."""


class Activation(Protocol):
    """What is done to a signal before a convolution reads it."""

    @property
    def rows(self) -> int:
        """Of the signal."""
        ...

    def quantisation(self, convolution: Convolution) -> Quantisation:
        """In what integers its values are best given."""
        ...

    def written(self, quantisation: Quantisation, *, is_signed: bool) -> KernelCall | NDArray[np.generic]:
        """Its values as integers, (rows, inputs), or who writes them: of 16 bits if signed, else of 8."""
        ...


class Snake:
    """AdaIN, then ``u + sin²(alpha · u) / alpha`` (Ziyin et al., NeurIPS 2020).

    Args:
        signal: of which channels are brought to mean 0 and variance 1.
        style: (2 C,): what the style adds to a gain of one, and the mean that it gives.
        alpha: (C,).
        absent: rows that the normalisation is to count as well.
    """

    _EPSILON = 1e-5
    """Of the variance."""

    def __init__(
        self, signal: Signal, style: NDArray[np.float64], alpha: NDArray[np.float64], absent: Absent
    ) -> None:
        low, high = signal.statistics[2:]
        mean, variance = signal.moments(absent)
        scale, shift = np.split(style, 2)
        gain = (1 + scale) / np.sqrt(variance + self._EPSILON)
        offset = shift - gain * mean
        ends = gain * np.stack([low, high]) + offset
        # Snake never falls, so the extremes of what goes in make the extremes of what comes out.
        values = ends + np.sin(alpha * ends) ** 2 / alpha
        self._range = values.min(axis=0), values.max(axis=0)
        self._signal = signal
        self._constants = np.stack([gain, offset, alpha / np.pi, 1 / alpha]).astype(np.float32)

    @property
    def rows(self) -> int:
        """Of the signal."""
        return self._signal.rows

    def quantisation(self, convolution: Convolution) -> Quantisation:
        """In what integers its values are best given."""
        return Quantisation.of_range(*self._range, convolution)

    def written(self, quantisation: Quantisation, *, is_signed: bool) -> KernelCall:
        """Who writes its values as integers."""
        values = self._signal.values
        gain, offset, alpha, inverse = self._constants
        arguments = ActivationArguments(
            x=values.ctypes.data,
            x_row=values.strides[0],
            gain=gain.ctypes.data,
            offset=offset.ctypes.data,
            alpha=alpha.ctypes.data,
            inverse=inverse.ctypes.data,
            channels=values.shape[1],
        )
        name: ActivationName = "snake_s16" if is_signed else "snake_u8"
        return _call(name, arguments, quantisation, (self._constants, values))


@dataclass(frozen=True, slots=True)
class LeakyMean:
    """The leaky ReLU of the mean of three signals, in 16 bits."""

    signals: Sequence[Signal]
    slope: float

    @property
    def rows(self) -> int:
        """Of each signal."""
        return self.signals[0].rows

    def quantisation(self, convolution: Convolution) -> Quantisation:
        """In what integers its values are best given."""
        bound = sum(np.abs(signal.statistics[2:]).max(axis=0) for signal in self.signals) / len(self.signals)
        return Quantisation.of_range(-bound, bound, convolution)

    def written(self, quantisation: Quantisation, *, is_signed: bool) -> KernelCall:
        """Who writes its values as integers, which are signed."""
        assert is_signed
        values = [signal.values for signal in self.signals]
        x, x2, x3 = (each.ctypes.data for each in values)
        arguments = ActivationArguments(
            x=x, x2=x2, x3=x3, x_row=values[0].strides[0], slope=self.slope, channels=values[0].shape[1]
        )
        return _call("leaky_mean_s16", arguments, quantisation, values)


@dataclass(frozen=True, slots=True)
class Plain:
    """Values as they are; for the few rows that come from outside, in 16 bits."""

    values: NDArray[np.float32]
    """(rows, C)."""

    @property
    def rows(self) -> int:
        """That count."""
        return len(self.values)

    def quantisation(self, convolution: Convolution) -> Quantisation:
        """In what integers its values are best given."""
        values = np.pad(self.values, ((0, 0), (0, convolution.inputs - self.values.shape[1])))
        return Quantisation.of_range(values.min(axis=0), values.max(axis=0), convolution)

    def written(self, quantisation: Quantisation, *, is_signed: bool) -> NDArray[np.generic]:
        """Its values as integers, which are signed: rows this few are not worth a kernel.

        Channels that only pad are zero.
        """
        assert is_signed
        integers = np.zeros((self.rows, len(quantisation.zeros)), np.int16)
        integers[:, : self.values.shape[1]] = np.rint(self.values / np.float32(quantisation.scale))
        return integers


def _call(
    name: ActivationName, arguments: ActivationArguments, quantisation: Quantisation, kept: object
) -> KernelCall:
    per_unit, zeros = quantisation.per_unit, quantisation.zeros
    arguments.quantisation = per_unit.ctypes.data
    arguments.zeros = zeros.ctypes.data
    complete(name, arguments)
    return KernelCall(name, arguments, (per_unit, zeros, kept))

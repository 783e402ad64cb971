"""One-dimensional convolutions in integers, as the kernels want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from declaim.errors import ModelError
from declaim.vocoder.kernels.convolution import BLOCK, LANES, VECTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Width = Literal[8, 16]
"""Bits of an input value and of a weight."""

_NARROW: Width = 8
_LARGEST_WEIGHT = 127
_GROUP_BITS = 32
"""Of neighbouring input channels that one instruction multiplies and adds: four of 8 bits or two of 16."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """The weights of a convolution from C to D channels, packed.

    The kernels compute ``scale · weight_scales · Σ weights · values + bias`` for quantised values: 8-bit ones
    are unsigned with a zero point, 16-bit ones signed without.
    """

    weights: NDArray[np.int8 | np.int16]
    """(D / 64, taps, groups of inputs, 4, 16, inputs in a group): output channels are 4 × 16 a block."""
    weight_scales: NDArray[np.float32]
    """(D,): what one step of a weight is worth."""
    bias: NDArray[np.float32]
    """(D,)."""
    weight_sums: NDArray[np.float32]
    """(C, D): sums over taps, which what stands for zero is multiplied by."""
    largest: int
    """The largest input value with which no sum of products can leave 32 bits; 255 for 8-bit ones."""
    dilation: int = 1
    two_steps: bool = False
    """Whether inputs may have two step sizes, for which the weights of wide ones are doubled each time."""

    @property
    def signed(self) -> bool:
        """Whether it reads signed values, of 16 bits."""
        return self.weights.dtype == np.int16

    @property
    def taps(self) -> int:
        """Input rows that an output row is made of."""
        return int(self.weights.shape[1])

    @property
    def groups(self) -> int:
        """Of input channels that are multiplied at once."""
        return int(self.weights.shape[2])

    @property
    def inputs(self) -> int:
        """Input channels, padded to whole groups."""
        return int(self.weights.shape[2] * self.weights.shape[5])

    @property
    def channels(self) -> int:
        """Output channels, padded to whole blocks."""
        return len(self.bias)

    @property
    def halo(self) -> int:
        """Rows that it reaches to either side when its output is as long as its input."""
        return self.dilation * (self.taps - 1) // 2

    def weights_for(self, steps: NDArray[np.float32]) -> NDArray[np.int8 | np.int16]:
        """The weights for inputs that count in so many steps, (C,) of 1 or 2.

        Published integers are at most 88, most of them below 64, and have room to be doubled; few are cut at
        127.
        """
        wide = np.flatnonzero(steps > 1)
        if not len(wide):
            return self.weights
        weights = self.weights.copy()
        group, place = np.divmod(wide, weights.shape[5])
        doubled = 2 * weights[:, :, group, :, :, place].astype(np.int16)
        weights[:, :, group, :, :, place] = np.clip(doubled, -_LARGEST_WEIGHT, _LARGEST_WEIGHT)
        return weights


def pack(
    weights: NDArray[np.integer], scales: NDArray[np.float32], bias: NDArray[np.float32], width: Width
) -> dict[str, NDArray[Any]]:
    """The arrays of a :class:`Convolution`, to be stored.

    Args:
        weights: (D, C, taps) integers that fit into ``width`` bits.
        scales: (D,) or (1,): what one step of a weight is worth.
        bias: (D,).
        width: bits.

    Raises:
        ValueError: a weight does not fit.
    """
    kind = np.int8 if width == _NARROW else np.int16
    limits = np.iinfo(kind)
    if weights.min() < limits.min or weights.max() > limits.max:
        raise ValueError(f"weights from {weights.min()} to {weights.max()} do not fit into {width} bits")
    group = _GROUP_BITS // width
    outputs, inputs, taps = weights.shape
    padded = np.zeros((outputs + -outputs % BLOCK, inputs + -inputs % group, taps), kind)
    padded[:outputs, :inputs] = weights
    blocks = padded.reshape(-1, VECTORS, LANES, padded.shape[1] // group, group, taps)
    return {
        "weights": np.ascontiguousarray(blocks.transpose(0, 5, 3, 1, 2, 4)),
        "weight_scales": _padded(np.broadcast_to(scales, outputs), len(padded)),
        "bias": _padded(bias, len(padded)),
        "weight_sums": np.ascontiguousarray(padded.sum(axis=2, dtype=np.int64).T.astype(np.float32)),
        "largest": np.array([_largest(weights, width)], np.float32),
    }


def unpack(
    tensors: Mapping[str, NDArray[Any]], name: str, dilation: int = 1, *, two_steps: bool = False
) -> Convolution:
    """The convolution whose arrays were stored as ``NAME.…``.

    Raises:
        ModelError: their shapes do not belong together; kernels would read what is not there.
    """
    weights, weight_scales, bias, weight_sums, largest = (
        tensors[f"{name}.{field}"] for field in ("weights", "weight_scales", "bias", "weight_sums", "largest")
    )
    convolution = Convolution(weights, weight_scales, bias, weight_sums, int(largest[0]), dilation, two_steps)
    outputs = len(weights) * BLOCK
    shapes = [values.shape for values in (weight_scales, bias, weight_sums)]
    if shapes != [(outputs,), (outputs,), (convolution.inputs, outputs)]:
        raise ModelError(f"the arrays of {name} do not belong together: {shapes} beside {weights.shape}")
    return convolution


def _largest(weights: NDArray[np.integer], width: Width) -> int:
    if width == _NARROW:
        return np.iinfo(np.uint8).max
    sums = np.abs(weights.astype(np.int64)).sum(axis=(1, 2))
    return int(min(np.iinfo(np.int16).max, np.iinfo(np.int32).max // max(1, sums.max())))


def _padded(values: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    return np.pad(values.astype(np.float32), (0, length - len(values)))

"""What kernels are called with: one pointer to a structure, so that calling conventions hardly matter."""

from __future__ import annotations

from ctypes import Structure, c_float, c_int64, c_void_p
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = 8


class ConvolutionArguments(Structure):
    """Of one convolution; strides and sizes in bytes. The kernel changes them as it goes: use them once."""

    _fields_: ClassVar = [
        ("x", c_void_p),  # the first input row of the first output row
        ("x_row", c_int64),  # from one output row's to the next one's
        ("x_tap", c_int64),  # from one tap's to the next one's
        ("taps", c_int64),
        ("groups", c_int64),  # of four bytes in an input row
        ("w", c_void_p),  # packed weights
        ("scale", c_void_p),  # floats, by output channel
        ("bias", c_void_p),  # floats, by output channel
        ("residual", c_void_p),  # null, or floats to add, laid out as the output
        ("out", c_void_p),  # floats
        ("out_row", c_int64),
        ("rows", c_int64),  # a whole number of tiles, one at least
        ("last", c_int64),  # rows that count in the statistics: the first ones
        ("blocks", c_int64),  # of output channels
        ("stats", c_void_p),  # floats: sums, sums of squares, minima, maxima of each output channel
        ("stats_row", c_int64),
    ]


class ActivationArguments(Structure):
    """Of one activation; strides in bytes. ``complete`` sets what is marked so."""

    _fields_: ClassVar = [
        ("x", c_void_p),  # floats
        ("x2", c_void_p),  # two more, of which the mean is taken, for a leaky ReLU
        ("x3", c_void_p),
        ("x_row", c_int64),
        ("gain", c_void_p),  # floats, by channel, for Snake
        ("offset", c_void_p),
        ("alpha", c_void_p),  # of Snake, divided by π
        ("inverse", c_void_p),  # 1 / alpha
        ("out", c_void_p),  # integers
        ("out_row", c_int64),
        ("rows", c_int64),
        ("channels", c_int64),  # a multiple of 16
        ("quantisation", c_void_p),  # floats, by channel: integers for one
        ("zeros", c_void_p),  # floats, by channel: the integer that stands for zero
        ("low", c_float),  # set by complete: limits of the integers
        ("high", c_float),
        ("slope", c_float),  # of a leaky ReLU, below one
        ("third", c_float),  # set by complete
        ("polynomial", c_float * 6),  # set by complete
    ]


class SharedWork(Structure):
    """Parts for several threads; see :mod:`~declaim.vocoder.kernels.sharing`."""

    _fields_: ClassVar = [
        ("taken", c_int64),  # how many threads have asked for a part
        ("count", c_int64),
        ("parts", c_void_p),
    ]


class Table:
    """A structure of arguments many times over, with differences.

    Args:
        arguments: what all have in common.
        count: of structures.
    """

    def __init__(self, arguments: Structure, count: int) -> None:
        self._kind = type(arguments)
        self._rows = np.tile(np.frombuffer(bytes(arguments), np.uint8), (count, 1))

    def add(self, field: str, values: NDArray[np.int64] | int) -> None:
        """Add to a whole number or an address in each structure."""
        at = getattr(self._kind, field).offset
        self._rows[:, at : at + _WORD].view(np.int64)[:, 0] += values

    @property
    def addresses(self) -> NDArray[np.int64]:
        """Where the structures stand, as long as this object lives."""
        return self._rows.ctypes.data + self._rows.strides[0] * np.arange(len(self._rows))

"""Convolutions, to the last bit.

Scales are powers of two and biases few bits long, so that numpy's double precision rounds as a fused
multiply-add does and results can be compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.vocoder.kernels.arguments import ConvolutionArguments
from declaim.vocoder.kernels.convolution import BLOCK, LANES, ROWS, VECTORS
from declaim.vocoder.kernels.library import load_kernels, supported

if TYPE_CHECKING:
    from conftest import Fence

pytestmark = pytest.mark.skipif(not supported(), reason="no AVX-512 VNNI")

CANARY = np.float32(-123.25)
LIMITS = {"u8": (0, 255, -128, 127), "s16": (-2000, 2000, -300, 300)}
TYPES = {"u8": (np.uint8, np.int8), "s16": (np.int16, np.int16)}


@dataclass
class Case:
    """One convolution, in arrays as numpy likes them."""

    kind: str
    x: NDArray[np.integer]
    """(input rows, C)."""
    w: NDArray[np.integer]
    """(taps, C, D)."""
    rows: int
    dilation: int = 1
    stride: int = 1
    residual: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        channels = self.w.shape[2]
        self.scale = np.exp2(rng.integers(-12, -4, channels)).astype(np.float32)
        self.bias = (rng.integers(-4000, 4000, channels) / 64).astype(np.float32)
        self.padded = self.rows + -self.rows % ROWS
        self.addend = (rng.integers(-8000, 8000, (self.padded, channels)) / 32).astype(np.float32)

    def expected(self) -> NDArray[np.float32]:
        """(padded rows, D), as if by fused multiply-add."""
        first = np.arange(self.padded) * self.stride
        total = np.zeros((self.padded, self.w.shape[2]), np.int64)
        for tap, weights in enumerate(self.w.astype(np.int64)):
            total += self.x[first + tap * self.dilation].astype(np.int64) @ weights
        assert np.abs(total).max() < 2**31
        products = total.astype(np.float32).astype(np.float64) * self.scale
        out = (products + self.bias).astype(np.float32)
        return out + self.addend if self.residual else out

    def packed(self) -> NDArray[np.integer]:
        """[block][tap][group][vector][channel][value], as the kernel reads them."""
        taps, inputs, outputs = self.w.shape
        group = 4 // self.w.itemsize
        shape = (taps, inputs // group, group, outputs // BLOCK, VECTORS, LANES)
        return np.ascontiguousarray(self.w.reshape(shape).transpose(3, 0, 1, 4, 5, 2))


def random_case(kind: str, inputs: int, outputs: int, taps: int, rows: int, **options: int) -> Case:
    rng = np.random.default_rng(inputs + outputs + taps + rows)
    low, high, least, most = LIMITS[kind]
    x_type, w_type = TYPES[kind]
    padded = rows + -rows % ROWS
    needed = (padded - 1) * options.get("stride", 1) + (taps - 1) * options.get("dilation", 1) + 1
    x = rng.integers(low, high, (needed, inputs), endpoint=True).astype(x_type)
    w = rng.integers(least, most, (taps, inputs, outputs), endpoint=True).astype(w_type)
    return Case(kind, x, w, rows, **options)


def run(case: Case, fence: Fence) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The output and its statistics; a space between rows, and whatever is behind, stay as they were."""
    channels, spare = case.w.shape[2], 5
    x, w, scale, bias = (fence(values) for values in (case.x, case.packed(), case.scale, case.bias))
    wide = np.full((case.padded + 1, channels + spare), CANARY)
    out = fence(wide.reshape(-1)[: wide.size - spare])  # the last row has no space behind it
    addend = np.zeros_like(wide)
    addend[1:, :channels] = case.addend
    residual = fence(addend.reshape(-1)[: wide.size - spare])
    stats = fence(np.full((4 * channels + 3 * spare + 1), CANARY))
    row = 4 * (channels + spare)
    function = getattr(load_kernels(), f"convolve_{case.kind}")
    function(
        ConvolutionArguments(
            x=x.ctypes.data,
            x_row=x.strides[0] * case.stride,
            x_tap=x.strides[0] * case.dilation,
            taps=w.shape[1],
            groups=w.shape[2],
            w=w.ctypes.data,
            scale=scale.ctypes.data,
            bias=bias.ctypes.data,
            residual=residual.ctypes.data + row if case.residual else None,
            out=out.ctypes.data + row,
            out_row=row,
            rows=case.padded,
            last=case.rows,
            blocks=channels // BLOCK,
            stats=stats.ctypes.data + 4,
            stats_row=row,
        )
    )
    out = np.append(out, np.full(spare, CANARY)).reshape(wide.shape)
    assert (out[0] == CANARY).all()
    assert (out[:, channels:] == CANARY).all()
    gathered = np.append(stats[1:], np.full(spare, CANARY)).reshape(4, -1)
    assert stats[0] == CANARY
    assert (gathered[:, channels:] == CANARY).all()
    return out[1:, :channels], gathered[:, :channels]


def check(case: Case, fence: Fence) -> None:
    out, (sums, squares, low, high) = run(case, fence)
    np.testing.assert_array_equal(out, case.expected())
    counted = out[: case.rows]
    np.testing.assert_array_equal(sums, np.add.accumulate(counted, axis=0)[-1])  # row after row, as there
    np.testing.assert_allclose(squares, (counted.astype(np.float64) ** 2).sum(axis=0), rtol=1e-5)
    np.testing.assert_array_equal(low, counted.min(axis=0))
    np.testing.assert_array_equal(high, counted.max(axis=0))


@pytest.mark.parametrize("kind", ["u8", "s16"])
@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 301])
def test_any_number_of_rows(kind: str, rows: int, fence: Fence) -> None:
    check(random_case(kind, 16, BLOCK, 3, rows), fence)


@pytest.mark.parametrize("kind", ["u8", "s16"])
@pytest.mark.parametrize(
    ("inputs", "outputs", "taps"), [(4, 64, 1), (24, 128, 7), (20, 192, 2), (128, 128, 11), (256, 256, 3)]
)
def test_any_shape(kind: str, inputs: int, outputs: int, taps: int, fence: Fence) -> None:
    check(random_case(kind, inputs, outputs, taps, 20), fence)


@pytest.mark.parametrize("kind", ["u8", "s16"])
@pytest.mark.parametrize(("dilation", "stride"), [(1, 1), (3, 1), (5, 1), (1, 6), (2, 3)])
def test_dilation_and_stride(kind: str, dilation: int, stride: int, fence: Fence) -> None:
    check(random_case(kind, 32, BLOCK, 5, 15, dilation=dilation, stride=stride), fence)


@pytest.mark.parametrize("kind", ["u8", "s16"])
@pytest.mark.parametrize("rows", [1, 6, 22])
def test_a_residual_is_added(kind: str, rows: int, fence: Fence) -> None:
    case = random_case(kind, 32, 2 * BLOCK, 3, rows)
    case.residual = True
    check(case, fence)


@pytest.mark.parametrize("weight", [-128, 127])
def test_8_bits_never_saturate(weight: int, fence: Fence) -> None:
    # 255 · 127 · 4 is more than 16 bits hold, where the older VPMADDUBSW would stop.
    x, w = np.full((16, 256), 255, np.uint8), np.full((11, 256, BLOCK), weight, np.int8)
    check(Case("u8", x, w, 6), fence)


def test_16_bits_use_all_32_of_a_sum(fence: Fence) -> None:
    # ±32767 · 32767 twice: 2³¹ less 131 070.
    x = np.array([[32767, -32767]] * 6, np.int16)
    w = np.zeros((1, 2, BLOCK), np.int16)
    w[0, 0, ::2], w[0, 1, ::2] = 32767, -32767
    w[0, 0, 1::2], w[0, 1, 1::2] = -32767, 32767
    check(Case("s16", x, w, 6), fence)


def test_the_output_may_be_the_residual() -> None:
    case = random_case("u8", 16, BLOCK, 1, 6)
    case.residual = True
    w, out, stats = case.packed(), case.addend.copy(), np.empty((4, BLOCK), np.float32)
    load_kernels().convolve_u8(
        ConvolutionArguments(
            x=case.x.ctypes.data,
            x_row=case.x.strides[0],
            x_tap=case.x.strides[0],
            taps=1,
            groups=4,
            w=w.ctypes.data,
            scale=case.scale.ctypes.data,
            bias=case.bias.ctypes.data,
            residual=out.ctypes.data,
            out=out.ctypes.data,
            out_row=out.strides[0],
            rows=6,
            last=6,
            blocks=1,
            stats=stats.ctypes.data,
            stats_row=stats.strides[0],
        )
    )
    np.testing.assert_array_equal(out, case.expected())

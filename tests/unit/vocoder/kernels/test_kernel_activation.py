"""Activations: against double precision to a step, and in ties, limits and places exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.vocoder.kernels.activation import POLYNOMIAL
from declaim.vocoder.kernels.arguments import ActivationArguments
from declaim.vocoder.kernels.library import INT16, UINT8, load_kernels, supported

if TYPE_CHECKING:
    from conftest import Fence

needs_avx512 = pytest.mark.skipif(not supported(), reason="no AVX-512 VNNI")

TYPES = {"u8": (np.uint8, *UINT8), "s16": (np.int16, *INT16)}
CANARY = 77
SPARE = 16
"""Channels between rows."""


def squares_of(r: NDArray[np.float64]) -> NDArray[np.float64]:
    """r² to r¹², a column each."""
    return np.stack([r ** (2 * power) for power in range(1, 7)], axis=1)


def test_the_polynomial_is_the_best_fit() -> None:
    nodes = np.cos(np.linspace(0, np.pi, 4001)) / 2
    powers, exact = squares_of(nodes), np.sin(np.pi * nodes) ** 2
    fit, *_ = np.linalg.lstsq(powers, exact, rcond=None)
    assert np.abs(powers @ fit - exact).max() < 7e-9
    rounded = np.float32(POLYNOMIAL)
    np.testing.assert_array_equal(rounded, np.float32(fit))
    assert np.abs(powers @ rounded.astype(np.float64) - exact).max() < 1.1e-7


def test_the_polynomial_in_32_bits() -> None:
    r = np.linspace(-0.5, 0.5, 100_001, dtype=np.float32)
    squares = (r * r).astype(np.float64)
    highest, *lower = np.float64(np.float32(POLYNOMIAL[::-1]))
    result = np.full(len(r), highest)
    for term in lower:  # fused: rounded once
        result = np.float64(np.float32(result * squares + term))
    assert np.abs(np.float32(result * squares) - np.sin(np.pi * np.float64(r)) ** 2).max() < 3e-7


def run(
    name: str,
    inputs: list[NDArray[np.float32]],
    fence: Fence,
    *,
    step: float | NDArray[np.float64],
    zero: int | NDArray[np.int64] = 0,
    **given: Any,
) -> NDArray[np.integer]:
    """What a kernel makes of (rows, C) arrays, with nothing written beside it."""
    rows, channels = inputs[0].shape
    dtype = np.uint8 if name.endswith("u8") else np.int16
    wide = np.full((rows, channels + SPARE), CANARY, dtype)
    out = fence(wide.reshape(-1)[: wide.size - SPARE])
    fenced = [fence(values) for values in inputs]
    arrays = {key: fence(values) for key, values in given.items() if isinstance(values, np.ndarray)}
    per_unit, zeros = (fence(np.full(channels, value, np.float32)) for value in (1 / np.asarray(step), zero))
    arguments = ActivationArguments(
        **dict(zip(("x", "x2", "x3"), (values.ctypes.data for values in fenced), strict=False)),
        **{key: values.ctypes.data for key, values in arrays.items()},
        **{key: value for key, value in given.items() if key not in arrays},
        x_row=fenced[0].strides[0],
        out=out.ctypes.data,
        out_row=wide.strides[0],
        rows=rows,
        channels=channels,
        quantisation=per_unit.ctypes.data,
        zeros=zeros.ctypes.data,
    )
    getattr(load_kernels(), name)(arguments)
    out = np.append(out, np.full(SPARE, CANARY, dtype)).reshape(wide.shape)
    assert (out[:, channels:] == CANARY).all()
    return out[:, :channels]


def identity(channels: int) -> dict[str, NDArray[np.float32]]:
    """Snake that changes nothing."""
    ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    return {"gain": ones, "offset": zeros, "alpha": ones, "inverse": zeros}


@needs_avx512
@pytest.mark.parametrize("kind", ["u8", "s16"])
@pytest.mark.parametrize(("rows", "channels"), [(1, 16), (1, 128), (7, 48), (201, 256)])
def test_snake(kind: str, rows: int, channels: int, fence: Fence) -> None:
    rng = np.random.default_rng(rows + channels)
    x = rng.normal(0, 3, (rows, channels)).astype(np.float32)
    gain, offset = rng.normal(1, 0.5, channels), rng.normal(0, 0.5, channels)
    alpha = rng.uniform(0.05, 20, channels)
    u = gain * x.astype(np.float64) + offset
    y = u + np.sin(alpha * u) ** 2 / alpha
    dtype, low, high = TYPES[kind]
    step = float(np.ptp(y)) / (high - low) / 0.9  # some are outside
    zero = round(float(-y.min() * 0.9) / step) if kind == "u8" else 0
    parameters = (gain, offset, alpha / np.pi, 1 / alpha)
    given = dict(zip(("gain", "offset", "alpha", "inverse"), np.float32(parameters), strict=True))
    integers = run(f"snake_{kind}", [x], fence, step=step, zero=zero, **given)
    assert integers.dtype == dtype
    exact = np.clip(y / step + zero, low, high)
    # Half a step is rounding; the rest is what 32-bit floats cost with 16-bit integers.
    assert np.abs(integers - exact).max() < (0.51 if kind == "u8" else 0.6)


@needs_avx512
@pytest.mark.parametrize(("rows", "channels"), [(1, 16), (5, 64), (100, 128)])
def test_leaky_mean(rows: int, channels: int, fence: Fence) -> None:
    rng = np.random.default_rng(rows)
    inputs = [rng.normal(0, 2, (rows, channels)).astype(np.float32) for _ in range(3)]
    mean = np.mean(inputs, axis=0, dtype=np.float64)
    y = np.where(mean < 0, mean * 0.1, mean)
    step = float(np.abs(y).max()) / 30_000
    integers = run("leaky_mean_s16", inputs, fence, step=step, slope=0.1)
    assert np.abs(integers - y / step).max() < 0.52


@needs_avx512
@pytest.mark.parametrize(("kind", "zero"), [("u8", 0), ("u8", 100), ("u8", 255), ("s16", 0)])
def test_ties_go_to_even_and_limits_hold(kind: str, zero: int, fence: Fence) -> None:
    values = np.float32(
        [0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49, -0.51, 3e4, -3e4, 1e5, -1e5, 1e30, -1e30, 154.5]
    )
    integers = run(f"snake_{kind}", [values[None]], fence, step=1.0, zero=zero, **identity(16))
    _, low, high = TYPES[kind]
    expected = np.clip(np.rint(values.astype(np.float64) + zero), low, high)
    np.testing.assert_array_equal(integers[0], expected)


@needs_avx512
@pytest.mark.parametrize("kind", ["u8", "s16"])
def test_steps_and_zeros_are_by_channel(kind: str, fence: Fence) -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0, 20, (9, 48)).astype(np.float32)
    steps, zeros = np.exp2(rng.integers(-3, 2, 48)), rng.integers(0, 256, 48)
    integers = run(f"snake_{kind}", [values], fence, step=steps, zero=zeros, **identity(48))
    _, low, high = TYPES[kind]
    scaled = np.float32(values.astype(np.float64) / steps + zeros)  # rounded once, as fused
    np.testing.assert_array_equal(integers, np.clip(np.rint(scaled), low, high))


@needs_avx512
def test_what_is_no_number_is_the_lowest(fence: Fence) -> None:
    nothing = np.full((1, 16), np.nan, np.float32)
    integers = run("snake_u8", [nothing], fence, step=1.0, zero=9, **identity(16))
    assert (integers == 0).all()


@needs_avx512
def test_no_rows_write_nothing() -> None:
    out = np.full(16, CANARY, np.int16)
    load_kernels().leaky_mean_s16(ActivationArguments(out=out.ctypes.data, rows=0, channels=16))
    assert (out == CANARY).all()

"""Steps on all threads against plain convolutions in 64-bit floats."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.errors import EngineError
from declaim.models import interrupt
from declaim.vocoder.integer.activation import LeakyMean, Plain, Snake
from declaim.vocoder.integer.convolution import Convolution, pack, unpack
from declaim.vocoder.integer.signal import Absent, Signal, gathered
from declaim.vocoder.integer.steps import Job, Steps, padded_rows
from declaim.vocoder.integer.threads import Team
from declaim.vocoder.kernels.library import Kernels

CHANNELS = 64


def weights_of(inputs: int, taps: int, width: int, outputs: int = CHANNELS) -> NDArray[np.integer]:
    limit = 127 if width == 8 else 3000
    return np.random.default_rng(inputs + taps).integers(
        -limit, limit, (outputs, inputs, taps), endpoint=True
    )


def convolution(weights: NDArray[np.integer], width: Any, dilation: int = 1) -> Convolution:
    count = len(weights)
    scales = np.linspace(1, 2, count, dtype=np.float32) / np.float32(127 * weights.shape[1] ** 0.5)
    arrays = pack(weights, scales, np.linspace(-1, 1, count, dtype=np.float32), width)
    return unpack({f"c.{name}": value for name, value in arrays.items()}, "c", dilation)


def plainly(
    x: NDArray[Any], weights: NDArray[np.integer], layer: Convolution, job: Job
) -> NDArray[np.float64]:
    """The convolution of floats, with zeros around them."""
    total = np.tile(layer.bias.astype(np.float64)[: len(weights)], (job.rows, 1))
    for tap in range(weights.shape[2]):
        at = np.arange(job.rows) * job.stride - job.before + tap * layer.dilation
        there = (at >= 0) & (at < len(x))
        read = np.where(there[:, None], x[np.clip(at, 0, len(x) - 1)], 0)
        total += read @ (weights[:, :, tap].astype(np.float64) * layer.weight_scales[: len(weights), None]).T
    return total


def room(rows: int, channels: int = CHANNELS) -> NDArray[np.float32]:
    return np.full((padded_rows(rows), channels), np.nan, np.float32)


def signal_of(values: NDArray[np.float32]) -> Signal:
    statistics = np.stack(
        [values.sum(axis=0), (values**2).sum(axis=0), values.min(axis=0), values.max(axis=0)]
    )
    return Signal(values, len(values), statistics.astype(np.float64))


def noise(rows: int, seed: int = 0, channels: int = CHANNELS) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0.3, 1, (rows, channels)).astype(np.float32)


def snake(values: NDArray[np.float32], seed: int = 1) -> tuple[Snake, NDArray[np.float64]]:
    """A Snake with gains of either sign, and what it should give."""
    rng = np.random.default_rng(seed)
    style = rng.normal(0, 1.5, 2 * CHANNELS)
    alpha = rng.uniform(0.2, 5, CHANNELS)
    scale, shift = np.split(style, 2)
    assert (1 + scale < 0).any()
    exact = values.astype(np.float64)
    u = (1 + scale) * (exact - exact.mean(axis=0)) / np.sqrt(exact.var(axis=0) + 1e-5) + shift
    return Snake(signal_of(values), style, alpha, Absent(len(values))), u + np.sin(alpha * u) ** 2 / alpha


def rms(values: NDArray[Any]) -> float:
    return float(np.sqrt((values.astype(np.float64) ** 2).mean()))


def rounding(job: Job, weights: NDArray[np.integer]) -> float:
    """The RMS error that comes of inputs rounded to steps: evenly spread over each, so 1/√12 of one."""
    gains = np.sqrt((weights.astype(np.float64) ** 2).sum(axis=(1, 2))) * job.convolution.weight_scales
    return job.activation.quantisation(job.convolution).scale / 12**0.5 * rms(gains)


def error(made: NDArray[Any], exact: NDArray[Any]) -> float:
    """RMS of the error over that of the signal."""
    return rms(made - exact) / rms(exact)


@pytest.mark.parametrize("rows", [1, 2, 5, 6, 7, 47, 48, 49, 100, 301])
@pytest.mark.parametrize(("taps", "dilation"), [(1, 1), (3, 5), (11, 3)])
@pytest.mark.parametrize("width", [8, 16])
def test_snake_and_a_convolution(kernels: Kernels, rows: int, taps: int, dilation: int, width: int) -> None:
    values = noise(rows)
    activation, exact = snake(values)
    weights = weights_of(CHANNELS, taps, width)
    layer = convolution(weights, width, dilation)
    job = Job(activation, layer, room(rows), rows, layer.halo)
    (made,) = Steps(kernels, Team(2)).run(job)
    assert made.rows == rows
    assert rms(made.values[:rows] - plainly(exact, weights, layer, job)) < 1.4 * rounding(job, weights)
    counted = made.values[:rows].astype(np.float64)
    sums, squares, low, high = made.statistics
    np.testing.assert_allclose(sums, counted.sum(axis=0), rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(squares, (counted**2).sum(axis=0), rtol=1e-5)
    np.testing.assert_array_equal(low, counted.min(axis=0))
    np.testing.assert_array_equal(high, counted.max(axis=0))


@pytest.mark.parametrize("inputs", [22, 20])
@pytest.mark.parametrize(
    ("rows", "stride", "before", "taps"), [(20, 6, 3, 12), (121, 1, 0, 1), (1, 6, 3, 12)]
)
def test_plain_values_with_a_stride(
    *, kernels: Kernels, inputs: int, rows: int, stride: int, before: int, taps: int
) -> None:
    values = noise(rows * stride + 1, channels=inputs)
    weights = weights_of(inputs, taps, 16)
    layer = convolution(weights, 16)
    job = Job(Plain(values), layer, room(rows), rows, before, stride=stride)
    (made,) = Steps(kernels, Team(2)).run(job)
    assert error(made.values[:rows], plainly(values, weights, layer, job)) < 2e-4


@pytest.mark.parametrize("slope", [0.1, 0.01])
def test_a_leaky_mean_and_a_convolution(kernels: Kernels, slope: float) -> None:
    three = [noise(50, seed) for seed in range(3)]
    weights = weights_of(CHANNELS, 2, 16)
    layer = convolution(weights, 16)
    activation = LeakyMean([signal_of(values) for values in three], slope)
    job = Job(activation, layer, room(50), 50, before=1)
    (made,) = Steps(kernels, Team(2)).run(job)
    mean = np.mean(three, axis=0, dtype=np.float64)
    exact = plainly(np.maximum(mean, slope * mean), weights, layer, job)
    assert error(made.values[:50], exact) < 2e-4


def test_columns_of_a_wider_array_and_a_residual_in_its_place(kernels: Kernels) -> None:
    values = noise(20)
    weights = weights_of(CHANNELS, 3, 16)
    layer = convolution(weights, 16)
    wide = np.arange(padded_rows(20) * 3 * CHANNELS, dtype=np.float32).reshape(-1, 3 * CHANNELS) / 1000
    before = wide.copy()
    columns = wide[:, CHANNELS : 2 * CHANNELS]
    job = Job(Plain(values), layer, columns, 20, 1, columns)
    Steps(kernels, Team(2)).run(job)
    inside = before[:20, CHANNELS : 2 * CHANNELS]
    assert error(columns[:20], plainly(values, weights, layer, job) + inside) < 2e-4
    np.testing.assert_array_equal(wide[:, :CHANNELS], before[:, :CHANNELS])
    np.testing.assert_array_equal(wide[:, 2 * CHANNELS :], before[:, 2 * CHANNELS :])


@pytest.mark.parametrize("rows", [1, 7, 200, 1001])
@pytest.mark.parametrize("width", [8, 16])
def test_any_number_of_threads_gives_the_same(kernels: Kernels, rows: int, width: int) -> None:
    values = noise(rows)
    layers = [convolution(weights_of(CHANNELS, taps, width), width) for taps in (11, 7, 3)]
    results = []
    for threads in (1, 2, 3, 1):
        jobs = [Job(snake(values)[0], layer, room(rows), rows, layer.halo) for layer in layers]
        results.append(Steps(kernels, Team(threads)).run(*jobs))
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            assert one.values.tobytes() == same.values.tobytes()
            assert one.statistics.tobytes() == same.statistics.tobytes()


def test_an_interrupt_ends_it_between_steps(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = convolution(weights_of(CHANNELS, 3, 16), 16)
    steps, switch = Steps(kernels, Team(2)), interrupt.Interrupt()
    monkeypatch.setattr(interrupt, "installed", lambda: switch)

    def job() -> Job:
        return Job(Plain(noise(9)), layer, room(9), 9, 1)

    steps.run(job())
    switch.set()
    with pytest.raises(interrupt.RunInterrupted):
        steps.run(job())
    switch.clear()
    (made,) = steps.run(job())
    assert np.isfinite(made.values[:9]).all()


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_an_error(kernels: Kernels, bad: float) -> None:
    values = noise(30)
    values[4, 5] = bad
    layer = convolution(weights_of(CHANNELS, 3, 8), 8)
    with np.errstate(all="ignore"):
        activation = Snake(signal_of(values), np.zeros(2 * CHANNELS), np.ones(CHANNELS), Absent(len(values)))
        with pytest.raises(EngineError, match="not finite"):
            Steps(kernels, Team(2)).run(Job(activation, layer, room(30), 30, 1))


def test_constant_channels_are_brought_to_their_shift(kernels: Kernels) -> None:
    values = np.full((30, CHANNELS), 5, np.float32)
    style = np.concatenate([np.zeros(CHANNELS), np.full(CHANNELS, 0.5)])
    weights = weights_of(CHANNELS, 1, 16)
    layer = convolution(weights, 16)
    job = Job(Snake(signal_of(values), style, np.ones(CHANNELS), Absent(len(values))), layer, room(30), 30, 0)
    (made,) = Steps(kernels, Team(1)).run(job)
    exact = plainly(np.full((30, CHANNELS), 0.5 + np.sin(0.5) ** 2), weights, layer, job)
    assert error(made.values[:30], exact) < 2e-4


def test_statistics_of_stretches_are_gathered() -> None:
    stretches = np.array([[[1], [2], [-3], [4]], [[10], [20], [-1], [9]]], np.float32)
    np.testing.assert_array_equal(gathered(stretches), [[11], [22], [-3], [9]])


@pytest.mark.parametrize(("rows", "padded"), [(0, 0), (1, 6), (6, 6), (7, 12)])
def test_rows_in_whole_tiles(rows: int, padded: int) -> None:
    assert padded_rows(rows) == padded

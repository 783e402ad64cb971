"""``python -m bench.kernels``: the vocoder's kernels beside what one core can do at all.

The peak is a loop of nothing but dot products of registers, of the same width. Kernels and peak take turns,
and the best of all rounds counts: other load can only slow them down.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from ctypes import addressof, c_int64

import numpy as np
from numpy.typing import NDArray

from bench.quality.report import table
from declaim.vocoder.kernels.activation import leaky_mean, snake
from declaim.vocoder.kernels.arguments import ActivationArguments, ConvolutionArguments
from declaim.vocoder.kernels.assembler import Address, Assembler, Reg, Zmm
from declaim.vocoder.kernels.calling import ARGUMENTS, kernel
from declaim.vocoder.kernels.convolution import BLOCK, LANES, ROWS, VECTORS, convolution
from declaim.vocoder.kernels.executable import ExecutableMemory
from declaim.vocoder.kernels.library import Kernels

PRODUCTS = {"u8": "vpdpbusd", "s16": "vpdpwssd"}
SHAPES = ((128, 11), (256, 7), (128, 7), (256, 3), (128, 3))
"""Channels and taps of the generator's convolutions."""
OUTPUT_ROWS = 167 * ROWS
DILATION = 3
ACTIVATION = 500, 128
"""Rows and channels, which stay in the cache."""


def main() -> None:
    """Print the tables as Markdown."""
    line = argparse.ArgumentParser(prog="python -m bench.kernels", description=__doc__)
    line.add_argument("--rounds", type=int, default=60, help="of each measurement (default: 60)")
    rounds = line.parse_args().rounds
    kernels, taken = Kernels(), _assembling()
    print(f"Assembled in {1000 * taken:.1f} ms: {_code_size()} bytes of code.\n")
    for kind in PRODUCTS:
        peak, speeds = _speeds(kernels, kind, rounds)
        print(f"{kind}: {peak:.0f} GOP/s is the peak of this core; a product and a sum are two operations.\n")
        rows = [
            (f"{channels} channels, {taps} taps", f"{speed:.0f}", f"{100 * speed / peak:.0f}")
            for (channels, taps), speed in zip(SHAPES, speeds, strict=True)
        ]
        print(table((f"convolution, {kind}", "GOP/s", "% of peak"), rows), "\n")
    print(table(("activation", "ps a value"), _activations(kernels, rounds)))


def _assembling() -> float:
    """Seconds."""
    times = []
    for _ in range(10):
        start = time.perf_counter()
        Kernels()
        times.append(time.perf_counter() - start)
    return min(times)


def _code_size() -> int:
    codes = [
        *(convolution("vpdpbusd"), convolution("vpdpwssd")),
        *(snake("vpmovdb"), snake("vpmovdw"), leaky_mean("vpmovdw")),
    ]
    return sum(map(len, codes))


def _speeds(kernels: Kernels, kind: str, rounds: int) -> tuple[float, list[float]]:
    """GOP/s: the core's peak, and those of each shape."""
    calls = [_peak(kind), *(_convolution(kernels, kind, *shape) for shape in SHAPES)]
    peak, *speeds = (
        operations / seconds / 1e9
        for (operations, _), seconds in zip(calls, _best([call for _, call in calls], rounds), strict=True)
    )
    return peak, speeds


def _best(calls: list[Callable[[], None]], rounds: int) -> list[float]:
    """Seconds of each, in turns."""
    best = [float("inf")] * len(calls)
    for _ in range(rounds):
        for index, call in enumerate(calls):
            start = time.perf_counter()
            call()
            best[index] = min(best[index], time.perf_counter() - start)
    return best


def _peak(kind: str) -> tuple[int, Callable[[], None]]:
    """As many independent sums as a tile of the convolution has."""
    sums, turns = ROWS * VECTORS, 20_000
    a = Assembler()
    with kernel(a):
        a.mov(Reg.RCX, Address(ARGUMENTS))
        for number in range(32):
            a.op("vpxord", Zmm(number), Zmm(number), Zmm(number))
        loop = a.here()
        for number in range(sums):
            a.op(PRODUCTS[kind], Zmm(number), Zmm(30), Zmm(31))
        a.sub(Reg.RCX, 1)
        a.jump(loop, "ne")
    function, count = ExecutableMemory(a.assembled()).function(0), c_int64(turns)
    products = LANES * (4 if kind == "u8" else 2)
    return 2 * products * sums * turns, lambda: function(addressof(count))


def _convolution(kernels: Kernels, kind: str, channels: int, taps: int) -> tuple[int, Callable[[], None]]:
    x_type, w_type, group = (np.uint8, np.int8, 4) if kind == "u8" else (np.int16, np.int16, 2)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 200, (OUTPUT_ROWS + taps * DILATION, channels)).astype(x_type)
    shape = (channels // BLOCK, taps, channels // group, VECTORS, LANES, group)
    w = rng.integers(-60, 60, shape).astype(w_type)
    scale, bias = np.full((2, channels), 1e-3, np.float32)
    out = np.zeros((OUTPUT_ROWS, channels), np.float32)
    residual, stats = np.zeros_like(out), np.zeros((4, channels), np.float32)
    convolve = kernels.convolve_u8 if kind == "u8" else kernels.convolve_s16

    arguments = ConvolutionArguments(
        x_row=x.strides[0],
        x_tap=x.strides[0] * DILATION,
        taps=taps,
        groups=channels // group,
        out_row=out.strides[0],
        rows=OUTPUT_ROWS,
        last=OUTPUT_ROWS - 3,
        blocks=channels // BLOCK,
        stats_row=stats.strides[0],
    )
    arrays = {"x": x, "w": w, "scale": scale, "bias": bias, "residual": residual, "out": out, "stats": stats}
    for name, values in arrays.items():
        setattr(arguments, name, values.ctypes.data)

    def call() -> None:
        assert arrays  # are kept for as long as this may be called
        convolve(ConvolutionArguments.from_buffer_copy(arguments))  # a kernel changes its own

    return 2 * OUTPUT_ROWS * channels * channels * taps, call


def _activations(kernels: Kernels, rounds: int) -> list[tuple[str, str]]:
    rows, channels = ACTIVATION
    x = np.random.default_rng(0).normal(size=(3, rows, channels)).astype(np.float32)
    ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    out = np.zeros((rows, channels), np.int16)
    names = ("snake_u8", "snake_s16", "leaky_mean_s16")

    def call_of(name: str) -> Callable[[], None]:
        parameters: dict[str, NDArray[np.float32]] = dict(zip(("x", "x2", "x3"), x, strict=True))
        parameters |= dict.fromkeys(("gain", "alpha", "inverse", "quantisation"), ones)
        parameters |= dict.fromkeys(("offset", "zeros"), zeros)
        arguments = ActivationArguments(
            **{key: values.ctypes.data for key, values in parameters.items()},
            x_row=x.strides[1],
            out=out.ctypes.data,
            out_row=out.strides[0],
            rows=rows,
            channels=channels,
            slope=0.1,
        )
        return lambda: getattr(kernels, name)(arguments)

    seconds = _best([call_of(name) for name in names], rounds)
    return [(name, f"{1e12 * taken / x[0].size:.0f}") for name, taken in zip(names, seconds, strict=True)]


if __name__ == "__main__":
    main()

"""Convolutions of integers, with floats and their statistics for output.

The innermost loop multiplies four bytes of six input rows with the weights of 64 output channels: 24
instructions, each of which makes 64 (or 32) products, for ten loads. All else is once for as many as there
are taps and inputs.
"""

from __future__ import annotations

from typing import Literal

from declaim.vocoder.kernels.arguments import ConvolutionArguments
from declaim.vocoder.kernels.assembler import Address, Assembler, Reg, Zmm
from declaim.vocoder.kernels.calling import ARGUMENTS, kernel

ROWS, VECTORS, LANES = 6, 4, 16
"""Of a tile: output rows, and vectors of output channels with so many channels each."""
BLOCK = VECTORS * LANES
"""Output channels of a tile."""

_BYTES = 64
_BLOCK_BYTES = VECTORS * _BYTES
_LARGEST = 0x7F7FFFFF
"""The bits of the largest float."""
_NEGATIVE = 0x80000000

_INPUT, _TAP_ROW, _VALUE = Reg.R8, Reg.R10, Reg.RAX
_WEIGHT = Reg.R11
_ROW, _ROW3, _ROW5 = Reg.RSI, Reg.RDI, Reg.R12
"""The stride of input rows, three times and five times that."""
_OUTPUT, _RESIDUAL = Reg.R13, Reg.R14
_ROWS_LEFT, _COUNTED_LEFT = Reg.RBX, Reg.R15
_TAPS, _GROUPS = Reg.RDX, Reg.RCX
_STEP, _TARGET, _SOURCE, _STATISTICS = Reg.RCX, Reg.RAX, Reg.RDX, Reg.R9

_SUMS = [[Zmm(VECTORS * row + vector) for vector in range(VECTORS)] for row in range(ROWS)]
_FREE = [Zmm(number) for number in range(ROWS * VECTORS, 32)]


def convolution(product: Literal["vpdpbusd", "vpdpwssd"]) -> bytes:
    """The code of ``out[t, d] = scale[d] · Σ x · w + bias[d] (+ residual[t, d])``.

    Args:
        product: ``vpdpbusd`` for unsigned 8-bit inputs and signed 8-bit weights, ``vpdpwssd`` for 16 bits.
    """
    a = Assembler()
    with kernel(a):
        block = a.here()
        _begin_block(a)
        tile = a.here()
        _multiply(a, product)
        _to_floats(a)
        _write(a)
        _count(a)
        a.lea(_INPUT, Address(_INPUT, index=_ROW3, scale=2))
        a.sub(_COUNTED_LEFT, ROWS)
        a.sub(_ROWS_LEFT, ROWS)
        a.jump(tile, "g")
        _end_block(a)
        a.jump(block, "ne")
    return a.assembled()


def _argument(name: str) -> Address:
    return Address(ARGUMENTS, getattr(ConvolutionArguments, name).offset)


def _begin_block(a: Assembler) -> None:
    for register, name in (
        (_INPUT, "x"),
        (_ROW, "x_row"),
        (_OUTPUT, "out"),
        (_RESIDUAL, "residual"),
        (_ROWS_LEFT, "rows"),
        (_COUNTED_LEFT, "last"),
    ):
        a.mov(register, _argument(name))
    a.lea(_ROW3, Address(_ROW, index=_ROW, scale=2))
    a.lea(_ROW5, Address(_ROW, index=_ROW, scale=4))
    # Statistics of nothing: zero, zero, the largest and the smallest number.
    first, second, *_ = _FREE
    a.mov(_STATISTICS, _argument("stats"))
    a.op("vpxord", first, first, first)
    for row, bits in enumerate((0, 0, _LARGEST, _LARGEST | _NEGATIVE)):
        value = first
        if bits:
            a.mov(Reg.RAX, bits)
            a.push(Reg.RAX)
            a.load("vpbroadcastd", second, Address(Reg.RSP))
            a.pop(Reg.RAX)
            value = second
        for vector in range(VECTORS):
            a.store("vmovups", Address(_STATISTICS, _BYTES * vector), value)
        if row < 3:  # noqa: PLR2004 - behind the last of four there is nothing
            a.add(_STATISTICS, _argument("stats_row"))


def _multiply(a: Assembler, product: str) -> None:
    """The sums of a tile."""
    for row in _SUMS:
        for total in row:
            a.op("vpxord", total, total, total)
    a.mov(_WEIGHT, _argument("w"))
    a.mov(_TAP_ROW, _INPUT)
    a.mov(_TAPS, _argument("taps"))
    tap = a.here()
    a.mov(_VALUE, _TAP_ROW)
    a.mov(_GROUPS, _argument("groups"))
    group = a.here()
    weights, (even, odd) = _FREE[:VECTORS], _FREE[VECTORS : VECTORS + 2]
    for vector, weight in enumerate(weights):
        a.load("vmovups", weight, Address(_WEIGHT, _BYTES * vector))
    for number, at in enumerate(_input_rows()):
        value = odd if number % 2 else even
        a.load("vpbroadcastd", value, at)
        for total, weight in zip(_SUMS[number], weights, strict=True):
            a.op(product, total, value, weight)
    a.add(_WEIGHT, _BLOCK_BYTES)
    a.add(_VALUE, 4)
    a.sub(_GROUPS, 1)
    a.jump(group, "ne")
    a.add(_TAP_ROW, _argument("x_tap"))
    a.sub(_TAPS, 1)
    a.jump(tap, "ne")


def _input_rows() -> list[Address]:
    """Where the next four bytes of each row stand."""
    return [
        Address(_VALUE),
        Address(_VALUE, index=_ROW),
        Address(_VALUE, index=_ROW, scale=2),
        Address(_VALUE, index=_ROW3),
        Address(_VALUE, index=_ROW, scale=4),
        Address(_VALUE, index=_ROW5),
    ]


def _to_floats(a: Assembler) -> None:
    a.mov(_TARGET, _argument("scale"))
    a.mov(_SOURCE, _argument("bias"))
    scale, bias, *_ = _FREE
    for vector in range(VECTORS):
        a.load("vmovups", scale, Address(_TARGET, _BYTES * vector))
        a.load("vmovups", bias, Address(_SOURCE, _BYTES * vector))
        for row in _SUMS:
            a.load("vcvtdq2ps", row[vector], row[vector])
            a.op("vfmadd213ps", row[vector], scale, bias)


def _write(a: Assembler) -> None:
    """Add the residual, if there is one, and store; the pointers move on by a tile."""
    a.mov(_STEP, _argument("out_row"))
    without = a.label()
    a.test(_RESIDUAL)
    a.jump(without, "e")
    for row in _SUMS:
        for vector, total in enumerate(row):
            a.op("vaddps", total, total, Address(_RESIDUAL, _BYTES * vector))
        a.add(_RESIDUAL, _STEP)
    a.place(without)
    for row in _SUMS:
        for vector, total in enumerate(row):
            a.store("vmovups", Address(_OUTPUT, _BYTES * vector), total)
        a.add(_OUTPUT, _STEP)


def _count(a: Assembler) -> None:
    """Take the rows of a tile that count into the statistics."""
    a.mov(_STEP, _argument("stats_row"))
    partly, done = a.label(), a.label()
    a.cmp(_COUNTED_LEFT, ROWS)
    a.jump(partly, "l")
    _count_rows(a, _SUMS)
    a.jump(done)
    a.place(partly)
    for number, row in enumerate(_SUMS[:-1]):
        a.cmp(_COUNTED_LEFT, number)
        a.jump(done, "le")
        _count_rows(a, [row])
    a.place(done)


def _count_rows(a: Assembler, rows: list[list[Zmm]]) -> None:
    sums, squares, low, high, *_ = _FREE
    places = {sums: Address(_STATISTICS), squares: Address(_STATISTICS, index=_STEP)}
    places |= {low: Address(_STATISTICS, index=_STEP, scale=2), high: Address(_SOURCE, index=_STEP)}
    a.mov(_STATISTICS, _argument("stats"))
    a.lea(_SOURCE, Address(_STATISTICS, index=_STEP, scale=2))
    for vector in range(VECTORS):
        for value, place in places.items():
            a.load("vmovups", value, place + _BYTES * vector)
        for row in rows:
            a.op("vaddps", sums, sums, row[vector])
            a.op("vfmadd231ps", squares, row[vector], row[vector])
            a.op("vminps", low, low, row[vector])
            a.op("vmaxps", high, high, row[vector])
        for value, place in places.items():
            a.store("vmovups", place + _BYTES * vector, value)


def _end_block(a: Assembler) -> None:
    """Move on to the next output channels; the condition is ``ne`` if there are any."""
    a.mov(_argument("w"), _WEIGHT)
    for name in ("scale", "bias", "stats", "out"):
        a.add(_argument(name), _BLOCK_BYTES)
    without = a.label()
    a.test(_RESIDUAL)
    a.jump(without, "e")
    a.add(_argument("residual"), _BLOCK_BYTES)
    a.place(without)
    a.sub(_argument("blocks"), 1)

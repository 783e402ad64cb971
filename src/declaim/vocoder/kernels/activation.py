"""From floats to integers: AdaIN and Snake, or a leaky ReLU of a mean, then quantisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from declaim.vocoder.kernels.arguments import ActivationArguments
from declaim.vocoder.kernels.assembler import Address, Assembler, Reg, Zmm
from declaim.vocoder.kernels.calling import ARGUMENTS, kernel

if TYPE_CHECKING:
    from collections.abc import Callable

POLYNOMIAL = (9.869603157, -32.46957779, 42.72533798, -30.08560371, 12.98952103, -3.271366835)
"""Of r², without a constant term: sin²(π r) for |r| ≤ ½ (least squares at 4001 Chebyshev nodes).

Off by 7·10⁻⁹ at most as fitted, by 1.1·10⁻⁷ as these floats of 32 bits, and by 3·10⁻⁷ computed with such.
"""

_BYTES = 64
_NEAREST = 8
"""Rounding to the nearest whole number, ties to even, without an exception."""

_SOURCE, _SECOND, _THIRD, _TARGET = Reg.RAX, Reg.RBX, Reg.RDX, Reg.R8
_AT, _OUT = Reg.RCX, Reg.R9
"""Offset of a vector in a row of floats; where its integers go."""
_ROWS, _CHANNEL_BYTES = Reg.R10, Reg.R11
_GAIN, _OFFSET, _ALPHA, _INVERSE = Reg.RSI, Reg.RDI, Reg.R12, Reg.R13

_QUANTISATION, _ZEROS = Reg.R14, Reg.R15

_LOW, _HIGH, _SLOPE, _ONE_THIRD = (Zmm(number) for number in range(16, 20))
_TERMS = [Zmm(number) for number in range(20, 26)]


def snake(narrow: Literal["vpmovdb", "vpmovdw"]) -> bytes:
    """The code of ``u + sin²(alpha · u) / alpha`` of ``u = gain · x + offset``, all by channel.

    Args:
        narrow: ``vpmovdb`` for 8-bit integers, ``vpmovdw`` for 16.
    """
    a = Assembler()
    with kernel(a):
        for register, name in (
            (_GAIN, "gain"),
            (_OFFSET, "offset"),
            (_ALPHA, "alpha"),
            (_INVERSE, "inverse"),
        ):
            a.mov(register, _argument(name))
        _rows(a, narrow, [_SOURCE], _snake)
    return a.assembled()


def leaky_mean(narrow: Literal["vpmovdb", "vpmovdw"]) -> bytes:
    """The code of ``max(m, slope · m)`` of the mean m of three inputs."""
    a = Assembler()
    with kernel(a):
        a.mov(_SECOND, _argument("x2"))
        a.mov(_THIRD, _argument("x3"))
        _rows(a, narrow, [_SOURCE, _SECOND, _THIRD], _leaky)
    return a.assembled()


def _argument(name: str) -> Address:
    return Address(ARGUMENTS, getattr(ActivationArguments, name).offset)


def _rows(a: Assembler, narrow: str, sources: list[Reg], activate: Callable[[Assembler], Zmm]) -> None:
    """The loops over rows and the vectors of each."""
    _load_constants(a)
    a.mov(_QUANTISATION, _argument("quantisation"))
    a.mov(_ZEROS, _argument("zeros"))
    a.mov(_SOURCE, _argument("x"))
    a.mov(_TARGET, _argument("out"))
    a.mov(_ROWS, _argument("rows"))
    a.mov(_CHANNEL_BYTES, _argument("channels"))
    for _ in range(2):  # four bytes each
        a.add(_CHANNEL_BYTES, _CHANNEL_BYTES)
    done = a.label()
    a.cmp(_ROWS, 0)
    a.jump(done, "le")
    row = a.here()
    a.mov(_AT, 0)
    a.mov(_OUT, _TARGET)
    vector = a.here()
    _store(a, narrow, activate(a))
    a.add(_AT, _BYTES)
    a.cmp(_AT, _CHANNEL_BYTES)
    a.jump(vector, "l")
    for source in sources:
        a.add(source, _argument("x_row"))
    a.add(_TARGET, _argument("out_row"))
    a.sub(_ROWS, 1)
    a.jump(row, "ne")
    a.place(done)


def _load_constants(a: Assembler) -> None:
    for register, name in (
        (_LOW, "low"),
        (_HIGH, "high"),
        (_SLOPE, "slope"),
        (_ONE_THIRD, "third"),
    ):
        a.load("vpbroadcastd", register, _argument(name))
    for place, register in enumerate(_TERMS):
        a.load("vpbroadcastd", register, _argument("polynomial") + 4 * place)


def _snake(a: Assembler) -> Zmm:
    value, result, turns, whole, power = (Zmm(number) for number in range(5))
    a.load("vmovups", value, _at(_SOURCE))
    a.load("vmovups", result, _at(_OFFSET))
    a.op("vfmadd231ps", result, value, _at(_GAIN))
    # sin² has the period π: of alpha / π · u only the distance from the nearest whole number matters.
    a.op("vmulps", turns, result, _at(_ALPHA))
    a.load("vrndscaleps", whole, turns, _NEAREST)
    a.op("vsubps", turns, turns, whole)
    a.op("vmulps", turns, turns, turns)
    *lower, highest = _TERMS
    a.load("vmovups", power, highest)
    for term in reversed(lower):
        a.op("vfmadd213ps", power, turns, term)
    a.op("vmulps", power, power, turns)
    a.op("vfmadd231ps", result, power, _at(_INVERSE))
    return result


def _leaky(a: Assembler) -> Zmm:
    mean, scaled = Zmm(0), Zmm(1)
    a.load("vmovups", mean, _at(_SOURCE))
    a.op("vaddps", mean, mean, _at(_SECOND))
    a.op("vaddps", mean, mean, _at(_THIRD))
    a.op("vmulps", mean, mean, _ONE_THIRD)
    a.op("vmulps", scaled, mean, _SLOPE)
    a.op("vmaxps", mean, mean, scaled)
    return mean


def _at(base: Reg) -> Address:
    return Address(base, index=_AT)


def _store(a: Assembler, narrow: str, value: Zmm) -> None:
    scaled = Zmm(5)
    a.load("vmovups", scaled, _at(_ZEROS))
    a.op("vfmadd231ps", scaled, value, _at(_QUANTISATION))
    # Before they are integers: what no integer holds would become the smallest one, large numbers too.
    a.op("vmaxps", scaled, scaled, _LOW)
    a.op("vminps", scaled, scaled, _HIGH)
    a.load("vcvtps2dq", scaled, scaled)
    a.store(narrow, Address(_OUT), scaled)
    a.add(_OUT, _BYTES // (4 if narrow == "vpmovdb" else 2))

"""All kernels, assembled and ready to be called."""

from __future__ import annotations

import ctypes
import logging
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from declaim.errors import EngineError
from declaim.vocoder.kernels.activation import POLYNOMIAL, leaky_mean, snake
from declaim.vocoder.kernels.convolution import convolution
from declaim.vocoder.kernels.executable import ExecutableMemory
from declaim.vocoder.kernels.processor import has_avx512_vnni
from declaim.vocoder.kernels.sharing import shared_work

if TYPE_CHECKING:
    from declaim.vocoder.kernels.arguments import ActivationArguments, ConvolutionArguments, SharedWork

ConvolutionName: TypeAlias = Literal["convolve_u8", "convolve_s16"]
ActivationName: TypeAlias = Literal["snake_u8", "snake_s16", "leaky_mean_s16"]
KernelName: TypeAlias = ConvolutionName | ActivationName

_LOG = logging.getLogger(__name__)

_ALIGNMENT = 64
_POLYNOMIAL = (ctypes.c_float * len(POLYNOMIAL))(*POLYNOMIAL)

UINT8 = 0, 255
INT16 = -32767, 32767
"""Lowest and highest of the integers that kernels write."""


@cache
def supported() -> bool:
    """Whether the kernels run here; a system that does not even let them ask gets a line in the log."""
    try:
        return has_avx512_vnni()
    except EngineError as error:
        _LOG.warning("the vocoder may be slower than it could be: %s", error)
        return False


@cache
def load_kernels() -> Kernels:
    """The process's kernels.

    Raises:
        EngineError: the processor lacks their instructions, or the system allows no code that is made at run
            time.
    """
    if not has_avx512_vnni():
        raise EngineError(
            "this processor has no AVX-512 VNNI, which the vocoder's kernels need",
            hint='Leave `engines.kokoro.vocoder` at "fastest", or set it to "int8" or "float".',
        )
    return Kernels()


class Kernels:
    """Kernels on a processor that has AVX-512 VNNI: their addresses, and how they are called.

    Calls let other Python threads run meanwhile. Addresses and sizes are not checked.

    Raises:
        EngineError: the system allows no code that is made at run time.
    """

    def __init__(self) -> None:
        codes = {
            "convolve_u8": convolution("vpdpbusd"),
            "convolve_s16": convolution("vpdpwssd"),
            "snake_u8": snake("vpmovdb"),
            "snake_s16": snake("vpmovdw"),
            "leaky_mean_s16": leaky_mean("vpmovdw"),
            "shared_work": shared_work(),
        }
        offsets, whole = {}, b""
        for name, code in codes.items():
            offsets[name] = len(whole)
            whole += code + bytes(-len(code) % _ALIGNMENT)
        memory = ExecutableMemory(whole)
        self._addresses = {name: memory.address + offset for name, offset in offsets.items()}
        self._functions: dict[str, Any] = {name: memory.function(offset) for name, offset in offsets.items()}

    def address(self, name: KernelName) -> int:
        """Where a kernel is, to be called by :meth:`work`."""
        return self._addresses[name]

    def work(self, work: SharedWork) -> None:
        """Work through parts until none is left."""
        self._functions["shared_work"](ctypes.addressof(work))

    def convolve_u8(self, arguments: ConvolutionArguments) -> None:
        """Unsigned 8-bit inputs, signed 8-bit weights."""
        self._functions["convolve_u8"](ctypes.addressof(arguments))

    def convolve_s16(self, arguments: ConvolutionArguments) -> None:
        """16-bit inputs and weights."""
        self._functions["convolve_s16"](ctypes.addressof(arguments))

    def snake_u8(self, arguments: ActivationArguments) -> None:
        """Snake to unsigned 8-bit integers."""
        self._activate("snake_u8", arguments)

    def snake_s16(self, arguments: ActivationArguments) -> None:
        """Snake to 16-bit integers."""
        self._activate("snake_s16", arguments)

    def leaky_mean_s16(self, arguments: ActivationArguments) -> None:
        """A leaky ReLU of the mean of three signals, to 16-bit integers."""
        self._activate("leaky_mean_s16", arguments)

    def _activate(self, name: ActivationName, arguments: ActivationArguments) -> None:
        complete(name, arguments)
        self._functions[name](ctypes.addressof(arguments))


def complete(name: ActivationName, arguments: ActivationArguments) -> None:
    """Set the constants of a kernel among its arguments."""
    arguments.low, arguments.high = UINT8 if name == "snake_u8" else INT16
    arguments.third = 1 / 3
    arguments.polynomial = _POLYNOMIAL

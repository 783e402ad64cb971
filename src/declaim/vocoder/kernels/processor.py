"""Whether this processor, and the system on it, can run the kernels: asked by CPUID on every system."""

from __future__ import annotations

import ctypes
import platform
import sys
from ctypes import Structure, c_uint64
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from declaim.vocoder.kernels.assembler import Address, Assembler, Reg
from declaim.vocoder.kernels.calling import NATIVE
from declaim.vocoder.kernels.executable import ExecutableMemory

if TYPE_CHECKING:
    from collections.abc import Callable

_FEATURES_LEAF = 7
_OSXSAVE = 1 << 27
"""Leaf 1, ECX: the system has switched XGETBV on."""
_AVX512F = 1 << 16
"""Leaf 7, EBX."""
_AVX512_VNNI = 1 << 11
"""Leaf 7, ECX."""
_AVX_STATE, _AVX512_STATE = 0x06, 0xE6
"""XCR0: the system keeps XMM and YMM for each thread; the masks, ZMM and ZMM16 to 31 as well."""


class _Registers(Structure):
    """What goes in, and what comes out."""

    _fields_: ClassVar = [("rax", c_uint64), ("rbx", c_uint64), ("rcx", c_uint64), ("rdx", c_uint64)]


def is_x86_64() -> bool:
    """Whether this process runs 64-bit code of Intel's and AMD's processors."""
    return platform.machine().lower() in {"x86_64", "amd64"} and sys.maxsize > 2**32


@cache
def has_avx512_vnni() -> bool:
    """Whether there is AVX-512 with its dot products (Intel SDM, volume 1, sections 15.2 to 15.4).

    Raises:
        EngineError: the system allows no code that is made at run time, so that it cannot be asked.
    """
    if not is_x86_64():
        return False
    cpuid = question(Assembler.cpuid)
    if _asked(cpuid, rax=0).rax < _FEATURES_LEAF or not _asked(cpuid, rax=1).rcx & _OSXSAVE:
        return False
    features = _asked(cpuid, rax=_FEATURES_LEAF)
    state = _asked(question(Assembler.xgetbv)).rax
    # macOS sets the bits of AVX-512 when a thread first uses it (XNU's osfmk/i386/fpu.c).
    needed = _AVX_STATE if sys.platform == "darwin" else _AVX512_STATE
    return bool(features.rbx & _AVX512F and features.rcx & _AVX512_VNNI and state & needed == needed)


def question(instruction: Callable[[Assembler], None]) -> bytes:
    """The code of CPUID or XGETBV with registers from and to memory.

    No vector instruction is in it, not even those with which kernels begin and end: any processor must do.
    """
    a = Assembler()
    registers = Reg.R8
    a.push(Reg.RBX)  # the one that callers want back
    a.mov(registers, NATIVE.argument)
    for register in (Reg.RAX, Reg.RCX):
        a.mov(register, _place(registers, register))
    instruction(a)
    for register in (Reg.RAX, Reg.RBX, Reg.RCX, Reg.RDX):
        a.mov(_place(registers, register), register)
    a.pop(Reg.RBX)
    a.ret()
    return a.assembled()


def _place(registers: Reg, register: Reg) -> Address:
    return Address(registers, getattr(_Registers, register.name.lower()).offset)


def _asked(code: bytes, rax: int = 0) -> _Registers:
    registers = _Registers(rax=rax)
    ExecutableMemory(code).function(0)(ctypes.addressof(registers))
    return registers

"""Callers get back what they are promised, also those of the system that is not this one.

A kernel that spoils all registers is called by code that fills them before and looks at them afterwards.
"""

import ctypes

import pytest

from declaim.vocoder.kernels.assembler import Address, Assembler, Reg, Zmm
from declaim.vocoder.kernels.calling import ARGUMENTS, NATIVE, SYSTEM_V, WINDOWS, Convention, kernel
from declaim.vocoder.kernels.executable import ExecutableMemory
from declaim.vocoder.kernels.library import supported

pytestmark = pytest.mark.skipif(not supported(), reason="no AVX-512 VNNI")

GIVEN = 0xC0FFEE
CALL_R10 = bytes([0x41, 0xFF, 0xD2])
ALL_VECTORS = [Zmm(number) for number in range(32)]


class Scene(ctypes.Structure):
    _fields_ = (
        ("kernel", ctypes.c_uint64),
        ("argument", ctypes.c_uint64),
        ("stack", ctypes.c_uint64),
        ("stack_after", ctypes.c_uint64),
        ("before", ctypes.c_uint64 * 16),
        ("after", ctypes.c_uint64 * 16),
        ("vectors_before", ctypes.c_uint64 * 8 * 32),
        ("vectors_after", ctypes.c_uint64 * 8 * 32),
    )


def place(base: Reg, field: str, number: int = 0, size: int = 8) -> Address:
    return Address(base, getattr(Scene, field).offset + number * size)


def spoiler(convention: Convention) -> bytes:
    a = Assembler()
    with kernel(a, convention):
        a.mov(Reg.RAX, GIVEN)
        a.mov(Address(ARGUMENTS), Reg.RAX)
        for register in set(Reg) - {Reg.RSP}:
            a.mov(register, 0xDEAD0000 + register)
        for vector in ALL_VECTORS:
            a.load("vpbroadcastd", vector, Address(Reg.RSP))
    return a.assembled()


def caller(convention: Convention) -> bytes:
    """Code that calls a kernel of a convention, and is itself called by this system's."""
    a = Assembler()
    for register in NATIVE.saved:
        a.push(register)
    a.push(NATIVE.argument)
    a.mov(Reg.RAX, NATIVE.argument)
    for register in convention.saved:
        a.mov(register, place(Reg.RAX, "before", register))
    for vector in ALL_VECTORS:
        a.load("vmovups", vector, place(Reg.RAX, "vectors_before", vector.number, 64))
    a.mov(convention.argument, place(Reg.RAX, "argument"))
    a.mov(Reg.R10, place(Reg.RAX, "kernel"))
    a.mov(place(Reg.RAX, "stack"), Reg.RSP)
    before = a.assembled()
    a = Assembler()
    a.mov(Reg.R11, Reg.RSP)
    a.pop(Reg.RAX)
    a.mov(place(Reg.RAX, "stack_after"), Reg.R11)
    for register in convention.saved:
        a.mov(place(Reg.RAX, "after", register), register)
    for vector in ALL_VECTORS:
        a.store("vmovups", place(Reg.RAX, "vectors_after", vector.number, 64), vector)
    for register in reversed(NATIVE.saved):
        a.pop(register)
    a.ret()
    return before + CALL_R10 + a.assembled()


@pytest.mark.skipif(
    NATIVE is WINDOWS, reason="Windows wants vectors back from the caller in this test as well"
)
@pytest.mark.parametrize("convention", [SYSTEM_V, WINDOWS], ids=["System V", "Windows"])
def test_what_is_to_be_saved_is_saved(convention: Convention) -> None:
    code = caller(convention)
    memory = ExecutableMemory(code + spoiler(convention))
    argument = ctypes.c_uint64(0)
    scene = Scene(kernel=memory.address + len(code), argument=ctypes.addressof(argument))
    scene.before[:] = [0x1111_2222_3333_0000 + register for register in Reg]
    for number, vector in enumerate(scene.vectors_before):
        vector[:] = [0x4444_5555_0000_0000 + 8 * number + part for part in range(8)]
    memory.function(0)(ctypes.addressof(scene))
    assert argument.value == GIVEN
    assert scene.stack_after == scene.stack
    for register in convention.saved:
        assert scene.after[register] == scene.before[register], register.name
    for vector in convention.saved_vectors:
        low = slice(0, 2)  # 128 bits
        assert scene.vectors_after[vector.number][low] == scene.vectors_before[vector.number][low]


def test_windows_wants_more_back() -> None:
    # The table of "x64 ABI conventions": RBX, RBP, RDI, RSI, RSP, R12 to R15 and XMM6 to XMM15.
    names = {register.name for register in WINDOWS.saved}
    assert names == {"RBX", "RBP", "RDI", "RSI", "R12", "R13", "R14", "R15"}
    assert [vector.number for vector in WINDOWS.saved_vectors] == list(range(6, 16))

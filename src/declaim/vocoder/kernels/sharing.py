"""Working through parts in several threads: each takes the next one that nobody has taken.

Python runs in one thread at a time. Were it to begin every part, threads would wait for each other more often
than parts take long.
"""

from __future__ import annotations

from declaim.vocoder.kernels.arguments import SharedWork
from declaim.vocoder.kernels.assembler import Address, Assembler, Reg
from declaim.vocoder.kernels.calling import ARGUMENTS, NATIVE, kernel

PART = 4
"""Words of a part: a kernel or zero, what it is called with, another kernel, what that is called with."""

_WORD = 8
_PART_AT = Reg.RBX
"""Kernels leave it as it is."""


def shared_work() -> bytes:
    """The code that works through parts until none is left."""
    a = Assembler()
    with kernel(a):
        done = a.label()
        following = a.here()
        a.mov(Reg.RAX, 1)
        a.exchange_add(_argument("taken"), Reg.RAX)
        a.mov(Reg.RCX, _argument("count"))
        a.cmp(Reg.RAX, Reg.RCX)
        a.jump(done, "ge")
        for _ in range((PART * _WORD).bit_length() - 1):
            a.add(Reg.RAX, Reg.RAX)
        a.mov(_PART_AT, _argument("parts"))
        a.add(_PART_AT, Reg.RAX)
        only_one = a.label()
        a.mov(Reg.RAX, Address(_PART_AT))
        a.test(Reg.RAX)
        a.jump(only_one, "e")
        a.mov(NATIVE.argument, Address(_PART_AT, _WORD))
        a.call(Reg.RAX)
        a.place(only_one)
        a.mov(Reg.RAX, Address(_PART_AT, 2 * _WORD))
        a.mov(NATIVE.argument, Address(_PART_AT, 3 * _WORD))
        a.call(Reg.RAX)
        a.jump(following)
        a.place(done)
    return a.assembled()


def _argument(name: str) -> Address:
    return Address(ARGUMENTS, getattr(SharedWork, name).offset)

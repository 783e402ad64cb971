"""How a kernel begins and ends under each system's calling convention."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from declaim.vocoder.kernels.assembler import Address, Assembler, Reg, Zmm

if TYPE_CHECKING:
    from collections.abc import Iterator

_VECTOR_BYTES = 64

ARGUMENTS = Reg.RBP
"""Points to the structure of arguments throughout a kernel."""


@dataclass(frozen=True, slots=True)
class Convention:
    """What a caller gives, and what it wants back unchanged."""

    argument: Reg
    """Where the first argument is."""
    saved: tuple[Reg, ...]
    """General registers to be preserved, besides RSP."""
    saved_vectors: tuple[Zmm, ...]
    """Vectors of which the lower 128 bits are to be preserved."""


SYSTEM_V = Convention(Reg.RDI, (Reg.RBX, Reg.RBP, Reg.R12, Reg.R13, Reg.R14, Reg.R15), ())
"""System V AMD64 ABI, section 3.2.1: Linux, macOS."""

WINDOWS = Convention(
    Reg.RCX, (*SYSTEM_V.saved, Reg.RSI, Reg.RDI), tuple(Zmm(number) for number in range(6, 16))
)
"""Microsoft's "x64 calling convention". Tested on Linux, through code that calls as Windows does."""

NATIVE = WINDOWS if sys.platform == "win32" else SYSTEM_V


@contextmanager
def kernel(a: Assembler, convention: Convention = NATIVE) -> Iterator[None]:
    """A function of one pointer, which is in ``ARGUMENTS``; all other registers but RSP are free."""
    vectors = convention.saved_vectors  # whole ones: that is simpler, and once a call
    room = _VECTOR_BYTES * len(vectors)
    for register in convention.saved:
        a.push(register)
    if room:
        a.sub(Reg.RSP, room)
    for place, vector in enumerate(vectors):
        a.store("vmovups", Address(Reg.RSP, _VECTOR_BYTES * place), vector)
    a.mov(ARGUMENTS, convention.argument)
    yield
    for place, vector in enumerate(vectors):
        a.load("vmovups", vector, Address(Reg.RSP, _VECTOR_BYTES * place))
    if room:
        a.add(Reg.RSP, room)
    for register in reversed(convention.saved):
        a.pop(register)
    a.vzeroupper()
    a.ret()

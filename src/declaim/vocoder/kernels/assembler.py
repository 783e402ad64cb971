"""A small assembler: the x86-64 instructions that the kernels are made of.

Encodings are those of Intel's Software Developer's Manual, volume 2: sections 2.2 (REX), 2.7 (EVEX), 2.1.5
(ModRM and SIB) and the page of each instruction. Vectors are 512 bits wide.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from enum import IntEnum


class Reg(IntEnum):
    """A general register of 64 bits."""

    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 = range(16)


@dataclass(frozen=True, slots=True)
class Zmm:
    """A vector register, 0 to 31."""

    number: int

    def __post_init__(self) -> None:
        if self.number not in range(32):
            raise ValueError(f"there is no zmm{self.number}")


@dataclass(frozen=True, slots=True)
class Address:
    """``base + index · scale + displacement``.

    Raises:
        ValueError: the index is RSP, the scale not 1, 2, 4 or 8, or there is nothing to scale.
    """

    base: Reg
    displacement: int = 0
    index: Reg | None = None
    scale: int = 1

    def __post_init__(self) -> None:
        scales = (1,) if self.index is None else (1, 2, 4, 8)
        if self.index is Reg.RSP or self.scale not in scales:
            raise ValueError(f"there is no such address: {self}")

    def __add__(self, displacement: int) -> Address:
        return replace(self, displacement=self.displacement + displacement)


@dataclass(frozen=True, slots=True)
class Label:
    """A place in the code."""

    number: int


@dataclass(frozen=True, slots=True)
class _Vector:
    """How a vector instruction is encoded."""

    prefix: int
    """The mandatory prefix: 0 none, 1 for 66, 2 for F3."""
    map: int
    """The opcode map: 1 for 0F, 2 for 0F 38, 3 for 0F 3A."""
    opcode: int
    unit: int = 64
    """Bytes of the memory operand, by which short displacements are counted."""


_LOADS = {
    "vmovups": _Vector(0, 1, 0x10),
    "vpbroadcastd": _Vector(1, 2, 0x58, unit=4),
    "vcvtdq2ps": _Vector(0, 1, 0x5B),
    "vcvtps2dq": _Vector(1, 1, 0x5B),
    "vrndscaleps": _Vector(1, 3, 0x08),
}
"""Two operands: a register, and a register or memory."""
_STORES = {
    "vmovups": _Vector(0, 1, 0x11),
    "vpmovdb": _Vector(2, 2, 0x31, unit=16),
    "vpmovdw": _Vector(2, 2, 0x33, unit=32),
}
"""Two operands: memory, and a register."""
_OPERATIONS = {
    "vaddps": _Vector(0, 1, 0x58),
    "vmulps": _Vector(0, 1, 0x59),
    "vsubps": _Vector(0, 1, 0x5C),
    "vminps": _Vector(0, 1, 0x5D),
    "vmaxps": _Vector(0, 1, 0x5F),
    "vpxord": _Vector(1, 1, 0xEF),
    "vfmadd213ps": _Vector(1, 2, 0xA8),
    "vfmadd231ps": _Vector(1, 2, 0xB8),
    "vpdpbusd": _Vector(1, 2, 0x50),
    "vpdpwssd": _Vector(1, 2, 0x52),
}
"""Three operands: two registers, and a register or memory."""

_MOVE_LOAD, _MOVE_STORE, _LEA, _ADD_LOAD, _ADD_REGISTER, _COMPARE_REGISTER, _TEST = (
    *(0x8B, 0x89, 0x8D),
    *(0x03, 0x01, 0x39, 0x85),
)
_ADD, _SUBTRACT, _COMPARE = 0, 5, 7
"""Extensions of opcodes 81 and 83."""
_CONDITIONS = {"e": 4, "ne": 5, "l": 12, "ge": 13, "le": 14, "g": 15}


class Assembler:
    """Collects instructions; operands stand in Intel's order, the target first."""

    def __init__(self) -> None:
        self._code = bytearray()
        self._labels: dict[Label, int] = {}
        self._jumps: list[tuple[int, Label]] = []
        self._made = 0

    def assembled(self) -> bytes:
        """The code, with its jumps resolved."""
        code = bytearray(self._code)
        for at, label in self._jumps:
            struct.pack_into("<i", code, at, self._labels[label] - at - 4)
        return bytes(code)

    def label(self) -> Label:
        """A label that has no place yet."""
        self._made += 1
        return Label(self._made)

    def place(self, label: Label) -> None:
        """Put a label here."""
        self._labels[label] = len(self._code)

    def here(self) -> Label:
        """A label for this place."""
        label = self.label()
        self.place(label)
        return label

    # General registers

    def mov(self, target: Reg | Address, source: Reg | Address | int) -> None:
        """Copy; a whole number must fit into 32 bits, without sign."""
        if isinstance(source, Reg):
            self._general(_MOVE_STORE, source, target)
            return
        assert isinstance(target, Reg)
        if isinstance(source, Address):
            self._general(_MOVE_LOAD, target, source)
        else:
            self._short(0xB8, target)
            self._code += struct.pack("<I", source)

    def lea(self, target: Reg, source: Address) -> None:
        """Compute an address."""
        self._general(_LEA, target, source)

    def add(self, target: Reg | Address, source: Reg | Address | int) -> None:
        """``target += source``."""
        if isinstance(source, Reg):
            self._general(_ADD_REGISTER, source, target)
        elif isinstance(source, Address):
            assert isinstance(target, Reg)
            self._general(_ADD_LOAD, target, source)
        else:
            self._immediate(_ADD, target, source)

    def sub(self, target: Reg | Address, source: int) -> None:
        """``target -= source``, for a jump that follows."""
        self._immediate(_SUBTRACT, target, source)

    def cmp(self, left: Reg, right: Reg | int) -> None:
        """Compare, for a jump that follows."""
        if isinstance(right, Reg):
            self._general(_COMPARE_REGISTER, right, left)
        else:
            self._immediate(_COMPARE, left, right)

    def test(self, register: Reg) -> None:
        """Compare with zero, for a jump that follows."""
        self._general(_TEST, register, register)

    def push(self, register: Reg) -> None:
        """Save on the stack."""
        self._short(0x50, register)

    def pop(self, register: Reg) -> None:
        """Take back from the stack."""
        self._short(0x58, register)

    def jump(self, label: Label, condition: str | None = None) -> None:
        """Go on elsewhere: always, or if a comparison came out as ``e``, ``ne``, ``l``, ``ge``… says."""
        self._code += bytes([0xE9]) if condition is None else bytes([0x0F, 0x80 + _CONDITIONS[condition]])
        self._jumps.append((len(self._code), label))
        self._code += bytes(4)

    def call(self, target: Reg) -> None:
        """Call the code at an address."""
        self._code += bytes([0x41] if target >= Reg.R8 else []) + bytes([0xFF, 0xD0 | target % 8])

    def exchange_add(self, target: Address, source: Reg) -> None:
        """``source, target = target, source + target``, at once for all threads."""
        base, index = _parts(target)
        rex = 0x48 | source >> 3 << 2 | index >> 3 << 1 | base >> 3
        self._code += bytes([0xF0, rex, 0x0F, 0xC1]) + _operand(source, target, 1)

    def ret(self) -> None:
        """Return."""
        self._code += bytes([0xC3])

    def vzeroupper(self) -> None:
        """Clear the upper halves of vectors, as those who use narrower ones want them."""
        self._code += bytes([0xC5, 0xF8, 0x77])

    def cpuid(self) -> None:
        """Identify the processor: RAX and RCX choose what RAX, RBX, RCX and RDX tell then."""
        self._code += bytes([0x0F, 0xA2])

    def xgetbv(self) -> None:
        """What registers the system saves: those of RCX = 0 go to RDX and RAX."""
        self._code += bytes([0x0F, 0x01, 0xD0])

    # Vectors

    def load(self, name: str, target: Zmm, source: Zmm | Address, immediate: int | None = None) -> None:
        """``vmovups``, ``vpbroadcastd`` (from memory), ``vcvtdq2ps``, ``vcvtps2dq``, ``vrndscaleps``."""
        self._vector(_LOADS[name], target, Zmm(0), source)
        if immediate is not None:
            self._code.append(immediate)

    def store(self, name: str, target: Address, source: Zmm) -> None:
        """``vmovups``, ``vpmovdb``, ``vpmovdw``."""
        self._vector(_STORES[name], source, Zmm(0), target)

    def op(self, name: str, target: Zmm, left: Zmm, right: Zmm | Address) -> None:
        """Arithmetic on vectors."""
        self._vector(_OPERATIONS[name], target, left, right)

    def _general(self, opcode: int, register: Reg, operand: Reg | Address) -> None:
        base, index = _parts(operand)
        rex = 0x48 | register >> 3 << 2 | index >> 3 << 1 | base >> 3
        self._code += bytes([rex, opcode]) + _operand(register, operand, 1)

    def _immediate(self, extension: int, operand: Reg | Address, value: int) -> None:
        base, index = _parts(operand)
        opcode, number = (0x83, "<b") if _fits_byte(value) else (0x81, "<i")
        self._code += bytes([0x48 | index >> 3 << 1 | base >> 3, opcode]) + _operand(extension, operand, 1)
        self._code += struct.pack(number, value)

    def _short(self, opcode: int, register: Reg) -> None:
        """An instruction that has its register in the opcode."""
        self._code += bytes([0x41] if register >= Reg.R8 else []) + bytes([opcode + register % 8])

    def _vector(self, code: _Vector, register: Zmm, second: Zmm, operand: Zmm | Address) -> None:
        """EVEX: 62, then three bytes in which the bits that extend register numbers are inverted."""
        if isinstance(operand, Zmm):
            base, index = operand.number & 15, operand.number >> 4 << 3
        else:
            base, index = _parts(operand)
        high = register.number >> 3 & 1, index >> 3 & 1, base >> 3 & 1, register.number >> 4
        r, x, b, r2 = (1 - bit for bit in high)
        self._code += bytes(
            [
                0x62,
                r << 7 | x << 6 | b << 5 | r2 << 4 | code.map,
                (~second.number & 15) << 3 | 1 << 2 | code.prefix,
                0b10 << 5 | (1 - (second.number >> 4)) << 3,
                code.opcode,
            ]
        ) + _operand(register.number, operand, code.unit)


def _parts(operand: Reg | Address) -> tuple[int, int]:
    """The numbers of base and index."""
    if isinstance(operand, Address):
        return operand.base, operand.index or 0
    return operand, 0


def _operand(register: int, operand: Reg | Zmm | Address, unit: int) -> bytes:
    """ModRM, SIB and displacement."""
    field = (register & 7) << 3
    if isinstance(operand, Zmm):
        return bytes([0b11 << 6 | field | operand.number & 7])
    if isinstance(operand, Reg):
        return bytes([0b11 << 6 | field | operand & 7])
    mode, displacement = _displacement(operand, unit)
    base = operand.base & 7
    if operand.index is None and base != Reg.RSP:
        return bytes([mode << 6 | field | base]) + displacement
    index = Reg.RSP if operand.index is None else operand.index  # RSP stands for no index
    sib = operand.scale.bit_length() - 1 << 6 | (index & 7) << 3 | base
    return bytes([mode << 6 | field | Reg.RSP, sib]) + displacement


def _displacement(address: Address, unit: int) -> tuple[int, bytes]:
    """ModRM's mode, and none, one or four bytes; the one byte counts units."""
    units, rest = divmod(address.displacement, unit)
    if address.displacement == 0 and address.base & 7 != Reg.RBP:
        return 0, b""
    if rest == 0 and _fits_byte(units):
        return 1, struct.pack("<b", units)
    return 2, struct.pack("<i", address.displacement)


def _fits_byte(value: int) -> bool:
    return -128 <= value <= 127  # noqa: PLR2004 - what a signed byte holds

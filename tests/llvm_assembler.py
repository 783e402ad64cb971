"""What LLVM makes of assembler text: the measure of our own assembler, on any machine."""

import struct
from collections.abc import Sequence
from functools import cache

import llvmlite.binding as llvm

_TRIPLE = "x86_64-unknown-linux-gnu"
_PROGRAM, _EXECUTABLE = 1, 4
"""Of ELF: the type of a section with contents, and the flag of one with code."""


def assembled(lines: Sequence[str]) -> bytes:
    """The machine code of instructions in Intel's syntax; LLVM ends the process if one is none."""
    text = "\\0A".join([".intel_syntax noprefix", *lines, ".att_syntax"])
    module = llvm.parse_assembly(f'target triple = "{_TRIPLE}"\nmodule asm "{text}"')
    return _code(_machine().emit_object(module))


@cache
def _machine() -> llvm.TargetMachine:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    llvm.initialize_native_asmparser()
    return llvm.Target.from_triple(_TRIPLE).create_target_machine(features="+avx512f,+avx512vnni")


def _code(elf: bytes) -> bytes:
    """The sections of code of a 64-bit ELF file (Tool Interface Standard, ELF specification 1.2)."""
    (table,) = struct.unpack_from("<Q", elf, 0x28)
    (count,) = struct.unpack_from("<H", elf, 0x3C)
    sections = [struct.unpack_from("<IIQQQQ", elf, table + 64 * number) for number in range(count)]
    return b"".join(
        elf[start : start + size]
        for _, kind, flags, _, start, size in sections
        if kind == _PROGRAM and flags & _EXECUTABLE
    )

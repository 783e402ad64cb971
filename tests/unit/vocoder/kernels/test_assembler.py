"""Bytes are what other assemblers make of the same text: LLVM if llvmlite is here, GNU if `as` is."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.vocoder.kernels import assembler
from declaim.vocoder.kernels.assembler import Address, Assembler, Reg, Zmm


@dataclass(frozen=True)
class Line:
    """One instruction, for this assembler and for others."""

    text: str
    write: Callable[[Assembler], None]

    @property
    def code(self) -> bytes:
        a = Assembler()
        self.write(a)
        return a.assembled()


def spelt(operand: Reg | Zmm | Address | int, size: str = "zmmword") -> str:
    if isinstance(operand, Zmm):
        return f"zmm{operand.number}"
    if isinstance(operand, Address):
        index = "" if operand.index is None else f"+{operand.index.name.lower()}*{operand.scale}"
        return f"{size} ptr [{operand.base.name.lower()}{index}{operand.displacement:+d}]"
    return operand.name.lower() if isinstance(operand, Reg) else str(operand)


def load(name: str, target: Zmm, source: Zmm | Address, immediate: int | None = None) -> Line:
    size = "dword" if name == "vpbroadcastd" else "zmmword"
    tail = "" if immediate is None else f", {immediate}"
    return Line(
        f"{name} {spelt(target)}, {spelt(source, size)}{tail}",
        lambda a: a.load(name, target, source, immediate),
    )


def store(name: str, target: Address, source: Zmm) -> Line:
    size = {"vpmovdb": "xmmword", "vpmovdw": "ymmword"}.get(name, "zmmword")
    return Line(f"{name} {spelt(target, size)}, {spelt(source)}", lambda a: a.store(name, target, source))


def op(name: str, target: Zmm, left: Zmm, right: Zmm | Address) -> Line:
    return Line(
        f"{name} {spelt(target)}, {spelt(left)}, {spelt(right)}", lambda a: a.op(name, target, left, right)
    )


def general(name: str, *operands: Reg | Address | int) -> Line:
    texts = [spelt(operand, "qword") for operand in operands]
    if name == "mov" and not isinstance(operands[1], Reg | Address):
        assert isinstance(operands[0], Reg)
        texts[0] = low_half(operands[0])
    return Line(f"{name} {', '.join(texts)}", lambda a: getattr(a, name)(*operands))


def exchange_add(target: Address, source: Reg) -> Line:
    return Line(
        f"lock xadd {spelt(target, 'qword')}, {spelt(source)}", lambda a: a.exchange_add(target, source)
    )


def low_half(register: Reg) -> str:
    name = register.name.lower()
    return f"{name}d" if register >= Reg.R8 else f"e{name[1:]}"


def jump_over(condition: str | None, gap: int) -> Line:
    """Forwards over ``gap`` bytes, so far that other assemblers do not take the short form."""

    def write(a: Assembler) -> None:
        end = a.label()
        a.jump(end, condition)
        for _ in range(gap):
            a.ret()
        a.place(end)

    return Line(f"j{condition or 'mp'} 1f\n.skip {gap}, 0xc3\n1:", write)


def jump_back(condition: str | None, gap: int) -> Line:
    def write(a: Assembler) -> None:
        start = a.here()
        for _ in range(gap):
            a.ret()
        a.jump(start, condition)

    return Line(f"1:\n.skip {gap}, 0xc3\nj{condition or 'mp'} 1b", write)


vectors = st.builds(Zmm, st.integers(0, 31))
registers = st.sampled_from(Reg)
displacements = st.one_of(
    st.integers(-600, 600),
    st.integers(-130, 130).flatmap(
        lambda units: st.sampled_from([4, 16, 32, 64]).map(lambda unit: units * unit)
    ),
    st.integers(-(2**31), 2**31 - 1),
)
indices = registers.filter(lambda register: register is not Reg.RSP)
addresses = st.builds(Address, registers, displacements) | st.builds(
    Address, registers, displacements, indices, st.sampled_from([1, 2, 4, 8])
)
numbers = st.integers(-300, 300) | st.integers(-(2**31), 2**31 - 1)
targets = registers.filter(lambda register: register is not Reg.RAX)
"""Of sums with whole numbers: for RAX there is a form that is a byte shorter, which is not used here."""
vector_lines = st.one_of(
    st.builds(load, st.sampled_from(["vmovups", "vcvtdq2ps", "vcvtps2dq"]), vectors, vectors | addresses),
    st.builds(load, st.just("vpbroadcastd"), vectors, addresses),
    st.builds(load, st.just("vrndscaleps"), vectors, vectors | addresses, st.integers(0, 255)),
    st.builds(store, st.sampled_from(sorted(assembler._STORES)), addresses, vectors),
    st.builds(op, st.sampled_from(sorted(assembler._OPERATIONS)), vectors, vectors, vectors | addresses),
)
general_lines = st.one_of(
    st.builds(general, st.sampled_from(["mov", "add"]), registers, registers | addresses),
    st.builds(general, st.sampled_from(["mov", "add"]), addresses, registers),
    st.builds(general, st.just("mov"), registers, st.integers(0, 2**32 - 1)),
    st.builds(general, st.sampled_from(["add", "sub"]), targets | addresses, numbers),
    st.builds(general, st.just("cmp"), targets, registers | numbers),
    st.builds(general, st.just("lea"), registers, addresses),
    st.builds(general, st.sampled_from(["push", "pop", "call"]), registers),
    st.builds(exchange_add, addresses, registers),
    registers.map(
        lambda register: Line(f"test {spelt(register)}, {spelt(register)}", lambda a: a.test(register))
    ),
    st.sampled_from(["ret", "vzeroupper", "cpuid", "xgetbv"]).map(general),
    st.builds(jump_over, st.sampled_from([None, *sorted(assembler._CONDITIONS)]), st.integers(200, 300)),
    st.builds(jump_back, st.sampled_from([None, *sorted(assembler._CONDITIONS)]), st.integers(200, 300)),
)
programs = st.lists(vector_lines | general_lines, min_size=20, max_size=60)


def by_llvm(lines: list[Line]) -> bytes:
    llvm = pytest.importorskip("llvmlite.binding")
    for what in ("target", "asmprinter", "asmparser"):
        getattr(llvm, f"initialize_native_{what}")()
    triple = "x86_64-unknown-linux-gnu"
    text = "\n".join([".intel_syntax noprefix", *(line.text for line in lines)])
    escaped = text.replace("\n", "\\0A")
    module = llvm.parse_assembly(f'target triple = "{triple}"\nmodule asm "{escaped}"\n')
    machine = llvm.Target.from_triple(triple).create_target_machine(features="+avx512f,+avx512vnni")
    sections = llvm.ObjectFileRef.from_data(machine.emit_object(module)).sections()
    return next(section.data() for section in sections if section.is_text())


def by_gnu(lines: list[Line], folder: Path) -> bytes:
    program = shutil.which("as")
    copy = shutil.which("objcopy")
    if program is None or copy is None:
        pytest.skip("binutils is not here")
    text = "\n".join([".intel_syntax noprefix", *(line.text for line in lines), ""])
    made, raw = folder / "made.o", folder / "made.bin"
    subprocess.run([program, "-o", made], input=text, text=True, check=True)
    subprocess.run([copy, "-O", "binary", "-j", ".text", made, raw], check=True)
    return raw.read_bytes()


def together(lines: list[Line]) -> bytes:
    return b"".join(line.code for line in lines)


@settings(max_examples=60, deadline=None)
@given(programs)
def test_bytes_are_those_of_llvm(lines: list[Line]) -> None:
    assert together(lines).hex() == by_llvm(lines).hex()


@settings(max_examples=10, deadline=None)
@given(programs)
def test_bytes_are_those_of_gnu(tmp_path_factory: pytest.TempPathFactory, lines: list[Line]) -> None:
    assert together(lines).hex() == by_gnu(lines, tmp_path_factory.mktemp("gnu")).hex()


GOLDEN = [
    (load("vmovups", Zmm(1), Zmm(30)), "62917c4810ce"),
    (load("vmovups", Zmm(25), Address(Reg.R11, 192)), "62417c48104b03"),
    (load("vmovups", Zmm(9), Address(Reg.RBP, 0)), "62717c48104d00"),
    (load("vmovups", Zmm(9), Address(Reg.R13, 100, Reg.R12, 8)), "62117c48108ce564000000"),
    (load("vpbroadcastd", Zmm(28), Address(Reg.RAX, 0, Reg.RSI, 4)), "62627d485824b0"),
    (load("vpbroadcastd", Zmm(16), Address(Reg.RBP, 508)), "62e27d4858457f"),
    (load("vpbroadcastd", Zmm(16), Address(Reg.RBP, 512)), "62e27d48588500020000"),
    (load("vpbroadcastd", Zmm(16), Address(Reg.RSP)), "62e27d48580424"),
    (load("vcvtdq2ps", Zmm(23), Zmm(23)), "62a17c485bff"),
    (load("vcvtps2dq", Zmm(0), Zmm(31)), "62917d485bc7"),
    (load("vrndscaleps", Zmm(3), Zmm(18), 8), "62b37d4808da08"),
    (store("vmovups", Address(Reg.RSP, -128), Zmm(15)), "62717c48117c24fe"),
    (store("vmovups", Address(Reg.R13, -8192), Zmm(31)), "62417c48117d80"),
    (store("vpmovdb", Address(Reg.R9, 16), Zmm(1)), "62d27e48314901"),
    (store("vpmovdw", Address(Reg.R9, 32), Zmm(17)), "62c27e48334901"),
    (op("vaddps", Zmm(1), Zmm(2), Address(Reg.R14, 64)), "62d16c48584e01"),
    (op("vmulps", Zmm(2), Zmm(1), Address(Reg.R12, 0, Reg.RCX)), "62d1744859140c"),
    (op("vsubps", Zmm(2), Zmm(2), Zmm(3)), "62f16c485cd3"),
    (op("vminps", Zmm(31), Zmm(16), Zmm(8)), "62417c405df8"),
    (op("vmaxps", Zmm(8), Zmm(31), Zmm(16)), "623104405fc0"),
    (op("vpxord", Zmm(16), Zmm(16), Zmm(16)), "62a17d40efc0"),
    (op("vfmadd213ps", Zmm(4), Zmm(24), Zmm(25)), "62923d40a8e1"),
    (general("call", Reg.RAX), "ffd0"),
    (general("call", Reg.R10), "41ffd2"),
    (exchange_add(Address(Reg.RBP, 8), Reg.RAX), "f0480fc14508"),
    (exchange_add(Address(Reg.R13), Reg.R9), "f04d0fc14d00"),
    (op("vfmadd231ps", Zmm(25), Zmm(23), Zmm(23)), "62224540b8cf"),
    (op("vpdpbusd", Zmm(0), Zmm(28), Zmm(24)), "62921d4050c0"),
    (op("vpdpwssd", Zmm(23), Zmm(29), Zmm(27)), "6282154052fb"),
    (general("mov", Reg.RAX, 0x7F7FFFFF), "b8ffff7f7f"),
    (general("mov", Reg.R8, Address(Reg.RBP, 8)), "4c8b4508"),
    (general("mov", Reg.RBP, Reg.RDI), "4889fd"),
    (general("mov", Address(Reg.RBP, 40), Reg.R11), "4c895d28"),
    (general("lea", Reg.R12, Address(Reg.RSI, 0, Reg.RSI, 4)), "4c8d24b6"),
    (general("add", Reg.R11, 256), "4981c300010000"),
    (general("add", Reg.RAX, 4), "4883c004"),
    (general("add", Reg.R9, Address(Reg.RBP, 120)), "4c034d78"),
    (general("add", Reg.R14, Reg.RCX), "4901ce"),
    (general("sub", Reg.RSP, 640), "4881ec80020000"),
    (general("sub", Address(Reg.RBP, 104), 1), "48836d6801"),
    (general("cmp", Reg.R15, 6), "4983ff06"),
    (general("cmp", Reg.RCX, Reg.R11), "4c39d9"),
    (general("push", Reg.R12), "4154"),
    (general("pop", Reg.RBX), "5b"),
    (general("cpuid"), "0fa2"),
    (general("xgetbv"), "0f01d0"),
    (general("vzeroupper"), "c5f877"),
    (general("ret"), "c3"),
]
"""As LLVM 22 assembles them: each instruction once, where there is no other assembler to ask."""


@pytest.mark.parametrize(("line", "code"), GOLDEN, ids=[line.text for line, _ in GOLDEN])
def test_bytes(line: Line, code: str) -> None:
    assert line.code.hex() == code


def test_every_instruction_is_in_the_table() -> None:
    names = {line.text.split()[0] for line, _ in GOLDEN}
    assert names >= {*assembler._LOADS, *assembler._STORES, *assembler._OPERATIONS}


@pytest.mark.parametrize(("index", "scale"), [(Reg.RSP, 1), (Reg.RAX, 3), (Reg.RAX, 16), (None, 2)], ids=str)
def test_addresses_without_encoding_are_refused(index: Reg | None, scale: int) -> None:
    with pytest.raises(ValueError, match="no such address"):
        Address(Reg.RBX, index=index, scale=scale)


def test_there_are_32_vectors() -> None:
    with pytest.raises(ValueError, match="no zmm32"):
        Zmm(32)


def test_displacements_add_up() -> None:
    assert Address(Reg.RAX, 8, Reg.RBX, 4) + 16 == Address(Reg.RAX, 24, Reg.RBX, 4)

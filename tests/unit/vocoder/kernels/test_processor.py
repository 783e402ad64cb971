"""What CPUID says, here and on processors that are not here."""

import platform
import sys
from collections.abc import Iterator

import pytest

from declaim.doctor.machine import cpu_flags
from declaim.errors import EngineError
from declaim.vocoder.kernels import library, processor
from declaim.vocoder.kernels.assembler import Assembler

F, VNNI, OSXSAVE = 1 << 16, 1 << 11, 1 << 27
ALL_STATE, YMM_STATE = 0xE7, 0x07


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What is pretended is not remembered for other tests either."""
    processor.has_avx512_vnni.cache_clear()
    yield
    processor.has_avx512_vnni.cache_clear()


def pretend(
    monkeypatch: pytest.MonkeyPatch,
    *,
    leaves: int = 13,
    osxsave: int = OSXSAVE,
    f: int = F,
    vnni: int = VNNI,
    state: int = ALL_STATE,
) -> None:
    answers = {0: {"rax": leaves}, 1: {"rcx": osxsave}, 7: {"rbx": f, "rcx": vnni}}
    cpuid = processor.question(Assembler.cpuid)

    def asked(code: bytes, rax: int = 0) -> processor._Registers:
        if code != cpuid:
            assert osxsave, "XGETBV without OSXSAVE is an illegal instruction"
            return processor._Registers(rax=state)
        assert rax <= leaves
        return processor._Registers(**answers[rax])

    monkeypatch.setattr(processor, "_asked", asked)
    monkeypatch.setattr(processor, "is_x86_64", lambda: True)


@pytest.mark.skipif(sys.platform != "linux" or not processor.is_x86_64(), reason="Linux lists them")
def test_cpuid_agrees_with_linux() -> None:
    assert processor.has_avx512_vnni() == (cpu_flags() >= {"avx512f", "avx512_vnni"})


@pytest.mark.skipif(not processor.is_x86_64(), reason="code of another processor")
def test_the_vendor_can_be_read() -> None:
    answer = processor._asked(processor.question(Assembler.cpuid), rax=0)
    vendor = b"".join(int(part).to_bytes(4, "little") for part in (answer.rbx, answer.rdx, answer.rcx))
    assert vendor.isascii()
    assert len(vendor.strip()) >= 8  # "GenuineIntel", "AuthenticAMD", hypervisors' own


def test_a_processor_with_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    assert processor.has_avx512_vnni()


@pytest.mark.parametrize(
    "lacking",
    [{"leaves": 6}, {"osxsave": 0}, {"f": 0}, {"vnni": 0}, {"state": YMM_STATE}],
    ids=lambda lacking: next(iter(lacking)),
)
def test_without_one_of_them_there_are_no_kernels(
    monkeypatch: pytest.MonkeyPatch, lacking: dict[str, int]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    pretend(monkeypatch, **lacking)
    assert not processor.has_avx512_vnni()


def test_macos_saves_avx512_once_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    pretend(monkeypatch, state=YMM_STATE)
    assert processor.has_avx512_vnni()


@pytest.mark.parametrize(
    ("machine", "largest"), [("aarch64", 2**63 - 1), ("arm64", 2**63 - 1), ("x86_64", 2**31 - 1)]
)
def test_other_code_is_not_even_tried(monkeypatch: pytest.MonkeyPatch, machine: str, largest: int) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "maxsize", largest)
    monkeypatch.setattr(processor, "_asked", lambda *_, **__: pytest.fail("was run"))
    assert not processor.has_avx512_vnni()


def test_questions_have_no_vector_instructions() -> None:
    # Old processors must be able to answer: none with VEX or EVEX prefixes, VZEROUPPER neither.
    for instruction in (Assembler.cpuid, Assembler.xgetbv):
        assert not {0x62, 0xC4, 0xC5} & set(processor.question(instruction))


def test_kernels_that_cannot_run_are_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, vnni=0)
    library.load_kernels.cache_clear()
    with pytest.raises(EngineError, match="no AVX-512 VNNI"):
        library.load_kernels()

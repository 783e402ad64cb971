"""Memory is executable or writable, and a system that forbids it is told apart."""

import subprocess
import sys
from pathlib import Path

import pytest

from declaim.errors import EngineError
from declaim.vocoder.kernels import executable
from declaim.vocoder.kernels.assembler import Assembler
from declaim.vocoder.kernels.executable import ExecutableMemory
from declaim.vocoder.kernels.processor import is_x86_64

RETURN = b"\xc3"
HARDENED = """
import ctypes, logging, sys
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s")
import numpy  # everything that maps code of its own comes first
from declaim.errors import EngineError
from declaim.vocoder.kernels.library import load_kernels, supported
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1
if ctypes.CDLL(None).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0):
    sys.exit(77)
print(supported(), supported())
try:
    load_kernels()
except EngineError as error:
    print("EngineError", error)
"""


def permissions(address: int) -> str:
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, mode, *_ = line.split()
        start, end = (int(part, 16) for part in span.split("-"))
        if start <= address < end:
            return mode
    raise AssertionError("not mapped")


@pytest.mark.skipif(not is_x86_64(), reason="code of another processor")
def test_code_runs() -> None:
    a = Assembler()
    a.ret()
    ExecutableMemory(a.assembled()).function(0)(None)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_code_is_not_writable_and_not_shared() -> None:
    memory = ExecutableMemory(RETURN * 5000)
    assert permissions(memory.address) == "r-xp"
    assert permissions(memory.address + 4999) == "r-xp"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_given_back() -> None:
    memory = ExecutableMemory(RETURN * 5_000_000)
    address = memory.address
    del memory
    with pytest.raises(AssertionError, match="not mapped"):
        permissions(address + 2_500_000)


def test_what_the_system_forbids_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: bytes) -> tuple[object, int]:
        raise PermissionError(13, "mprotect failed")

    monkeypatch.setattr(executable, "_mapped", forbidden)
    with pytest.raises(EngineError, match=r"does not run code made at run time.*mprotect failed"):
        ExecutableMemory(RETURN)


@pytest.mark.skipif(sys.platform != "linux" or not is_x86_64(), reason="Linux forbids it on request")
def test_on_a_hardened_system() -> None:
    """Linux 6.3 and later: a process may give up making memory executable (PR_SET_MDWE)."""
    done = subprocess.run([sys.executable, "-c", HARDENED], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this system has no PR_SET_MDWE")
    assert done.returncode == 0, done.stderr
    warning, answers, error = done.stdout.splitlines()
    assert warning.startswith("WARNING the vocoder may be slower than it could be: this system does not run")
    assert answers == "False False"
    assert error.startswith("EngineError this system does not run code made at run time: [Errno 13]")

"""The command line with the real model: Ctrl-C, memory, no network."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from declaim import Synthesizer

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.name == "nt", reason="POSIX signals and pipes")]

SENTENCE = "今天天气真好,我们去 Central Park 散步吧,然后再去吃一点东西。"
COMMAND = [sys.executable, "-m", "declaim.cli", "say"]


@pytest.fixture
def processes(speaker: Synthesizer) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Collects what a test starts; by then the models are there and the graph is cut."""
    assert speaker.sample_rate == 24_000
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


def test_ctrl_c_in_the_middle_of_a_long_text(
    tmp_path: Path, processes: list["subprocess.Popen[bytes]"]
) -> None:
    (tmp_path / "text.txt").write_text(SENTENCE * 500, encoding="utf-8")
    process = subprocess.Popen(
        [*COMMAND, "-f", "text.txt", "-o", "a.mp3", "--timings", "a.vtt"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    processes.append(process)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".declaim-*.vtt")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(3)  # inside the vocoder, most likely
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    assert process.wait(timeout=10) == 130
    assert time.monotonic() - sent < 1
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
    assert process.stderr
    assert b"Traceback" not in process.stderr.read()


def peak_memory(text: str, seconds: float, processes: list["subprocess.Popen[bytes]"]) -> tuple[int, int]:
    """Highest resident memory in bytes of a run that is stopped after a while, and the audio's bytes."""
    process = subprocess.Popen(
        [*COMMAND, "-o", "-", "--format", "pcm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    processes.append(process)
    assert process.stdin
    assert process.stdout
    received = [0]

    def read() -> None:
        while block := process.stdout.read1(65536):  # type: ignore[union-attr]
            received[0] += len(block)

    reader = threading.Thread(target=read)
    reader.start()
    process.stdin.write(text.encode())
    process.stdin.close()
    peak, deadline = 0, time.monotonic() + seconds
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None and time.monotonic() < deadline:
        high = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())  # a process that has ended has none
        peak = max(peak, int(high[1]) * 1024) if high else peak
        time.sleep(0.1)
    process.kill()
    process.wait()
    reader.join()
    return peak, received[0]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_memory_does_not_grow_with_the_text(processes: list["subprocess.Popen[bytes]"]) -> None:
    """Twenty seconds of it; bench/memory.py watches a whole book."""
    short, _ = peak_memory(SENTENCE * 3, 40, processes)
    long, audio = peak_memory(SENTENCE * (200_000 // len(SENTENCE)), 30, processes)
    assert audio > 5 * 48_000  # it has been speaking
    assert long < 1.2 * short


WITHOUT_NETWORK = """
import socket

class Refused(socket.socket):
    def __init__(self, family=-1, *given, **named):
        if family != socket.AF_UNIX:
            raise OSError("there is no network")
        super().__init__(family, *given, **named)

socket.socket = Refused
socket.create_connection = socket.getaddrinfo = lambda *_, **__: 1 / 0
"""


def test_it_speaks_without_a_network(tmp_path: Path, processes: list["subprocess.Popen[bytes]"]) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_NETWORK)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [*COMMAND, "你好, friend.", "-o", "a.wav"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
    )
    processes.append(process)
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    assert (tmp_path / "a.wav").stat().st_size > 24_000

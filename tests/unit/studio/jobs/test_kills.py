"""Killed at random moments, a book has the same takes as one that was left alone."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[3] / "book_process.py"
_KILLS = 3

pytestmark = pytest.mark.usefixtures("tiny_machine")


def finished(folder: Path) -> dict[str, bytes]:
    subprocess.run([sys.executable, _SCRIPT, folder], check=True, timeout=300)
    found = {"list": (folder / "takes.txt").read_bytes()}
    return found | {path.name: path.read_bytes() for path in folder.glob("takes/*/*.flac")}


def takes(folder: Path) -> int:
    return sum(not path.name.startswith(".") for path in folder.glob("takes/*/*.flac"))


@pytest.mark.timeout(900)  # each start of the workers takes seconds, and on a busy machine many
def test_killed_at_random_moments_the_takes_are_the_same(tmp_path: Path) -> None:
    alone, killed = tmp_path / "alone", tmp_path / "killed"
    alone.mkdir()
    killed.mkdir()
    whole = finished(alone)
    draw = random.Random(3)
    counts = []
    for _ in range(_KILLS):
        before = takes(killed)
        process = subprocess.Popen([sys.executable, _SCRIPT, killed])
        target = before + draw.randint(1, 12)
        while process.poll() is None and takes(killed) < target:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        counts.append(takes(killed))
    assert counts == sorted(counts)
    assert 0 < counts[0] < len(whole) - 1, "it was killed in the middle"
    assert finished(killed) == whole

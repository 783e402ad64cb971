"""Episodes as jobs: killed, they go on; edited, they speak what is new. Each start takes seconds."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[3] / "podcast_process.py"
_LINES = [
    f"Guest: Number {n} is [pause 200ms] here." if n % 2 else f"主持人: 第{n}天，我们走了。"
    for n in range(16)
]

pytestmark = [pytest.mark.usefixtures("tiny_machine"), pytest.mark.timeout(900)]


def write_show(folder: Path, lines: list[str]) -> None:
    """A show of two speakers and two sections."""
    folder.mkdir(exist_ok=True)
    (folder / "talk.txt").write_text("\n".join(["# One", *lines[:8], "# Two", *lines[8:]]), encoding="utf-8")
    voices = "{主持人: zf_xiaoxiao, Guest: af_heart}"
    (folder / "show.yaml").write_text(
        f"title: T\nstereo: true\nspeakers: {voices}\nscript_file: talk.txt\n", encoding="utf-8"
    )


def command(folder: Path) -> list[str]:
    return [sys.executable, str(_SCRIPT), str(folder / "show.yaml"), "-o", str(folder / "e.mp3")]


def finish(folder: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(folder), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done


def takes(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("e.declaim/takes/*/*.flac") if not path.name.startswith(".")}


def stopped(folder: Path, how: signal.Signals) -> tuple[int, str]:
    """What a run that is stopped behind its third sentence ends with."""
    process = subprocess.Popen(command(folder), stderr=subprocess.PIPE, text=True)
    while process.poll() is None and len(takes(folder)) < 3:
        time.sleep(0.01)
    os.kill(process.pid, how)
    _, told = process.communicate(timeout=60)
    return process.returncode, told


def test_killed_and_edited_it_speaks_what_is_missing(tmp_path: Path) -> None:
    alone, killed = tmp_path / "alone", tmp_path / "killed"
    write_show(alone, _LINES)
    write_show(killed, _LINES)
    told = finish(alone)
    assert "2 chapters" in told.stderr
    vtt = (alone / "e.vtt").read_text(encoding="utf-8")
    assert "<v Guest>Number 1 is here." in vtt
    assert vtt.count("-->") == len(_LINES)

    stopped(killed, signal.SIGKILL)
    before = takes(killed)
    assert 3 <= len(before) < len(_LINES)
    assert not (killed / "e.mp3").exists()
    finish(killed)
    assert before <= takes(killed) == takes(alone)
    for name in ("e.mp3", "e.vtt", "e.chapters.json"):
        assert (killed / name).read_bytes() == (alone / name).read_bytes()

    write_show(killed, [*_LINES[:5], "Guest: Something else.", *_LINES[6:]])
    finish(killed)
    assert len(takes(killed) - takes(alone)) == 1
    segments = json.loads((killed / "e.transcript.json").read_text(encoding="utf-8"))["segments"]
    assert [each["body"] for each in segments][5] == "Something else."


def test_a_full_disk_keeps_what_was_spoken(tmp_path: Path) -> None:
    write_show(tmp_path, _LINES)
    full = subprocess.run(
        [*command(tmp_path), "--full"], capture_output=True, text=True, timeout=300, check=False
    )
    assert full.returncode not in {0, 130}
    assert "Traceback" not in full.stderr
    assert "run the same command again" in full.stderr
    assert len(takes(tmp_path)) == len(_LINES)
    assert not (tmp_path / "e.mp3").exists()


def test_ctrl_c_keeps_what_was_spoken_and_says_no_traceback(tmp_path: Path) -> None:
    write_show(tmp_path, _LINES)
    code, told = stopped(tmp_path, signal.SIGINT)
    assert code == 130
    assert "Traceback" not in told
    assert len(takes(tmp_path)) >= 3
    assert not (tmp_path / "e.mp3").exists()
    assert not list(tmp_path.glob(".declaim-*"))

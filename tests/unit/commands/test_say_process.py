"""The command line as a process of its own: exit codes, pipes, signals, broken installations."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import tiny_kokoro

Start: TypeAlias = Callable[..., "subprocess.Popen[bytes]"]
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX pipes and signals")

LONG = "Hello my dear friend, how are you today? " * 5000  # hours of speech


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def start(tiny_models: Path, tiny_cache: Path, here: Path) -> Any:
    """Starts ``declaim ARGUMENTS`` with the tiny model, in an empty folder."""
    running: list[subprocess.Popen[bytes]] = []
    settings = {
        "DECLAIM_MODELS": str(tiny_models),
        "DECLAIM_CACHE": str(tiny_cache),
        "DECLAIM_CONFIG": str(tiny_cache / "none.toml"),
        "DECLAIM_PROSODY": "rules",
        "DECLAIM_ENGINES__KOKORO__VOCODER": "float",
    }

    def started(*arguments: str | bytes, shell: Sequence[str] = (), **given: Any) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **settings}
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | given
        command = [*shell, sys.executable, tiny_kokoro.__file__, str(tiny_models), *arguments]
        running.append(subprocess.Popen(command, cwd=here, env=environment, **streams))
        return running[-1]

    yield started
    for process in running:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


@posix
def test_an_argument_that_is_not_utf8(start: Start, here: Path) -> None:
    process = start("say", b"caf\xe9", "-o", "a.wav")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert b"surrogate" in err
    assert b"Traceback" not in err
    assert list(here.iterdir()) == []


def test_an_unknown_model_is_a_usage_error(start: Start) -> None:
    process = start("models", "path", "nothing")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert b"nothing" in err
    assert b"Traceback" not in err


@posix
def test_a_stream_begins_before_the_text_is_spoken(start: Start) -> None:
    process = start("say", "-o", "-", "--format", "pcm")
    assert process.stdin
    assert process.stdout
    process.stdin.write(LONG.encode())
    process.stdin.close()
    began = time.monotonic()
    assert len(process.stdout.read(48_000)) == 48_000  # one second of speech
    assert time.monotonic() - began < 20
    assert process.poll() is None


@posix
def test_a_reader_that_has_had_enough_is_no_error(start: Start, here: Path) -> None:
    process = start("say", "-o", "-", stdin=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(LONG.encode())
    process.stdin.close()
    assert len(process.stdout.read(100)) == 100
    process.stdout.close()
    assert process.wait(timeout=10) in {1, -signal.SIGPIPE}
    assert process.stderr.read() == b""
    assert list(here.iterdir()) == []


def wait_for_unfinished(folder: Path) -> None:
    """Until the process speaks, which shows in the hidden file that it writes."""
    for _ in range(600):
        if list(folder.glob(".declaim-*.wav")):
            return
        time.sleep(0.05)
    pytest.fail("no file was begun")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("loudness", ["-16", "off"])
def test_a_signal_stops_it_at_once_and_nothing_is_left(
    start: Start, here: Path, number: signal.Signals, loudness: str
) -> None:
    (here / "text.txt").write_text(LONG)
    process = start("say", "-f", "text.txt", "-o", "a.wav", "--timings", "a.srt", f"--loudness={loudness}")
    wait_for_unfinished(here)
    time.sleep(0.5)
    sent = time.monotonic()
    process.send_signal(number)
    assert process.wait(timeout=10) == 128 + number
    assert time.monotonic() - sent < 1
    assert process.stderr
    assert process.stderr.read() == b""
    assert [path.name for path in here.iterdir()] == ["text.txt"]


@posix
def test_a_signal_while_models_load(start: Start, here: Path) -> None:
    process = start("say", "-o", "a.wav")
    time.sleep(1.2)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=5) in {130, -signal.SIGINT}
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("package", "error", "arguments"),
    [
        ("numpy", "ImportError", ("say", "Hello.", "-o", "a.wav")),
        ("soxr", "ValueError", ("say", "Hello.", "-o", "a.wav")),
        ("typer", "AttributeError", ("voices",)),
        ("onnxruntime", "ImportError", ("doctor",)),
        ("rich", "OSError", ("doctor",)),
    ],
)
def test_a_broken_package_gets_the_doctors_report(
    here: Path, tmp_path: Path, package: str, error: str, arguments: tuple[str, ...]
) -> None:
    broken = tmp_path / "broken" / package
    broken.mkdir(parents=True)
    message = f"{package}: numpy.dtype size changed"
    (broken / "__init__.py").write_text(f"raise {error}({message!r})\n")
    path = os.pathsep.join([str(broken.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "declaim.cli", *arguments],
        cwd=here,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        timeout=60,
        check=False,
    )
    output = (done.stdout + done.stderr).decode()
    assert done.returncode == 1
    assert "Traceback" not in output
    assert message in output
    assert "to mend it:" in output
    assert bool(done.stdout) == (arguments == ("doctor",))  # a player may be what reads it otherwise
    assert list(here.iterdir()) == []


@posix
@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [
        ("<&-", "say -o a.wav", 2),  # nothing to say
        (">&- 2>&-", "say Hello. -o a.wav", 0),
        ("2>&-", "say 😀 -o a.wav", 2),
        ("> /dev/full", "voices", 1),
        ("> /dev/full", "say Hello. -o -", 1),
    ],
)
def test_streams_that_are_closed_or_full(
    start: Start, here: Path, closed: str, arguments: str, code: int
) -> None:
    shell = ["sh", "-c", f'exec "$@" {arguments} {closed}', "sh"]
    process = start(shell=shell)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert b"Traceback" not in err
    if closed == "> /dev/full":
        assert b"No space left" in err
    assert [path.name for path in here.iterdir()] == ([] if code else ["a.wav"])

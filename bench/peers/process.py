"""A peer's process, seen from the bench."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.peers.timing import Timing

ROOT = Path(__file__).parents[2]
"""The repository's, from where the worker imports ``bench``."""
_PATIENCE = 10
"""Seconds for a process to end by itself."""
_LAST_WORDS = 2_000
"""Characters of standard error that are shown when a peer fails."""


class PeerError(Exception):
    """A peer could not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Loading:
    """Seconds that a peer took to be ready."""

    import_seconds: float
    load_seconds: float


class PeerProcess:
    """A process that keeps an engine warm.

    Args:
        process: runs `bench.peers.worker`.
        errors: takes its standard error.
    """

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self._process = process
        self._errors = errors

    def load(self, files: Mapping[str, str], threads: int, settings: Mapping[str, Any]) -> Loading:
        """Import and load the engine."""
        reply = self._ask(do="load", files=dict(files), threads=threads, settings=dict(settings))
        return Loading(**reply)

    def speak(self, text: str, voice: str, language: str, *, stream: bool) -> Timing:
        """Let it speak, and tell when each chunk was there."""
        reply = self._ask(do="speak", text=text, voice=voice, language=language, stream=stream)
        return Timing(**{**reply, "chunks": tuple((at, samples) for at, samples in reply["chunks"])})

    def peak_memory(self) -> int:
        """Return the most bytes that it has had resident."""
        return int(self._ask(do="memory")["peak"])

    def _ask(self, **request: object) -> dict[str, Any]:
        """Send a request and wait for its reply.

        Raises:
            PeerError: the engine failed, or the process is gone.
        """
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(json.dumps(request), file=self._process.stdin, flush=True)
        except BrokenPipeError as error:
            raise PeerError(f"it has ended: {self._last_words()}") from error
        line = self._process.stdout.readline()
        if not line:
            raise PeerError(f"it has ended: {self._last_words()}")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise PeerError(f"{reply['error']}\n{self._last_words()}")
        return reply

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-_LAST_WORDS:]


@contextmanager
def peer_process(python: Path, module: str, *, own: bool = False) -> Iterator[PeerProcess]:
    """Start a peer's process, which ends with the block.

    Args:
        python: the interpreter of the peer's environment.
        module: of the engine's speaker.
        own: the environment is this process's own, whose ``PYTHONPATH`` counts.
    """
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        subprocess.Popen(
            [str(python), "-m", "bench.peers.worker", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            cwd=ROOT,
            env=environment_for(own=own),
        ) as process,
    ):
        try:
            yield PeerProcess(process, errors)
        finally:
            _end(process)


def environment_for(*, own: bool) -> dict[str, str]:
    """The environment variables of a peer's process.

    Python may keep what it has compiled, whatever is set here. Peers were compiled as they were installed;
    a tree that never is would look slow to start.

    Args:
        own: its environment is this process's own, whose ``PYTHONPATH`` counts.
    """
    withheld = {"PYTHONDONTWRITEBYTECODE"} if own else {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}
    kept = {name: value for name, value in os.environ.items() if name not in withheld}
    return {**kept, "PYTHONUTF8": "1"}


def _end(process: subprocess.Popen[str]) -> None:
    """Let it come to its end, which it does when there are no more requests."""
    assert process.stdin
    with suppress(BrokenPipeError):  # it ended by itself; whoever asked it last was told
        process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()

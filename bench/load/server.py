"""A service of its own for the bench, and what it takes of the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

_STARTING = 180
"""Seconds for the models to load; on a first run they are fetched and turned into graphs."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the service and its workers hold."""

    memory: float
    """Resident MB."""
    files: int
    """Open file descriptors."""
    processes: int
    cache: float
    """MB in the cache's folder."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running service."""

    url: str
    process: psutil.Process
    cache: Path

    def footprint(self) -> Footprint:
        """What it holds now, its workers included."""
        family = [self.process, *self.process.children(recursive=True)]
        memory = files = 0
        for each in family:
            try:
                memory += each.memory_info().rss
                files += each.num_fds()
            except psutil.NoSuchProcess:  # replaced just now
                continue
        cached = sum(path.stat().st_size for path in self.cache.rglob("*") if path.is_file())
        return Footprint(memory / 1e6, files, len(family), cached / 1e6)


@contextmanager
def serving(cache_megabytes: int = 0, **settings: object) -> Iterator[Server]:
    """Run ``declaim serve`` until the end of the block.

    Args:
        cache_megabytes: 0 speaks every request.
        settings: of the table ``server``.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        given = {"port": port, "cache_folder": folder, "cache_size": cache_megabytes, **settings}
        variables = {f"DECLAIM_SERVER__{name.upper()}": str(value) for name, value in given.items()}
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "declaim.cli", "serve"]
        with running(command, {**os.environ, **variables}, f"{url}/readyz") as process:
            yield Server(url, process, Path(folder))


@contextmanager
def running(command: Sequence[str], variables: Mapping[str, str], ready: str) -> Iterator[psutil.Process]:
    """Run a service until the end of the block.

    Args:
        command: starts it.
        variables: its environment.
        ready: an address that answers with 200 once it can be asked.
    """
    with subprocess.Popen(
        command, env=variables, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _await_ready(ready, process)
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _STARTING
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"`{process.args!r}` ended with {process.returncode}")
        try:
            if httpx2.get(url).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    sys.exit(f"the service was not ready after {_STARTING} s")

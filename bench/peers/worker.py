"""The inside of a peer's process: ``python -m bench.peers.worker MODULE``.

Requests come on standard input and replies go to standard output, each a line of JSON:

==================================================  ===========================================
``{"do": "load", "threads": …, "files": …, …}``     ``{"import_seconds": …, "load_seconds": …}``
``{"do": "speak", "text": …, "stream": true, …}``   the fields of `Timing`
``{"do": "memory"}``                                ``{"peak": bytes}``
anything that failed                                ``{"error": "…"}``
==================================================  ===========================================

It runs in the peer's environment, which has neither Declaim nor what the other benches need. MODULE has a
function ``load(files, threads, **settings)`` that gives a `Speaker`.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, TextIO

import numpy as np
import numpy.typing as npt

from bench.peers.timing import timed


class Speaker(Protocol):
    """A loaded engine."""

    sample_rate: int
    """Hz."""

    def speak(
        self, text: str, voice: str, language: str, *, stream: bool
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the speech of a text, mono in [-1, 1].

        Args:
            text: Chinese or English.
            voice: one of Kokoro's; an engine with other voices takes its own.
            language: ``zh`` or ``en``.
            stream: piece by piece, as the engine streams; otherwise as it makes a file.
        """
        ...


class Worker:
    """Answers requests.

    Args:
        module: where the engine's ``load`` is.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._speaker: Speaker | None = None

    def reply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked.

        Raises:
            ValueError: that is not known, or nothing is loaded yet.
        """
        arguments = {key: value for key, value in request.items() if key != "do"}
        if request["do"] == "load":
            return self._load(**arguments)
        if request["do"] == "memory":
            return {"peak": peak_memory()}
        if request["do"] != "speak" or self._speaker is None:
            raise ValueError(f"cannot {request['do']} now")
        return asdict(timed(self._speaker.speak(**arguments), self._speaker.sample_rate))

    def _load(self, files: Mapping[str, str], threads: int, settings: Mapping[str, Any]) -> dict[str, float]:
        started = time.perf_counter()
        module = importlib.import_module(self._module)
        imported = time.perf_counter()
        self._speaker = module.load(files, threads, **settings)
        return {"import_seconds": imported - started, "load_seconds": time.perf_counter() - imported}


def answer(worker: Worker, requests: Iterable[str], replies: TextIO) -> None:
    """Answer line after line until there are no more; what fails is told, and does not end the process."""
    for line in requests:
        try:
            reply = worker.reply(json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever a foreign engine raises
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)


def peak_memory() -> int:
    """Return the most bytes of memory that this process has had resident.

    On Linux from ``VmHWM``: ``ru_maxrss`` also counts what the process that started this one had.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s*(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    import resource  # noqa: PLC0415 - not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def private_output() -> TextIO:
    """Return standard output for the replies alone: whatever a library prints goes to standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return replies


if __name__ == "__main__":
    answer(Worker(sys.argv[1]), sys.stdin, private_output())

"""What was measured, and how it is kept."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bench.peers.timing import Timing


@dataclass(frozen=True, slots=True)
class Run:
    """One utterance of a warm peer."""

    threads: int
    text: str
    """Its name."""
    peer: str
    mode: str
    turn: int
    timing: Timing


@dataclass(frozen=True, slots=True)
class ColdStart:
    """A fresh process that says one short sentence; seconds."""

    threads: int
    text: str
    peer: str
    turn: int
    total: float
    """From the start of the process to the last sample."""
    import_seconds: float | None = None
    load_seconds: float | None = None
    speak_seconds: float | None = None
    peak: int | None = None
    """Bytes resident, at most, after the sentence."""
    peak_paragraph: int | None = None
    """And after a paragraph; in the first turn only."""


@dataclass(frozen=True, slots=True)
class ServiceRun:
    """A service with so many clients."""

    peer: str
    clients: int
    turn: int
    seconds: float
    audio: float
    """Seconds of it that were received whole."""
    first_byte: tuple[float, ...]
    """Seconds, of each request that was accepted."""
    refused: int
    wrong: tuple[str, ...]
    """What was neither whole audio nor a refusal."""
    memory: float
    """MB resident afterwards, of all of the service's processes."""

    @property
    def throughput(self) -> float:
        """Seconds of audio per second."""
        return self.audio / self.seconds

    @property
    def first_median(self) -> float:
        """Seconds to the first bytes; NaN if no request was accepted."""
        return float(np.median(self.first_byte)) if self.first_byte else float("nan")


_Measured = TypeVar("_Measured", Run, ColdStart, ServiceRun)


@dataclass(slots=True)
class Results:
    """Of one run of the bench, or of several that were put together."""

    machine: dict[str, Any]
    warm: list[Run] = field(default_factory=list)
    cold: list[ColdStart] = field(default_factory=list)
    service: list[ServiceRun] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write all of it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Results:
        """Read what `write` wrote."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        warm = [Run(**{**run, "timing": _timing(run["timing"])}) for run in kept["warm"]]
        service = [
            ServiceRun(**{**run, **{key: tuple(run[key]) for key in ("first_byte", "wrong")}})
            for run in kept["service"]
        ]
        return cls(
            kept["machine"], warm, [ColdStart(**run) for run in kept["cold"]], service, kept["failures"]
        )


def merged(parts: Sequence[Results]) -> Results:
    """Put runs of the bench on one machine together, which may be of different texts, peers or parts.

    Turns are counted on from one run to the next, so that only what was measured in turns is compared.

    Raises:
        ValueError: machines or versions differ.
    """
    whole = Results(parts[0].machine)
    for part in parts:
        whole.machine = _same_machine(whole.machine, part.machine)
        first = 1 + max((run.turn for run in (*whole.warm, *whole.cold, *whole.service)), default=-1)
        whole.warm += _moved(part.warm, first)
        whole.cold += _moved(part.cold, first)
        whole.service += _moved(part.service, first)
        whole.failures += part.failures
    return whole


def _moved(runs: Sequence[_Measured], first: int) -> list[_Measured]:
    return [replace(run, turn=first + run.turn) for run in runs]


def _same_machine(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The description of both, with the versions of all."""
    versions = one["versions"] | other["versions"]
    if one | {"versions": versions | one["versions"]} != other | {"versions": versions}:
        raise ValueError(f"not the same machine and versions: {one} and {other}")
    return one | {"versions": versions}


def machine(versions: dict[str, str]) -> dict[str, Any]:
    """Describe where it was measured."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": versions,
    }


def order(names: Iterable[str]) -> list[str]:
    """Return each name once, in the order of its first appearance."""
    return list(dict.fromkeys(names))


def _timing(kept: dict[str, Any]) -> Timing:
    return Timing(**{**kept, "chunks": tuple((at, samples) for at, samples in kept["chunks"])})


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())

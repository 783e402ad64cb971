"""How busy others keep the machine while something is measured: what was measured then says little."""

from __future__ import annotations

import os
import time

import psutil


class Others:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._busy = _busy()
        self._own = _own()

    def told(self) -> str:
        """The share of the cores that this process and its children took since then, and that others took."""
        whole = (time.perf_counter() - self._began) * (os.cpu_count() or 1)
        own = _own() - self._own
        others = _busy() - self._busy - own
        return f"{own / whole:.0%} of the cores, others {max(0.0, others) / whole:.0%}"


def _busy() -> float:
    """Seconds of work of all processes."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)


def _own() -> float:
    """Seconds of work of this process and its children, which live as long as the measuring."""
    process = psutil.Process()
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        times = each.cpu_times()
        total += times.user + times.system
    return total

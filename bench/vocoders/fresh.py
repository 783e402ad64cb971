"""One row in a fresh process: loading time and memory, as a line of JSON for ``bench.vocoders``."""

from __future__ import annotations

import json
import pickle
import re
import sys
import time
from pathlib import Path

import psutil

from bench.vocoders.clauses import Clause
from bench.vocoders.graphs import Graphs
from bench.vocoders.rows import ROWS

CLAUSES_FILE = "clauses.pickle"


def main() -> None:
    """Load the row named on the command line, vocode the longest clause, and report."""
    name, threads, folder = sys.argv[1:]
    row = next(row for row in ROWS if row.name == name)
    row.prepare(Graphs(Path(folder)))
    longest = max(kept_clauses(Path(folder)), key=lambda clause: clause.seconds)
    before = psutil.Process().memory_info().rss / 1e6
    started = time.perf_counter()
    row.load(int(threads))
    loaded = time.perf_counter() - started
    row.run(**longest.arrays())
    print(json.dumps({"load_s": loaded, "megabytes": _peak() - before}))


def _peak() -> float:
    """Largest resident set so far, in 10^6 bytes (Linux); ``getrusage`` gives the parent's, if larger."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kibibytes,) = re.findall(r"VmHWM:\s*(\d+) kB", status)
    return int(kibibytes) * 1024 / 1e6


def keep_clauses(folder: Path, clauses: list[Clause]) -> None:
    """Write the clauses for fresh processes."""
    (folder / CLAUSES_FILE).write_bytes(pickle.dumps(clauses))


def kept_clauses(folder: Path) -> list[Clause]:
    """Read them."""
    clauses: list[Clause] = pickle.loads((folder / CLAUSES_FILE).read_bytes())  # noqa: S301 - written by this bench
    return clauses


if __name__ == "__main__":
    main()

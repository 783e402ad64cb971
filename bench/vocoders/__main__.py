"""``python -m bench.vocoders``: one acoustic model's features through many vocoders, taking turns."""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TypeAlias

import numpy as np

from bench.quality.report import table
from bench.vocoders.clauses import Clause
from bench.vocoders.fresh import keep_clauses
from bench.vocoders.graphs import Graphs
from bench.vocoders.mel_distance import mel_distance
from bench.vocoders.row import Row
from bench.vocoders.rows import REFERENCE, ROWS

Taken: TypeAlias = dict[tuple[str, int], list[tuple[float, float]]]

THREADS = (1, 2)
HEAD = ("vocoder", "RTF, 1 thread", "its CPU", "RTF, 2 threads", "its CPU", "mel, dB", "load s", "memory MB")


def main() -> None:
    """Print the table as Markdown."""
    options = parser().parse_args()
    rows = _chosen(options.rows)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        graphs = Graphs(folder)
        for row in {REFERENCE.name: REFERENCE, **{row.name: row for row in rows}}.values():
            row.prepare(graphs)
        clauses = graphs.clauses()
        keep_clauses(folder, clauses)
        taken = {threads: take_turns(rows, clauses, threads, options.repeat) for threads in THREADS}
        distances = mel_distances(rows, clauses)
        lengths = ", ".join(f"{clause.seconds:.1f}" for clause in clauses)
        print(f"Clauses of {lengths} s; medians of {options.repeat} runs, all vocoders in turn.\n")
        made = [
            (row.name, *_rtfs(row, taken, clauses), distances[row.name], *_fresh(row, folder)) for row in rows
        ]
    print(table(HEAD, made))


def parser() -> argparse.ArgumentParser:
    """Build the command line's parser."""
    line = argparse.ArgumentParser(prog="python -m bench.vocoders", description=__doc__)
    names = ", ".join(f"“{row.name}”" for row in ROWS)
    line.add_argument("--rows", nargs="+", metavar="NAME", help=f"only these, of {names}")
    line.add_argument("--repeat", type=int, default=5, help="runs of each clause (default: 5)")
    line.add_argument("--folder", type=Path, help="keep the graphs here, and use those that are there")
    return line


def take_turns(rows: Sequence[Row], clauses: Sequence[Clause], threads: int, repeat: int) -> Taken:
    """Time A B A B … on each clause, after one run that is not counted; other load hits all alike.

    Returns:
        By row and index of the clause, for each run the seconds by the clock and those of the processor.
    """
    for row in rows:
        row.load(threads)
    taken: Taken = {}
    for index, clause in enumerate(clauses):
        for row in rows:
            row.run(**clause.arrays())
        for _ in range(repeat):
            for row in rows:
                taken.setdefault((row.name, index), []).append(_timed(row, clause))
    return taken


def _timed(row: Row, clause: Clause) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    row.run(**clause.arrays())
    return time.perf_counter() - clock, time.process_time() - processor


def mel_distances(rows: Sequence[Row], clauses: Sequence[Clause]) -> dict[str, str]:
    """How far each loaded row is from floats, mean over the clauses."""
    REFERENCE.load(THREADS[-1])
    references = [REFERENCE.run(**clause.arrays()) for clause in clauses]
    distances = {}
    for row in rows:
        pairs = zip(clauses, references, strict=True)
        mean = np.mean([mel_distance(row.run(**clause.arrays()), its) for clause, its in pairs])
        distances[row.name] = f"{mean:.2f}"
    return distances


def _chosen(names: Sequence[str] | None) -> list[Row]:
    """The rows of these names; by default all that can run here."""
    rows = {row.name: row for row in ROWS}
    if names:
        return [rows[name] for name in names]
    if importlib.util.find_spec("openvino"):
        return list(ROWS)
    print("OpenVINO is not installed, and its rows are left out (bench/README.md).\n")
    return [row for row in ROWS if not row.name.startswith("OV")]


def _rtfs(row: Row, taken: dict[int, Taken], clauses: Sequence[Clause]) -> Iterator[str]:
    """For each number of threads: all clauses, each its median, over their length, by clock and CPU."""
    length = sum(clause.seconds for clause in clauses)
    for threads in THREADS:
        runs = [taken[threads][row.name, index] for index in range(len(clauses))]
        for seconds in zip(*([median(kind) for kind in zip(*run, strict=True)] for run in runs), strict=True):
            yield f"{sum(seconds) / length:.3f}"


def _fresh(row: Row, folder: Path) -> tuple[str, str]:
    command = [sys.executable, "-m", "bench.vocoders.fresh", row.name, str(THREADS[-1]), str(folder)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    return f"{result['load_s']:.1f}", f"{result['megabytes']:.0f}"


if __name__ == "__main__":
    main()

"""``python -m bench.latency``: time to first audio, whole time and peak memory, engines taking turns."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from statistics import median

import numpy as np

from bench.engines import Engine, EngineSpec, create
from bench.latency.stopwatch import Timing, measure
from bench.latency.texts import TEXTS
from bench.quality.report import table

COLUMNS = ("first_chunk", "first_sound", "whole", "audio", "stall")
HEAD = ("text", "engine", "first chunk s", "first sound s", "whole s", "audio s", "stalls s", "RTF")
MEMORY_HEAD = ("engine", "load s", "peak RSS, short text MB", "peak RSS, paragraph MB")


def main() -> None:
    """Print the tables as Markdown."""
    options = parser().parse_args()
    if not options.no_memory:
        print(table(MEMORY_HEAD, [_memory_row(spec, options.threads) for spec in options.engines]), "\n")
    engines = {spec.label: create(spec, options.threads) for spec in options.engines}
    timings = take_turns(engines, options.repeat)
    print(f"Median [quartiles] of {options.repeat} runs, engines in turn, {options.threads} threads each.\n")
    print(table(HEAD, [_row(text, label, runs) for (text, label), runs in timings.items()]), "\n")
    for line in _ratios(timings, list(engines)):
        print(line)


def parser() -> argparse.ArgumentParser:
    """Build the command line's parser."""
    line = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__)
    line.add_argument(
        "--engines",
        nargs="+",
        type=EngineSpec.parse,
        default=[EngineSpec.parse("declaim"), EngineSpec.parse("kokoro-onnx")],
        metavar="ENGINE[:KEY=VALUE,…]",
    )
    line.add_argument("--threads", type=int, default=2, help="threads of each engine (default: 2)")
    line.add_argument("--repeat", type=int, default=9, help="runs of each text and engine (default: 9)")
    line.add_argument("--no-memory", action="store_true", help="leave out the memory of a fresh process")
    return line


def take_turns(engines: dict[str, Engine], repeat: int) -> dict[tuple[str, str], list[Timing]]:
    """Time A B A B … on each text, after one run that is not counted; other load hits both alike."""
    timings: dict[tuple[str, str], list[Timing]] = {}
    for name, voice, text in TEXTS:
        for engine in engines.values():
            measure(engine, text, voice)
        for _ in range(repeat):
            for label, engine in engines.items():
                timings.setdefault((name, label), []).append(measure(engine, text, voice))
    return timings


def _row(text: str, label: str, runs: list[Timing]) -> tuple[str, ...]:
    cells = [_spread([getattr(run, column) for run in runs]) for column in COLUMNS]
    return (text, label, *cells, f"{median(run.whole / run.audio for run in runs):.2f}")


def _spread(values: list[float]) -> str:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"


def _ratios(timings: dict[tuple[str, str], list[Timing]], labels: list[str]) -> list[str]:
    """Compare the first engine with each other one, run by run, so that a busy spell cancels out."""
    lines = []
    for name, _, _ in TEXTS:
        for other in labels[1:]:
            pairs = list(zip(timings[name, labels[0]], timings[name, other], strict=True))
            first = _spread([mine.first_chunk / its.first_chunk for mine, its in pairs])
            whole = _spread([mine.whole / its.whole for mine, its in pairs])
            lines.append(f"- {name}: {labels[0]} / {other}: first chunk × {first}, whole × {whole}")
    return lines


def _memory_row(spec: EngineSpec, threads: int) -> tuple[str, ...]:
    short, paragraph = (_fresh_process(spec, threads, index) for index in (0, len(TEXTS) - 1))
    return (spec.label, f"{short['load_s']:.2f}", f"{short['peak_mb']:.0f}", f"{paragraph['peak_mb']:.0f}")


def _fresh_process(spec: EngineSpec, threads: int, text: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.latency.peak", spec.label, str(threads), str(text)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    return result


if __name__ == "__main__":
    main()

"""``python -m bench.quality``: read the sentence sets aloud, listen, and print the comparison."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.engines import EngineSpec
from bench.quality.corpus import SETS
from bench.quality.report import report
from bench.quality.results import Result, read, write
from bench.quality.run import VOICES, Plan, run


def main() -> None:
    """Run the plan of the command line; print Markdown, write every sentence's result as JSON."""
    options = parser().parse_args()
    plan = Plan(
        engines=options.engines,
        sets=tuple(options.sets.split(",")),
        voices=tuple(options.voices.split(",")) if options.voices else None,
        limit=options.limit,
        threads=options.threads,
        keep_audio=options.keep_audio,
    )
    results = [result for path in options.earlier for result in read(path)]
    if plan.engines:
        results += _measure(plan, options.json)
    print(report(results, baseline=options.baseline))


def _measure(plan: Plan, target: Path) -> list[Result]:
    """Run the plan; what was measured is kept even if it is interrupted."""
    measured: list[Result] = []
    try:
        measured.extend(run(plan))
    finally:
        if measured:  # an engine that cannot be loaded must not empty an earlier run's file
            write(measured, target)
    return measured


def parser() -> argparse.ArgumentParser:
    """Build the command line's parser."""
    line = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    line.add_argument(
        "--engines",
        nargs="*",
        type=EngineSpec.parse,
        default=[EngineSpec.parse(name) for name in ("declaim:soon=0", "declaim", "kokoro-onnx")],
        metavar="ENGINE[:KEY=VALUE,…]",
        help="engines side by side, settings after a colon (default: files, streamed, kokoro-onnx)",
    )
    line.add_argument("--sets", default=",".join(SETS), help="of zh,en,mixed (default: all)")
    natives = ", ".join(f"{name}: {'+'.join(voices)}" for name, voices in VOICES.items())
    line.add_argument("--voices", help=f"these voices for every set (default: {natives})")
    line.add_argument("--limit", type=int, help="sentences of each set, spread evenly over its kinds")
    line.add_argument("--threads", type=int, default=2, help="threads of every model (default: 2)")
    line.add_argument("--baseline", default="kokoro-onnx", help="engine that differences are taken against")
    line.add_argument(
        "--with",
        dest="earlier",
        nargs="*",
        type=Path,
        default=[],
        metavar="JSON",
        help="put earlier results beside these; with an empty --engines, only print them",
    )
    line.add_argument("--json", type=Path, default=Path("bench/results/quality.json"), help="where rows go")
    line.add_argument("--keep-audio", type=Path, metavar="DIR", help="keep every WAV here")
    return line


if __name__ == "__main__":
    main()

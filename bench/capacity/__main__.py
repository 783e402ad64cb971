"""How many cores so many listeners need: ``python -m bench.capacity measure``, then ``… table``.

``measure`` (13 minutes, on an idle machine of two cores, with Ray) asks nodes of one core each: first alone,
sentence by sentence, which the simulation is fed with; then under load, which it is held against.
``table`` (some minutes, anywhere) simulates up to ten thousand listeners, and prints the tables of
``docs/capacity.md``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.capacity.report import Check, checks_table, page
from bench.capacity.simulation import simulate
from bench.capacity.traffic import Habit, Sentence

_MEASURED = Path(__file__).with_name("measured.json")
_WARM, _SECONDS = 15.0, 150.0
_LOADS = (3, 5)
"""Listeners for each node."""
_HABITS = (Habit(sentences=1, pause=4.0), Habit(sentences=2, pause=6.0))


def main() -> None:
    """Measure, or calculate."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("what", choices=("measure", "table"))
    parser.add_argument("--json", type=Path, default=_MEASURED, help="the measured times")
    given = parser.parse_args()
    if given.what == "measure":
        given.json.write_text(json.dumps(_measure(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    read = json.loads(given.json.read_text(encoding="utf-8"))
    spoken = [Sentence(**each) for each in read["alone"]]
    checks = [_check(spoken, each) for each in read["loads"]]
    if given.what == "measure":
        print(checks_table(checks))
    else:
        print(page(spoken, checks))


def _measure() -> dict[str, Any]:
    from bench.capacity.measuring import alone, serving, under_load  # noqa: PLC0415 - wants Ray

    loads: list[dict[str, Any]] = []
    spoken: list[Sentence] = []
    for count in (1, 2):
        with serving(count) as nodes:
            spoken = spoken or alone(nodes[0])
            for habit, listeners in zip(_HABITS, _LOADS, strict=True):
                asking = [habit.requests(spoken, seed) for seed in range(listeners * count)]
                seen = under_load(nodes, asking, _WARM, _SECONDS)
                about = {"nodes": count, "listeners": listeners * count, "habit": asdict(habit)}
                loads.append(about | asdict(seen))
    return {"alone": [asdict(each) for each in spoken], "loads": loads}


def _check(spoken: list[Sentence], load: dict[str, Any]) -> Check:
    nodes, listeners, seconds, habit = (
        load["nodes"],
        load["listeners"],
        load["seconds"],
        Habit(**load["habit"]),
    )
    asking = [habit.requests(spoken, seed) for seed in range(listeners)]
    simulated = simulate(nodes, asking, habit, warm=_WARM, measured=seconds)
    return Check(nodes, listeners, habit, load["first_audio"], load["audio"] / seconds, simulated)


if __name__ == "__main__":
    main()

"""How many cores so many listeners need: ``python -m bench.capacity measure``, then ``… table``.

``measure`` (23 minutes, on an idle machine of two cores, with Ray) asks nodes of one core each: before and
after each load sentence by sentence, which the simulation is fed with, and under load, which it is held
against.
``table`` (some minutes, anywhere) simulates up to ten thousand listeners, and prints the tables of
``docs/capacity.md``.
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.capacity.report import Check, checks_table, page
from bench.capacity.simulation import Outcome, simulate
from bench.capacity.traffic import Habit, Sentence

_MEASURED = Path(__file__).with_name("measured.json")
_WARM = 15.0
_LOADS = (
    (3, Habit(sentences=1, pause=4.0), 210.0),
    (5, Habit(sentences=2, pause=6.0), 210.0),
    (3, Habit(sentences=2), 90.0),
)
"""Listeners for each node, how they ask, and seconds. The last ones ask without a pause: for all there is."""
_RUNS = 40
"""Simulations of a load that was measured, with other requests of the same kind each."""


def main() -> None:
    """Measure, or calculate."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("what", choices=("measure", "table"))
    parser.add_argument("--json", type=Path, default=_MEASURED, help="the measured times")
    given = parser.parse_args()
    if given.what == "measure":
        given.json.write_text(json.dumps(_measure(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    read = json.loads(given.json.read_text(encoding="utf-8"))
    checks = [_check(each) for each in read["loads"]]
    if given.what == "measure":
        print(checks_table(checks))
    else:
        print(page(_together([each["alone"] for each in read["loads"]]), checks))


def _measure() -> dict[str, Any]:
    from bench.capacity.measuring import alone, serving, under_load  # noqa: PLC0415 - wants Ray

    loads: list[dict[str, Any]] = []
    for count in (1, 2):
        with serving(count) as nodes:
            spoken = alone(nodes)
            for listeners, habit, seconds in _LOADS:
                asking = [habit.requests(spoken, seed) for seed in range(listeners * count)]
                seen = under_load(nodes, asking, _WARM, seconds)
                after = alone(nodes)
                both = [[asdict(each) for each in some] for some in (spoken, after)]
                about = {"nodes": count, "listeners": listeners * count, "habit": asdict(habit)}
                loads.append(about | {"alone": [asdict(each) for each in _together(both)]} | asdict(seen))
                spoken = after
    return {"loads": loads}


def _together(measured: list[list[dict[str, Any]]]) -> list[Sentence]:
    """Each sentence's means over several times that all were measured."""
    found = []
    for same in zip(*measured, strict=True):
        means = {name: statistics.fmean(each[name] for each in same) for name in ("first", "work", "audio")}
        found.append(Sentence(**same[0] | means))
    return found


def _check(load: dict[str, Any]) -> Check:
    nodes, listeners, seconds = load["nodes"], load["listeners"], load["seconds"]
    habit, spoken = Habit(**load["habit"]), [Sentence(**each) for each in load["alone"]]
    whole = Outcome()
    for run in range(_RUNS):
        asking = [habit.requests(spoken, 1000 * run + each) for each in range(listeners)]
        whole += simulate(nodes, asking, habit, warm=_WARM, measured=seconds, services=nodes, seed=run)
    return Check(nodes, listeners, habit, load["first_audio"], load["audio"] / seconds, whole)


if __name__ == "__main__":
    main()

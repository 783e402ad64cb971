"""The numbers as tables, and as a picture."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.capacity.simulation import Outcome, Wish, fewest_engines, quantile
from bench.capacity.traffic import Habit, Sentence

IMAGE = Path(__file__).parents[2] / "docs" / "images" / "capacity.svg"
_LISTENERS = (10, 30, 100, 300, 1_000, 3_000, 10_000)
_P95 = (1.5, 2.0, 3.0)
"""Seconds to the first sound that 95 % of the requests have to keep."""
_SCENARIOS = {
    "listening without a break (5 sentences a request)": Habit(sentences=5, listens=True, spread=25),
    "an assistant: a sentence, then 20 s of quiet": Habit(sentences=1, pause=20, listens=True, spread=25),
}
_WARM, _MEASURED = 40.0, 80.0
_ENOUGH = 30_000
"""Listeners times seconds, at least: else a single late sentence would decide."""
_RESAMPLES = 1000
_INK = "#7d7d7d"
_COLOURS = ("#d62839", "#457b9d")


@dataclass(frozen=True, slots=True)
class Check:
    """A load that was measured, and simulated with the same requests."""

    nodes: int
    listeners: int
    habit: Habit
    first_audio: Sequence[float]
    rate: float
    """Seconds of audio a second."""
    simulated: Outcome


def checks_table(checks: Sequence[Check]) -> str:
    """Measured and simulated, side by side."""
    rows = [
        "| nodes | listeners | sentences, pause | requests | audio, s/s | first sound, mean, s | p95, s |",
        "|---|---|---|---|---|---|---|",
    ]
    for check in checks:
        simulated = check.simulated
        cells = [
            _both(check.rate, simulated.audio / simulated.seconds),
            *(
                _both(of(check.first_audio), of(simulated.first_audio), _range(check.first_audio, of))
                for of in (fmean, _p95)
            ),
        ]
        habit = f"{check.habit.sentences}, {check.habit.pause:g} s"
        about = f"| {check.nodes} | {check.listeners} | {habit} | {len(check.first_audio)} |"
        rows.append(f"{about} {' | '.join(cells)} |")
    most = {check.nodes: check.rate for check in checks if not check.habit.pause}
    gain = f"Asked without a pause, two nodes make {most[2] / most[1]:.2f} times what one does."
    return "\n".join([*rows, "", gain])


def _p95(values: Sequence[float]) -> float:
    return quantile(values, 0.95)


def _range(values: Sequence[float], of: Callable[[Sequence[float]], float]) -> str:
    """Where nine of ten resamples of what was measured lie (bootstrap)."""
    choose = random.Random(1)  # noqa: S311 - nothing secret
    found = [of(choose.choices(values, k=len(values))) for _ in range(_RESAMPLES)]
    return f" [{quantile(found, 0.05):.2f}, {quantile(found, 0.95):.2f}]"


def _both(measured: float, simulated: float, between: str = "") -> str:
    return f"{measured:.2f}{between}, simulated {simulated:.2f} ({simulated / measured - 1:+.0%})"


def page(spoken: Sequence[Sentence], checks: Sequence[Check]) -> str:
    """The tables of ``docs/capacity.md``; the picture is written beside."""
    rate = sum(one.work for one in spoken) / sum(one.audio for one in spoken)
    first = quantile([one.first for one in spoken], 0.5)
    alone = (
        f"Alone, a core takes {rate:.3f} s for a second of speech, all counted, and has the first sound "
        f"after {first:.2f} s (median of {len(spoken)} sentences)."
    )
    lines = [alone, "", checks_table(checks)]
    wanted = [(name, p95) for name in _SCENARIOS for p95 in _P95]
    with ProcessPoolExecutor() as pool:
        found = pool.map(_curve, *zip(*wanted, strict=True), repeat(spoken))
        curves = dict(zip(wanted, found, strict=True))
    for name in _SCENARIOS:
        lines += ["", f"**{name[0].upper()}{name[1:]}**", "", _head(), "|---" * (len(_P95) + 2) + "|"]
        for place, listeners in enumerate(_LISTENERS):
            points = [curves[name, p95][place] for p95 in _P95]
            cells = " | ".join(f"{cores:,}" for cores, _ in points)
            lines.append(f"| {listeners:,} | {cells} | {points[-1][1]:.0%} |")
    _draw(curves)
    return "\n".join(lines)


def _curve(name: str, p95: float, spoken: Sequence[Sentence]) -> list[tuple[int, float]]:
    """For each number of listeners the cores, and how busy they are."""
    found: list[tuple[int, float]] = []
    guess, before = 1, 0
    for listeners in _LISTENERS:
        if before:
            guess = math.ceil(found[-1][0] * listeners / before)
        wish = Wish(listeners, _SCENARIOS[name], p95)
        measured = max(_MEASURED, _ENOUGH / listeners)
        cores, outcome = fewest_engines(wish, spoken, warm=_WARM, measured=measured, guess=guess)
        found.append((cores, outcome.busy / outcome.seconds / cores))
        before = listeners
    return found


def _head() -> str:
    return "| listeners | " + " | ".join(f"p95 {p95:g} s" for p95 in _P95) + " | busy |"


def _draw(curves: Mapping[tuple[str, float], Sequence[tuple[int, float]]]) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only the picture wants it
    from matplotlib.figure import Figure  # noqa: PLC0415

    inked = "text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"
    look: Any = {"svg.hashsalt": "declaim", "font.size": 8, "axes.facecolor": "none", "legend.frameon": False}
    look |= dict.fromkeys(inked, _INK) | {"savefig.facecolor": "none"}
    with mpl.rc_context(look):
        figure = Figure((7, 3.6), layout="constrained")
        axes = figure.subplots()
        for name, colour in zip(_SCENARIOS, _COLOURS, strict=True):
            for p95, style in zip(_P95, (":", "--", "-"), strict=True):
                label = f"{name.split(' (')[0]}: p95 {p95:g} s"
                cores = [cores for cores, _ in curves[name, p95]]
                axes.loglog(_LISTENERS, cores, style, color=colour, label=label)
        axes.set_xlabel("listeners at the same time")
        axes.set_ylabel("cores")
        axes.grid(visible=True, alpha=0.2)
        axes.legend()
        figure.savefig(IMAGE, metadata={"Date": None})

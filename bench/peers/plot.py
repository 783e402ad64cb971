"""The results as a picture: real-time factor, time to first audio, throughput."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from bench.peers.results import Results, Run, order
from bench.peers.roster import BASELINE, DECLAIM
from bench.peers.spread import Spread, spread
from bench.peers.timing import Timing

_COLOURS = {
    DECLAIM: "#d62839",
    BASELINE: "#457b9d",
    "fastkokoro": "#5f9e6e",
    "sherpa-onnx": "#bf8a15",
    "piper": "#8b95a1",
}
_OTHER = "#9a7fb0"
_INK = "#7d7d7d"
"""Of text, axes and lines. The picture has no background of its own, so it is a grey that is read on white
(contrast 4.1:1) and on a dark page (4.6:1 on #0d1117); the colours above have 3:1 on both."""
_LOOK: Any = {
    "svg.hashsalt": "declaim",
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "legend.frameon": False,
    "savefig.facecolor": "none",
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _INK),
}
_SIZE = (11.0, 3.6)
"""Inches, 72 units each in SVG."""


def draw(results: Results, path: Path) -> None:
    """Write the picture as its suffix says; SVG stays the same for the same results."""
    most = max((run.threads for run in results.warm), default=0)
    runs = [run for run in results.warm if run.threads == most]
    with mpl.rc_context(_LOOK):
        figure = Figure(_SIZE, layout="constrained")
        panels = figure.subplots(1, 3)
        _bars(panels[0], _of_mode(runs, "whole"), lambda timing: timing.rtf)
        panels[0].set_title(f"Real-time factor, {most} threads (lower is faster)")
        _bars(panels[1], _of_mode(runs, "stream"), lambda timing: timing.first_audio)
        panels[1].set_title("Time to first audio, streamed, s")
        panels[1].set_yscale("log")
        panels[1].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panels[1].yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        panels[1].yaxis.set_minor_formatter(NullFormatter())
        _throughput(panels[2], results)
        panels[2].set_title("Service: seconds of audio per second")
        figure.legend(*panels[1].get_legend_handles_labels(), loc="outside lower center", ncols=6)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _of_mode(runs: Sequence[Run], mode: str) -> list[Run]:
    """The runs in a mode, and those of peers that have no such mode in the one they have."""
    modes = {peer: {run.mode for run in runs if run.peer == peer} for peer in {run.peer for run in runs}}
    return [run for run in runs if run.mode == mode or mode not in modes[run.peer]]


def _bars(panel: Axes, runs: Sequence[Run], value: Callable[[Timing], float]) -> None:
    """A group for each text, a bar for each peer: medians, with a line over the quartiles."""
    texts, peers = order(run.text for run in runs), order(run.peer for run in runs)
    width = 0.8 / max(1, len(peers))
    for number, peer in enumerate(peers):
        spreads = {
            index: spread([value(run.timing) for run in runs if (run.text, run.peer) == (text, peer)])
            for index, text in enumerate(texts)
            if any((run.text, run.peer) == (text, peer) for run in runs)
        }
        panel.bar(
            [index + (number + 0.5) * width - 0.4 for index in spreads],
            [each.middle for each in spreads.values()],
            width,
            yerr=_reach(list(spreads.values())),
            error_kw={"linewidth": 0.6, "ecolor": _INK},
            label=peer,
            color=_colour(peer),
        )
    panel.set_xticks(range(len(texts)), texts, rotation=45, ha="right")


def _reach(spreads: Sequence[Spread]) -> list[list[float]]:
    """From the medians down to the first quartile and up to the third."""
    return [[each.middle - each.low for each in spreads], [each.high - each.middle for each in spreads]]


def _throughput(panel: Axes, results: Results) -> None:
    for peer in order(run.peer for run in results.service):
        runs = [run for run in results.service if run.peer == peer]
        clients = sorted({run.clients for run in runs})
        medians = [np.median([run.throughput for run in runs if run.clients == each]) for each in clients]
        panel.plot(clients, medians, marker="o", markersize=3, color=_colour(peer))
    panel.set_xticks(sorted({run.clients for run in results.service}))
    panel.set_ylim(bottom=0)
    panel.set_xlabel("clients")


def _colour(label: str) -> str:
    """A peer's colour; that of another setting of it is another one."""
    return _COLOURS.get(label, _OTHER)

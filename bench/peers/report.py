"""The results as Markdown: medians with their quartiles, and ratios to the baseline run by run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from bench.peers.results import ColdStart, Results, Run, ServiceRun, order
from bench.peers.roster import BASELINE
from bench.peers.spread import ratios, spread
from bench.quality.report import table

WARM_HEAD = (
    "text", "peer", "mode", "runs", "audio s", "first audio s", "first sound s", "whole s", "RTF", "stalls s",
    "first audio ×", "whole ×", "RTF ×",
)  # fmt: skip
COLD_HEAD = (
    "text", "peer", "import s", "load s", "sentence s", "process to last sample s", "×",
    "peak MB, sentence", "peak MB, paragraph",
)  # fmt: skip
SERVICE_HEAD = (
    "clients", "peer", "requests", "refused", "wrong", "audio s/s", "×", "first bytes p50 s", "p95 s", "×",
    "memory MB",
)  # fmt: skip
_NOTHING = "–"
_Measured = TypeVar("_Measured", Run, ColdStart, ServiceRun)


def report(results: Results) -> str:
    """Return all tables that there are results for."""
    parts = [_where(results)]
    for threads in sorted({run.threads for run in results.warm}):
        parts.append(f"### Warm, {threads} {'thread' if threads == 1 else 'threads'}")
        parts.append(table(WARM_HEAD, _warm_rows([run for run in results.warm if run.threads == threads])))
    if results.cold:
        parts += [f"### Cold, {results.cold[0].threads} threads", table(COLD_HEAD, _cold_rows(results.cold))]
    if results.service:
        parts += ["### Services", table(SERVICE_HEAD, _service_rows(results.service))]
    if results.failures:
        parts += ["### Failures", *(f"- {failure}" for failure in results.failures)]
    return "\n\n".join(parts) + "\n"


def _where(results: Results) -> str:
    about = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return (
        f"{about['processor']}, {about['cores']} cores, {about['system']}, Python {about['python']}; "
        f"{versions}. "
        f"Medians [quartiles]; × is the ratio to {BASELINE} in the same mode, run by run."
    )


def _warm_rows(runs: Sequence[Run]) -> Iterator[tuple[str, ...]]:
    groups: dict[tuple[str, str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.text, run.peer, run.mode), []).append(run)
    for (text, peer, mode), mine in groups.items():
        its = groups.get((text, BASELINE, mode), []) if peer != BASELINE else []
        timings = [run.timing for run in mine]
        yield (
            text,
            peer,
            mode,
            str(len(timings)),
            _median([timing.audio for timing in timings]),
            spread([timing.first_audio for timing in timings]).text(),
            _median([timing.first_sound for timing in timings]),
            spread([timing.whole for timing in timings]).text(),
            spread([timing.rtf for timing in timings]).text(3),
            _median([timing.stall for timing in timings]),
            _against(mine, its, lambda run: run.timing.first_audio, 3),
            _against(mine, its, lambda run: run.timing.whole, 3),
            _against(mine, its, lambda run: run.timing.rtf, 3),
        )


def _median(values: Sequence[float]) -> str:
    return f"{spread(values).middle:.2f}" if values else _NOTHING


def _against(
    mine: Sequence[_Measured], its: Sequence[_Measured], value: Callable[[_Measured], float], digits: int = 2
) -> str:
    """The ratio, over the turns that both took."""
    mine_by_turn, its_by_turn = ({run.turn: value(run) for run in runs} for runs in (mine, its))
    if not mine_by_turn.keys() & its_by_turn.keys():
        return _NOTHING
    return ratios(mine_by_turn, its_by_turn).text(digits)


def _cold_rows(starts: Sequence[ColdStart]) -> Iterator[tuple[str, ...]]:
    for text in order(start.text for start in starts):
        of_text = [start for start in starts if start.text == text]
        its = [start for start in of_text if start.peer == BASELINE]
        for peer in order(start.peer for start in of_text):
            mine = [start for start in of_text if start.peer == peer]
            yield (
                text,
                peer,
                _optional([start.import_seconds for start in mine]),
                _optional([start.load_seconds for start in mine]),
                _optional([start.speak_seconds for start in mine]),
                spread([start.total for start in mine]).text(),
                _against(mine, its if peer != BASELINE else [], lambda start: start.total),
                _megabytes([start.peak for start in mine]),
                _megabytes([start.peak_paragraph for start in mine]),
            )


def _service_rows(runs: Sequence[ServiceRun]) -> Iterator[tuple[str, ...]]:
    for clients in sorted({run.clients for run in runs}):
        of_number = [run for run in runs if run.clients == clients]
        baseline = [run for run in of_number if run.peer == BASELINE]
        for peer in order(run.peer for run in of_number):
            mine = [run for run in of_number if run.peer == peer]
            first = [seconds for run in mine for seconds in run.first_byte]
            its = baseline if peer != BASELINE else []
            yield (
                str(clients),
                peer,
                str(len(first)),
                str(sum(run.refused for run in mine)),
                str(sum(len(run.wrong) for run in mine)),
                spread([run.throughput for run in mine]).text(),
                _against(mine, its, lambda run: run.throughput),
                _median(first),
                f"{np.quantile(first, 0.95):.2f}" if first else _NOTHING,
                _against(mine, its, lambda run: run.first_median),
                f"{max(run.memory for run in mine):.0f}",
            )


def _optional(values: Sequence[float | None]) -> str:
    return _median([value for value in values if value is not None])


def _megabytes(values: Sequence[int | None]) -> str:
    there = [value / 1e6 for value in values if value is not None]
    return f"{max(there):.0f}" if there else _NOTHING

"""What a configuration takes for a text: seconds of each stage, in all, and until something is heard."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

from declaim.stopwatch import StageName, Stopwatch

if TYPE_CHECKING:
    from declaim.ablation.configurations import Configuration
    from declaim.manner import Manner

_WARM_UP = "Good morning. 早上好，这是 warm-up，不算时间。"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, by the clock. The stages run one after the other, on one thread that calls the models."""

    text: float
    prosody: float
    acoustic: float
    vocoder: float
    total: float
    """Until all of the audio is made: the stages, and what little is between them."""
    first_audio: float
    """Until something can be heard."""
    audio: float
    """What is heard in the end, pauses included."""


def measure(configuration: Configuration, text: str, manner: Manner) -> Timing:
    """Speak a text once.

    Raises:
        InputError: the text cannot be spoken.
        EngineError: a model failed.
    """
    return copy_context().run(_measured, configuration, text, manner)


def _measured(configuration: Configuration, text: str, manner: Manner) -> Timing:
    stopwatch = Stopwatch()
    stopwatch.install()
    started = time.perf_counter()
    first_audio, audio = 0.0, 0.0
    for chunk in configuration.speak(text, manner):
        first_audio = first_audio or time.perf_counter() - started
        audio += chunk.seconds
    total = time.perf_counter() - started
    stages: Mapping[StageName, float] = stopwatch.take()
    return Timing(
        text=stages.get("text", 0.0),
        prosody=stages.get("prosody", 0.0),
        acoustic=stages.get("acoustic", 0.0),
        vocoder=stages.get("vocoder", 0.0),
        total=total,
        first_audio=first_audio,
        audio=audio,
    )


def take_turns(
    configurations: Sequence[Configuration], text: str, manner: Manner, repeat: int
) -> Iterator[tuple[int, Timing]]:
    """Measure all configurations in turn, so often, each after a sentence that does not count.

    The order is turned round each time: what warms up, or slows down, in the course of a turn favours none.

    Yields:
        The index of a configuration, and what it took.
    """
    for configuration in configurations:
        measure(configuration, _WARM_UP, manner)
    order = list(range(len(configurations)))
    for turn in range(repeat):
        for index in order if turn % 2 == 0 else reversed(order):
            yield index, measure(configurations[index], text, manner)


@dataclass(frozen=True, slots=True)
class Row:
    """A configuration in the table."""

    name: str
    base: int | None
    timing: Timing
    """Medians, each of its own: the stages need not add up to the total exactly."""
    change: float | None
    """Of the total against that of the base, as a share of the first row's total."""
    is_kept: bool
    """Whether the configurations below build on it, or it is the last."""


def rows(configurations: Sequence[Configuration], runs: Sequence[Sequence[Timing]]) -> list[Row]:
    """The table.

    Args:
        configurations: the first one changes none.
        runs: of each of them.
    """
    timings = [medians(taken) for taken in runs]
    built_on = {each.base for each in configurations} | {len(configurations) - 1}
    return [
        Row(
            each.name,
            each.base,
            timing,
            None if each.base is None else (timing.total - timings[each.base].total) / timings[0].total,
            index in built_on,
        )
        for index, (each, timing) in enumerate(zip(configurations, timings, strict=True))
    ]


def medians(runs: Sequence[Timing]) -> Timing:
    """Of each number by itself."""
    taken = [asdict(run) for run in runs]
    return Timing(**{name: median(each[name] for each in taken) for name in taken[0]})

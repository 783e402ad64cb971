"""Tones, how loud they are, and episodes laid out of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from declaim.studio.podcast.listening import listen
from declaim.studio.podcast.script_reader import read_script
from declaim.studio.podcast.show import Show
from declaim.studio.podcast.timeline import MusicLengths, Timeline, lay_out
from declaim.studio.recording import Take

RATE = 24_000

MakeTake: TypeAlias = Callable[..., Take]
WriteSound: TypeAlias = Callable[..., Path]


def tone(seconds: float, hertz: float = 440.0, level: float = -20.0, rate: int = RATE) -> NDArray[np.float32]:
    """A sine whose RMS is ``level`` dB."""
    times = np.arange(round(seconds * rate)) / rate
    return (np.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def decibels(samples: NDArray[np.float32]) -> float:
    """RMS level; -200 for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10 * np.log10(max(power, 1e-20))


def laid(takes: list[Take], script: str, lengths: MusicLengths | None = None, **show: Any) -> Timeline:
    """Takes laid out by a script and fields of a show."""
    made = Show.model_validate({"title": "T", "script": "-", **show})
    return lay_out(made, read_script(script), takes, listen(takes), lengths or MusicLengths())

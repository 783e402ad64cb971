"""Takes, listened to: where in each file speech begins and ends, and how loud each speaker is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.loudness import LoudnessMeter
from declaim.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from declaim.studio.recording import Take

_FRAME: Final = SAMPLE_RATE // 100
"""Samples: 10 ms."""
_BELOW_LOUDEST: Final = 40.0
"""dB below a take's loudest frame from which on it is silence."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where speech is in a take, in samples of its file.

    Attributes:
        onset: the first.
        offset: behind the last.
    """

    onset: int
    offset: int


@dataclass(slots=True)
class Listening:
    """What was heard.

    Attributes:
        bounds: by the take's file.
        loudness: of each speaker in LUFS (BS.1770, one channel); None for who is hardly heard.
    """

    bounds: dict[Path, Bounds] = field(default_factory=dict)
    loudness: dict[str, float | None] = field(default_factory=dict)


def listen(takes: Iterable[Take]) -> Listening:
    """Listen to all takes, one at a time.

    Raises:
        StorageError: a file is gone or damaged.
    """
    meters: dict[str, LoudnessMeter] = {}
    heard = Listening()
    for take in takes:
        samples = read_take(take.path)
        heard.bounds[take.path] = speech_bounds(samples)
        meters.setdefault(take.speaker, LoudnessMeter(SAMPLE_RATE)).add(samples)
    heard.loudness = {speaker: meter.integrated for speaker, meter in meters.items()}
    return heard


def read_take(path: Path) -> NDArray[np.float32]:
    """The samples of a take, shape (n,), full scale = 1.

    Raises:
        StorageError: the file is gone or damaged.
    """
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
            frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (OSError, av.error.FFmpegError) as error:
        raise StorageError(
            f"a spoken sentence, {path}, cannot be read: {error}", hint="remove it, and run this again"
        ) from error
    if not frames:
        return np.zeros(0, np.float32)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float32)


def speech_bounds(samples: NDArray[np.float32]) -> Bounds:
    """Where speech begins and ends, to 10 ms; all of it where it is nowhere loud."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return Bounds(0, len(samples))
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (-_BELOW_LOUDEST / 10))
    if not len(loud):
        return Bounds(0, len(samples))
    end = len(samples) if loud[-1] == len(frames) - 1 else (int(loud[-1]) + 1) * _FRAME
    return Bounds(int(loud[0]) * _FRAME, end)

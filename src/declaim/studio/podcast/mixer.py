"""Speech and music together, a second at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import soxr
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.studio.podcast.ducking import Ducker
from declaim.studio.podcast.listening import read_take
from declaim.studio.podcast.music import MusicReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from declaim.studio.podcast.music import MusicFile
    from declaim.studio.podcast.show import Bed, Music
    from declaim.studio.podcast.timeline import Cue, PlacedTake, Timeline

MIX_RATE: Final = 44_100
"""Hz; what every player of podcasts plays, and Apple asks for."""
BLOCK: Final = MIX_RATE
"""Samples that are mixed at a time."""

SPEECH_LOUDNESS: Final = -23.0
"""LUFS of every speaker, on one channel, before the episode as a whole is brought to its loudness."""
_MOST_GAIN: Final = 20.0
"""dB by which a speaker is turned up at most."""


@dataclass(frozen=True, slots=True)
class SpeakerLevel:
    """How a speaker is mixed.

    Attributes:
        gain: a factor.
        pan: -1 (left) to 1 (right).
    """

    gain: float
    pan: float = 0.0


@dataclass(frozen=True, slots=True)
class Track:
    """A piece of music, when and how loud it is heard.

    Attributes:
        music: levels relative to speech.
        file: what is heard.
        cue: when.
        again: whether it begins again when it ends.
    """

    music: Music | Bed
    file: MusicFile
    cue: Cue
    again: bool = False

    @property
    def gain(self) -> float:
        """The factor that brings the file to its level; silence stays silence."""
        if self.file.loudness is None:
            return 1.0
        gain = SPEECH_LOUDNESS + self.music.level - self.file.loudness
        return float(10 ** (min(gain, _MOST_GAIN) / 20))


def speaker_gain(loudness: float | None, extra: float) -> float:
    """The factor that brings somebody to :data:`SPEECH_LOUDNESS` and ``extra`` dB more.

    Args:
        loudness: in LUFS; None, of somebody of whom there is too little to measure, changes nothing.
        extra: in dB.
    """
    gain = 0.0 if loudness is None else min(SPEECH_LOUDNESS - loudness, _MOST_GAIN)
    return float(10 ** ((gain + extra) / 20))


def equal_power(pan: float) -> tuple[float, float]:
    """The factors of the left and the right channel; their squares sum to 1 (-3 dB each in the middle)."""
    angle = (pan + 1) * math.pi / 4
    return math.cos(angle), math.sin(angle)


class Mix:
    """An episode before its loudness is set. It can be played several times, and is the same each time.

    Memory holds a block of each track and the sentences that are being heard, however long it all is.

    Args:
        timeline: when everything is heard.
        levels: of each speaker.
        tracks: music.
        channels: 2, or 1 for everything in the middle.
    """

    def __init__(
        self,
        timeline: Timeline,
        levels: Mapping[str, SpeakerLevel],
        tracks: Sequence[Track] = (),
        *,
        channels: int,
    ) -> None:
        self._timeline = timeline
        self._levels = levels
        self._tracks = tracks
        self.channels = channels
        self.length = math.ceil(timeline.seconds * MIX_RATE)
        """In samples."""

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """All of it, shape (channels, n) a block, n at most :data:`BLOCK`.

        Raises:
            StorageError: a take's file is gone.
            MusicError: a music file is gone.
        """
        speech = _Speech(self._timeline, self._levels, self.channels)
        speaking = [(turn.onset, turn.offset) for turn in self._timeline.turns]
        music = [_MusicTrack(track, speaking, self.channels) for track in self._tracks]
        for start in range(0, self.length, BLOCK):
            count = min(BLOCK, self.length - start)
            block = speech.block(start, count)
            for track in music:
                block += track.block(start, count)
            yield block


class _Speech:
    """All takes, each read when it is about to be heard and let go when it has been."""

    def __init__(self, timeline: Timeline, levels: Mapping[str, SpeakerLevel], channels: int) -> None:
        takes = [placed for turn in timeline.turns for placed in turn.takes]
        self._waiting = sorted(takes, key=lambda placed: placed.start, reverse=True)
        self._levels = levels
        self._channels = channels
        self._heard: list[tuple[int, NDArray[np.float32]]] = []

    def block(self, start: int, count: int) -> NDArray[np.float32]:
        while self._waiting and _first_sample(self._waiting[-1]) < start + count:
            placed = self._waiting.pop()
            self._heard.append((_first_sample(placed), self._panned(placed)))
        block = np.zeros((self._channels, count), np.float32)
        for first, samples in self._heard:
            low, high = max(first, start), min(first + samples.shape[1], start + count)
            if low < high:
                block[:, low - start : high - start] += samples[:, low - first : high - first]
        self._heard = [each for each in self._heard if each[0] + each[1].shape[1] > start + count]
        return block

    def _panned(self, placed: PlacedTake) -> NDArray[np.float32]:
        level = self._levels[placed.take.speaker]
        samples = soxr.resample(read_take(placed.take.path), SAMPLE_RATE, MIX_RATE) * np.float32(level.gain)
        if self._channels == 1:
            return np.asarray(samples[np.newaxis], np.float32)
        return np.outer(equal_power(level.pan), samples).astype(np.float32)


def _first_sample(placed: PlacedTake) -> int:
    return round(placed.start * MIX_RATE)


class _MusicTrack:
    """Music with its level, fades and ducking, from its cue's start to its end."""

    def __init__(self, track: Track, speech: Sequence[tuple[float, float]], channels: int) -> None:
        self._channels = channels
        self._gain = np.float32(track.gain)
        self._reader = MusicReader(track.file.path, MIX_RATE, channels, again=track.again)
        self._ducker = Ducker(speech, track.music.duck, MIX_RATE, start=track.cue.start)
        self._first, self._last = round(track.cue.start * MIX_RATE), round(track.cue.end * MIX_RATE)
        self._fade_in, self._fade_out = track.cue.fade_in * MIX_RATE, track.cue.fade_out * MIX_RATE

    def block(self, start: int, count: int) -> NDArray[np.float32]:
        out = np.zeros((self._channels, count), np.float32)
        low, high = max(start, self._first), min(start + count, self._last)
        if low < high:
            wanted = high - low
            gains = self._gain * self._ducker.gains(wanted) * self._fades(low, high)
            out[:, low - start : high - start] = self._reader.read(wanted) * gains
        return out

    def _fades(self, low: int, high: int) -> NDArray[np.float32]:
        """Raised cosines: no corner that is heard."""
        places = np.arange(low, high)
        up = np.clip((places - self._first) / max(self._fade_in, 1), 0, 1)
        down = np.clip((self._last - places) / max(self._fade_out, 1), 0, 1)
        gains = 0.25 * (1 - np.cos(np.pi * up)) * (1 - np.cos(np.pi * down))
        return np.asarray(gains, np.float32)

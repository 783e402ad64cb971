"""Music files of any format, as a stream of samples."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import av
import av.error
import numpy as np
import soxr
from numpy.typing import NDArray

from declaim.audio.loudness import LoudnessMeter
from declaim.studio.podcast.errors import MusicError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_log = logging.getLogger(__name__)

MEASURED: Final = 120.0
"""Seconds of a bed by which its loudness is judged."""
_HIGHEST_RATE: Final = 768_000


@dataclass(frozen=True, slots=True)
class MusicFile:
    """A file that has been looked through, as far as it will be heard.

    Attributes:
        path: where it is.
        seconds: that there are of it, those that were asked for at most.
        loudness: in LUFS; None if it is silent.
    """

    path: Path
    seconds: float
    loudness: float | None


def examine(path: Path, rate: int, channels: int, most: float = MEASURED) -> MusicFile:
    """Look through the beginning of a file.

    Args:
        path: of any format.
        rate: at which it will be mixed, in Hz.
        channels: 1 or 2, in which it will be mixed.
        most: seconds that are looked at; the rest, of ten hours maybe, is not read.

    Raises:
        MusicError: there is no such file, or no sound in it.
    """
    meter, taken = LoudnessMeter(rate, channels=channels), 0
    for block in decode(path, rate, channels):
        wanted = block[:, : max(0, round(most * rate) - taken)]
        meter.add(wanted)
        taken += wanted.shape[1]
        if taken >= round(most * rate):
            break
    return MusicFile(path, taken / rate, meter.integrated)


def decode(path: Path, rate: int, channels: int) -> Iterator[NDArray[np.float32]]:
    """The samples of a file, a block of shape (channels, n) at a time; at least one sample in all.

    Channels are mixed down, or one is put on both. Packets that are damaged are left out.

    Raises:
        MusicError: there is no such file, or no sound in it.
    """
    damaged, given = 0, 0
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise MusicError(f"there is no sound in {path}", hint="name an audio file")
            stream = container.streams.audio[0]
            source = _Converted(rate, channels)
            for packet in container.demux(stream):
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    damaged += 1
                    continue
                for block in source.blocks(frames):
                    given += block.shape[1]
                    yield block
            for block in source.flush():
                given += block.shape[1]
                yield block
    except (OSError, ValueError, av.error.FFmpegError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MusicError(f"the music {path} cannot be read: {reason}", hint="name an audio file") from error
    if not given:
        raise MusicError(f"the music {path} is damaged: nothing in it can be played", hint="encode it anew")
    if damaged:
        _log.warning("%s is damaged in %d places, which are left out", path, damaged)


class _Converted:
    """Decoded frames as blocks of one rate and layout, by libswresample (channels) and libsoxr (rate)."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._count = channels
        self._layout = "mono" if channels == 1 else "stereo"
        self._source_rate = 0
        self._channels = av.AudioResampler(format="fltp", layout=self._layout)
        self._resampler: soxr.ResampleStream | None = None

    def blocks(self, frames: list[av.AudioFrame]) -> Iterator[NDArray[np.float32]]:
        for frame in frames:
            if frame.sample_rate != self._source_rate:
                yield from self.flush()
                self._begin(frame.sample_rate)
            frame.pts = None  # gaps and leaps of a damaged file are no business of ours
            for converted in self._channels.resample(frame):
                yield from self._resampled(converted.to_ndarray().astype(np.float32, copy=False), last=False)

    def flush(self) -> Iterator[NDArray[np.float32]]:
        """End what was begun."""
        if self._resampler is not None:
            yield from self._resampled(np.zeros((self._count, 0), np.float32), last=True)
            self._resampler = None

    def _begin(self, rate: int) -> None:
        if not 1 <= rate <= _HIGHEST_RATE:
            raise ValueError(f"a sample rate of {rate} Hz")
        self._source_rate = rate
        self._channels = av.AudioResampler(format="fltp", layout=self._layout)
        self._resampler = soxr.ResampleStream(rate, self._rate, self._count, dtype="float32")

    def _resampled(self, block: NDArray[np.float32], *, last: bool) -> Iterator[NDArray[np.float32]]:
        if self._resampler is None:
            return
        out = self._resampler.resample_chunk(np.ascontiguousarray(block.T, np.float32), last)
        if len(out):
            yield np.nan_to_num(out.T, nan=0.0, posinf=0.0, neginf=0.0)  # a float WAV may hold anything


class MusicReader:
    """Blocks of any length of a file, from its beginning.

    Args:
        path: of any format.
        rate: in Hz.
        channels: 1 or 2.
        again: whether it begins again when it ends, rather than silence.
    """

    def __init__(self, path: Path, rate: int, channels: int, *, again: bool) -> None:
        self._path = path
        self._rate = rate
        self._channels = channels
        self._again = again
        self._blocks = decode(path, rate, channels)
        self._rest = np.zeros((channels, 0), np.float32)

    def read(self, count: int) -> NDArray[np.float32]:
        """The next samples, shape (channels, count).

        Raises:
            MusicError: the file can be read no more.
        """
        parts, missing = [self._rest[:, :count]], count - min(count, self._rest.shape[1])
        self._rest = self._rest[:, count:]
        while missing:
            block = next(self._blocks, None)
            if block is None:
                if not self._again:
                    parts.append(np.zeros((self._channels, missing), np.float32))
                    break
                self._blocks = decode(self._path, self._rate, self._channels)
                continue
            parts.append(block[:, :missing])
            self._rest = block[:, missing:]
            missing -= parts[-1].shape[1]
        return np.concatenate(parts, axis=1)

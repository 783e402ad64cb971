"""The episode as an MP3 with tags, chapters and a cover."""

from __future__ import annotations

import contextlib
import errno
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
import av.error
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from declaim.audio.formats import FORMATS
from declaim.errors import StorageError
from declaim.replacing import replacing
from declaim.studio.podcast.mixer import MIX_RATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from declaim.studio.podcast.chapters import ChapterMark
    from declaim.studio.podcast.cover import Picture

_BIT_RATES: Final = {1: 96_000, 2: 128_000}
"""Bits per second by the number of channels: speech in mono has no need of more."""
_LAYOUTS: Final = {1: "mono", 2: "stereo"}
_MILLISECONDS: Final = Fraction(1, 1000)
_CHAPTER_LIMIT: Final = 2**32 - 2
"""Milliseconds: ID3v2 chapter frames have 32 bits, the highest of which means that there is no time."""


@dataclass(frozen=True, slots=True)
class Label:
    """What an episode's file says of itself.

    Attributes:
        tags: by FFmpeg's names: ``title``, ``artist``, ``album`` …; those that are empty are left out.
        chapters: in order.
        cover: None without.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    chapters: Sequence[ChapterMark] = ()
    cover: Picture | None = None


def write_episode(path: Path, blocks: Iterable[NDArray[np.float32]], channels: int, label: Label) -> float:
    """Write an episode, which appears complete or not at all.

    ID3v2.3 with CHAP and CTOC frames (ID3v2 Chapter Frame Addendum 1.0), which FFmpeg's muxer writes.

    Args:
        path: ends in ``.mp3``; an existing file is replaced.
        blocks: shape (channels, n), full scale = 1, at 44.1 kHz, limited.
        channels: 1 or 2.
        label: tags, chapters, cover.

    Returns:
        Its length in seconds.

    Raises:
        StorageError: the disk is full or the file cannot be written.
        OptionError: ``path`` is a folder.
    """
    with replacing(path) as temporary:
        with _storing(path):
            writer = _EpisodeWriter(temporary, channels, label)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(writer.abandon)
            for block in blocks:
                with _storing(path):
                    writer.write(block)
            with _storing(path):
                writer.close()
            on_failure.pop_all()
        return writer.seconds


class _EpisodeWriter:
    def __init__(self, path: Path, channels: int, label: Label) -> None:
        options = {"fflags": "+bitexact", "id3v2_version": "3"}
        self._container = av.open(str(path), "w", format="mp3", container_options=options)
        self._container.metadata.update({name: value for name, value in label.tags.items() if value})
        self._layout = _LAYOUTS[channels]
        self._stream = self._container.add_stream("libmp3lame", rate=MIX_RATE, layout=self._layout)
        self._stream.bit_rate = _BIT_RATES[channels]
        self._picture = self._picture_stream(label.cover) if label.cover else None
        self._container.set_chapters(
            [
                {
                    "id": number,
                    "start": min(round(mark.start * 1000), _CHAPTER_LIMIT),
                    "end": min(round(mark.end * 1000), _CHAPTER_LIMIT),
                    "time_base": _MILLISECONDS,
                    "metadata": {"title": mark.title},
                }
                for number, mark in enumerate(label.chapters)
            ]
        )
        self._taken = 0
        self._container.start_encoding()
        if label.cover:
            self._write_picture(label.cover)

    @property
    def seconds(self) -> float:
        return self._taken / MIX_RATE

    def write(self, block: NDArray[np.float32]) -> None:
        """Encode a block of shape (channels, n)."""
        samples = np.ascontiguousarray(block / np.float32(FORMATS["mp3"].encoder_gain))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=self._layout)
        frame.sample_rate = MIX_RATE
        frame.time_base = Fraction(1, MIX_RATE)
        frame.pts = self._taken
        self._taken += block.shape[1]
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def abandon(self) -> None:
        """Let go of a file that is left incomplete."""
        with contextlib.suppress(OSError):  # a full disk is full for the trailer as well
            self._container.close()

    def _picture_stream(self, cover: Picture) -> av.stream.Stream:
        stream = self._container.add_mux_stream(cover.codec, width=cover.width, height=cover.height)
        stream.disposition = Disposition.attached_pic
        stream.metadata.update({"title": "Cover", "comment": "Cover (front)"})
        return stream

    def _write_picture(self, cover: Picture) -> None:
        assert self._picture is not None
        packet = av.Packet(cover.data)
        packet.stream = self._picture
        packet.time_base = _MILLISECONDS
        packet.pts = packet.dts = 0
        self._container.mux(packet)


@contextlib.contextmanager
def _storing(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, av.error.FFmpegError) as error:
        number = getattr(error, "errno", None)
        is_full = number in {errno.ENOSPC, errno.EDQUOT}
        raise StorageError(
            f"{path} cannot be written: {getattr(error, 'strerror', None) or error}",
            hint="Free some space, or write to another disk." if is_full else "Choose another folder.",
        ) from error

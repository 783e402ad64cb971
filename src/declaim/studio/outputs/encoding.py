"""Recorded sentences into one audio file with tags, cover and chapter marks."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, cast

import av
import av.error
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.formats import AudioFormat
from declaim.audio.limiter import Limiter
from declaim.audio.writer import require_finite
from declaim.studio.outputs.cover import Picture
from declaim.studio.outputs.marks import Mark
from declaim.studio.outputs.progress import Tally
from declaim.studio.outputs.takes import samples_of
from declaim.studio.recording import Take

if TYPE_CHECKING:  # it exists for type checkers alone
    from av.container.core import Chapter

_PICTURE_CLOCK: Final = Fraction(1, 90_000)


@dataclass(frozen=True, slots=True)
class FileDescription:
    """All that is in an audio file besides the samples.

    Attributes:
        audio_format: codec and container; it takes 24 kHz as it is.
        bit_rate: bits per second; None for lossless formats.
        ceiling: dBTP where peaks are held.
        tags: by FFmpeg's names.
        picture: the cover, for containers that FFmpeg writes one into.
        marks: chapters, for containers that have them.
        language: ISO 639-2, of the audio track.
        options: of FFmpeg's muxer.
    """

    audio_format: AudioFormat
    bit_rate: int | None
    ceiling: float
    tags: Mapping[str, str] = field(default_factory=dict)
    picture: Picture | None = None
    marks: Sequence[Mark] = ()
    language: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def encode(takes: Iterable[Take], path: Path, about: FileDescription, gain: float, tally: Tally) -> None:
    """Write takes, silences included, to ``path``; memory does not grow with their number.

    Raises:
        OSError: the file cannot be written.
        TakeError: a recorded sentence is missing or damaged.
    """
    factor = np.float32(gain)
    with _Encoder(path, about) as encoder:
        for samples in samples_of(takes):
            encoder.write(samples * factor)
            tally.add(len(samples))


class _Encoder:
    """One audio stream in a container; leaving it on an exception gives the file up."""

    def __init__(self, path: Path, about: FileDescription) -> None:
        self._limiter = Limiter(about.ceiling, SAMPLE_RATE, true_peak=True)
        self._encoder_gain = np.float32(about.audio_format.encoder_gain)
        self._encoded = 0
        self._container = av.open(
            str(path),
            "w",
            format=about.audio_format.container,
            container_options={"fflags": "+bitexact", **about.options},  # equal input gives equal files
        )
        self._container.metadata.update(about.tags)
        self._stream = cast(
            "av.AudioStream",
            self._container.add_stream(about.audio_format.codec, rate=SAMPLE_RATE, layout="mono"),
        )
        if about.bit_rate is not None:
            self._stream.bit_rate = about.audio_format.bit_rate_for(about.bit_rate) or 0
        if about.language:
            self._stream.metadata["language"] = about.language
        self._container.set_chapters([_chapter(number, mark) for number, mark in enumerate(about.marks)])
        self._start(about.picture)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
            return
        with contextlib.suppress(OSError, av.error.FFmpegError):  # the disk may be full for the trailer too
            self._container.close()

    def write(self, samples: NDArray[np.float32]) -> None:
        """Encode samples of shape (n,), full scale = 1."""
        require_finite(samples)
        self._encode(self._limiter.process(samples))

    def _start(self, picture: Picture | None) -> None:
        if picture is None:
            self._container.start_encoding()
            return
        # A stream made after a picture's own has its codec and size, without an encoder.
        with av.open(io.BytesIO(picture.data), "r", format=picture.demuxer) as source:
            stream = self._container.add_stream_from_template(source.streams.video[0])
        stream.disposition = Disposition.attached_pic
        stream.metadata["comment"] = "Cover (front)"  # how FFmpeg is told the kind of picture
        stream.time_base = _PICTURE_CLOCK
        self._container.start_encoding()
        packet = av.Packet(picture.data)
        packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, _PICTURE_CLOCK
        packet.is_keyframe = True
        self._container.mux(packet)

    def _finish(self) -> None:
        self._encode(self._limiter.flush())
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def _encode(self, samples: NDArray[np.float32]) -> None:
        if not len(samples):
            return
        samples = samples / self._encoder_gain
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._encoded
        self._encoded += len(samples)
        self._container.mux(self._stream.encode(frame))


def _chapter(number: int, mark: Mark) -> Chapter:
    return {
        "id": number,
        "start": mark.start,
        "end": mark.end,
        "time_base": Fraction(1, SAMPLE_RATE),
        "metadata": {"title": mark.title},
    }

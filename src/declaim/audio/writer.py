"""Encoding samples into a container: a file with its final header, or a stream that is never sought in."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, cast

import av
import numpy as np
from numpy.typing import NDArray

from declaim.audio.formats import AudioFormat
from declaim.audio.limiter import Limiter
from declaim.audio.resampling import Resampler
from declaim.errors import EngineError

LOSSY_CEILING: Final = -1.0
"""dBTP, the limit of EBU R 128: lossy codecs add peaks of their own to what they are given."""
LOSSLESS_CEILING: Final = -0.1
"""dBFS, sample peak."""

_FILE_OPTIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "wav": {"rf64": "auto"},  # RIFF ends at 4 GiB, which is one day of speech at 24 kHz
        "m4a": {"movflags": "+faststart"},  # the index goes to the front, so a player can start at once
    }
)
_STREAM_OPTIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        # No number of frames is known at the beginning: no Xing frame, and no empty ID3 tag.
        "mp3": {"write_xing": "0", "id3v2_version": "0"},
        "flac": {"metadata_header_padding": "0"},  # 8 KiB kept for tag editors, which edit files
        # Ogg collects a second a page if it is left to: too late for a live stream. In microseconds.
        "opus": {"page_duration": "100000"},
        # Fragments of 0.2 s; the header waits for the first, so that it knows the encoder's delay.
        "m4a": {"movflags": "+empty_moov+default_base_moof+delay_moov", "frag_duration": "200000"},
    }
)


def ceiling_of(audio_format: AudioFormat) -> float:
    """Where peaks are held when this format is written, in dB relative to full scale."""
    return LOSSY_CEILING if audio_format.is_lossy else LOSSLESS_CEILING


class ByteSink(Protocol):
    """Takes encoded bytes in order; it has no ``seek``, so containers are written as pure streams."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""


class AudioWriter:
    """Resamples if the codec must, limits peaks and encodes mono float32 samples into ``output``.

    Args:
        output: an absolute path, written with FFmpeg's own file access (lengths, seek tables and gapless
            information are filled in at the end), or a sink that gets a pure stream.
        audio_format: what to write.
        sample_rate: of the samples, in Hz.
        bit_rate: bits per second; None is the format's own.
        metadata: tags such as ``title`` and ``artist``; ``pcm`` and ``aac`` have no place for them.

    What decoding gives back, against the samples put in (``n`` of them):

    ========  ==========================================  =================================================
    format    file                                        stream
    ========  ==========================================  =================================================
    wav       ``n``, no delay                             the same; the header's sizes are 0xFFFFFFFF
    flac      ``n``, no delay                             the same; length and checksum are not in the header
    pcm       ``n``, no delay                             the same
    opus      ``n``, no delay (pre-skip, end granule)     the same
    mp3       ``n``, no delay (LAME tag)                  1105 samples of delay, filled up to a whole frame
    m4a       ``n``, no delay (edit list); some decoders  no delay (edit list), filled up to a whole frame
              ignore the list's end and fill the frame
    aac       1024 samples of delay, filled up to a       the same
              whole frame: ADTS has no field for either
    ========  ==========================================  =================================================

    Raises:
        OptionError: a rate or bit rate that the format does not have.
        OSError: ``output`` cannot be written.
    """

    def __init__(
        self,
        output: Path | ByteSink,
        audio_format: AudioFormat,
        sample_rate: int,
        *,
        bit_rate: int | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        rate = audio_format.rate_for(sample_rate)
        bit_rate = audio_format.bit_rate_for(bit_rate)
        self._resampler = Resampler(sample_rate, rate)
        self._limiter = Limiter(ceiling_of(audio_format), rate, true_peak=audio_format.is_lossy)
        self._container = av.open(
            str(output) if isinstance(output, Path) else output,
            "w",
            format=audio_format.container,
            container_options=_container_options(audio_format.name, output, rate, tagged=bool(metadata)),
        )
        self._container.metadata.update(metadata or {})
        self._stream = cast(
            "av.AudioStream", self._container.add_stream(audio_format.codec, rate=rate, layout="mono")
        )
        if bit_rate is not None:
            self._stream.bit_rate = bit_rate
        self._encoder_gain = audio_format.encoder_gain
        self._rate = rate
        self._encoded = 0
        self.taken = 0
        """Samples that were given so far."""
        self._container.start_encoding()

    def write(self, samples: NDArray[np.float32]) -> None:
        """Encode samples of shape (n,), full scale = 1; what is above the ceiling is turned down.

        Raises:
            EngineError: a sample is not a finite number.
            OSError: the file cannot be written on.
        """
        require_finite(samples)
        self.taken += len(samples)
        self._encode(self._limiter.process(self._resampler.process(samples)))

    def close(self) -> None:
        """Encode what is held back and complete the container.

        Raises:
            OSError: the file cannot be written on.
        """
        self._encode(self._limiter.process(self._resampler.flush()))
        self._encode(self._limiter.flush())
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def abandon(self) -> None:
        """Let go of ``output``, which is left incomplete; for when something has failed already."""
        with contextlib.suppress(OSError):  # a full disk is full for the trailer as well
            self._container.close()

    def _encode(self, samples: NDArray[np.float32]) -> None:
        if not len(samples):
            return
        if self._encoder_gain != 1:
            samples = samples / np.float32(self._encoder_gain)
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._encoded
        self._encoded += len(samples)
        self._container.mux(self._stream.encode(frame))


def require_finite(samples: NDArray[np.float32]) -> None:
    """Refuse samples that no codec or meter can take.

    Raises:
        EngineError: a sample is not a finite number.
    """
    if not np.isfinite(samples).all():
        raise EngineError("the vocoder gave samples that are not finite numbers")


def _container_options(name: str, output: Path | ByteSink, rate: int, *, tagged: bool) -> dict[str, str]:
    options = {"fflags": "+bitexact"}  # no version string: equal input gives equal files
    if isinstance(output, Path):
        options.update(_FILE_OPTIONS.get(name, {}))
    else:
        options.update({"flush_packets": "1"}, **_STREAM_OPTIONS.get(name, {}))
    if name == "mp3" and tagged:
        options["id3v2_version"] = "3"
    if name == "m4a":
        options["movie_timescale"] = str(rate)  # the edit list counts in it: milliseconds would be coarse
    return options

"""The cover as files carry it: a JPEG or PNG of a size that players show."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import av
import av.error

from declaim.studio.book import Cover

_LOG: Final = logging.getLogger(__name__)

_MAX_BYTES: Final = 2 << 20
_MAX_PIXELS: Final = 64_000_000
"""More are not decoded: a quarter of a gigabyte of memory for a picture is an attack, not a cover."""

_JPEG: Final = "image/jpeg"
_DEMUXERS: Final = {_JPEG: "jpeg_pipe", "image/png": "png_pipe"}
_QUALITY: Final = 3 * 118
"""Quantiser 3 of 1 to 31, in the unit of ``global_quality`` (FF_QP2LAMBDA)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A cover that fits.

    Attributes:
        data: the file's bytes.
        media_type: ``image/jpeg`` or ``image/png``.
    """

    data: bytes = field(repr=False)
    media_type: str

    @property
    def suffix(self) -> str:
        """With its dot."""
        return ".jpg" if self.media_type == _JPEG else ".png"

    @property
    def demuxer(self) -> str:
        """FFmpeg's name of what reads it."""
        return _DEMUXERS[self.media_type]


def fitted(cover: Cover | None, pixels: int) -> Picture | None:
    """The cover, made smaller if its longer side has more than ``pixels`` or its file more than 2 MiB.

    None if there is no cover, or it cannot be shown: a book is not lost to its picture, and the log says why.
    """
    if cover is None:
        return None
    try:
        return _fitted(cover, pixels)
    except (av.error.FFmpegError, OSError, KeyError, StopIteration) as error:
        _LOG.warning("the cover cannot be read and is left out: %s", error)
        return None


def _fitted(cover: Cover, pixels: int) -> Picture | None:
    with av.open(io.BytesIO(cover.data), "r", format=_DEMUXERS[cover.media_type]) as container:
        stream = container.streams.video[0]
        width, height = stream.width, stream.height
        if width * height > _MAX_PIXELS:
            _LOG.warning("the cover has %d by %d pixels and is left out", width, height)
            return None
        frame = next(container.decode(stream))  # a picture that cannot be decoded is none
    if max(width, height) <= pixels and len(cover.data) <= _MAX_BYTES:
        return Picture(cover.data, cover.media_type)
    scale = min(1.0, pixels / max(width, height))
    return Picture(_jpeg(frame, max(1, round(width * scale)), max(1, round(height * scale))), _JPEG)


def _jpeg(frame: av.VideoFrame, width: int, height: int) -> bytes:
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1)
    encoder.options = {"flags": "+qscale+bitexact", "global_quality": str(_QUALITY)}
    small = frame.reformat(width=width, height=height, format="yuvj420p")
    small.pts, small.time_base = 0, Fraction(1)
    return b"".join(bytes(packet) for packet in (*encoder.encode(small), *encoder.encode(None)))

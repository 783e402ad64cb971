"""The picture of an episode."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import av
import av.error

from declaim.studio.podcast.errors import PodcastError

if TYPE_CHECKING:
    from pathlib import Path

_CODECS: Final = {b"\xff\xd8\xff": "mjpeg", b"\x89PNG\r\n\x1a\n": "png"}
_LARGEST: Final = 16 * 2**20
"""Bytes; players give up far below."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG or PNG.

    Attributes:
        data: the file's bytes, as they were.
        codec: FFmpeg's name of what it is: ``mjpeg`` or ``png``.
        width: in pixels.
        height: in pixels.
    """

    data: bytes = field(repr=False)
    codec: str
    width: int
    height: int


def read_cover(path: Path) -> Picture:
    """Read a cover.

    Raises:
        PodcastError: there is no such file, or it is no JPEG or PNG that can be shown.
    """
    hint = "name a JPEG or PNG, best a square one of 1400 to 3000 pixels"
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise PodcastError(f"the cover {path} cannot be read: {error.strerror}", hint=hint) from error
    if len(data) > _LARGEST:
        raise PodcastError(f"the cover {path} has more than {_LARGEST // 2**20} MiB", hint=hint)
    codec = next((codec for mark, codec in _CODECS.items() if data.startswith(mark)), None)
    if codec is None:
        raise PodcastError(f"the cover {path} is neither a JPEG nor a PNG", hint=hint)
    try:
        with av.open(str(path)) as container:
            frame = next(container.decode(video=0))
    except (OSError, ValueError, StopIteration, IndexError, av.error.FFmpegError) as error:
        raise PodcastError(f"the cover {path} is damaged", hint=hint) from error
    return Picture(data, codec, frame.width, frame.height)

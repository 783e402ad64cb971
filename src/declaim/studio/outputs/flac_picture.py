"""A cover as Ogg files carry it."""

from __future__ import annotations

import base64
import struct
from typing import Final

from declaim.studio.outputs.cover import Picture

_FRONT_COVER: Final = 3


def vorbis_comment(picture: Picture) -> str:
    """The value of ``METADATA_BLOCK_PICTURE``: a FLAC picture block (RFC 9639, 8.8) in base64.

    Width, height and colours are 0, which says that the picture itself is to be asked.
    """
    kind = picture.media_type.encode()
    head = struct.pack(">II", _FRONT_COVER, len(kind)) + kind
    block = head + struct.pack(">6I", 0, 0, 0, 0, 0, len(picture.data)) + picture.data
    return base64.b64encode(block).decode()

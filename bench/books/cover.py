"""A cover, drawn: a lighthouse at night, as a PNG."""

from __future__ import annotations

import struct
import zlib

_SKY, _SEA, _TOWER, _LIGHT = (24, 32, 72), (16, 72, 96), (232, 228, 216), (255, 216, 96)


def draw_cover(width: int = 600, height: int = 800) -> bytes:
    """The bytes of a PNG file.

    Args:
        width: in pixels.
        height: in pixels.
    """
    rows = [
        b"\0" + b"".join(bytes(_colour(x / width, y / height)) for x in range(width)) for y in range(height)
    ]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _colour(x: float, y: float) -> tuple[int, int, int]:
    """Of a point, both coordinates from 0 to 1."""
    if (x - 0.5) ** 2 + (y - 0.28) ** 2 < 0.003:
        return _LIGHT
    if 0.3 < y < 0.75 and abs(x - 0.5) < 0.04 + 0.06 * y:
        return _TOWER
    if y > 0.75:
        return _SEA
    beam = abs(y - 0.28) < 0.25 * (abs(x - 0.5) - 0.05)
    return (64, 72, 96) if beam else _SKY


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

from __future__ import annotations

import io
import logging
import struct
import zlib

import av
import pytest
from spoken_books import picture

from declaim.studio.book import Cover
from declaim.studio.outputs.cover import fitted


def size(data: bytes) -> tuple[int, int]:
    with av.open(io.BytesIO(data)) as container:
        frame = next(container.decode(video=0))
        return frame.width, frame.height


def test_a_small_cover_stays_as_it_is() -> None:
    cover = Cover(picture(60, 90), "image/jpeg")
    fits = fitted(cover, 1400)
    assert fits is not None
    assert (fits.data, fits.media_type, fits.suffix) == (cover.data, "image/jpeg", ".jpg")


@pytest.mark.parametrize(("kind", "media_type"), [("mjpeg", "image/jpeg"), ("png", "image/png")])
def test_a_large_cover_is_made_smaller(kind: str, media_type: str) -> None:
    fits = fitted(Cover(picture(1500, 3000, kind), media_type), 400)
    assert fits is not None
    assert (fits.media_type, size(fits.data)) == ("image/jpeg", (200, 400))


def test_a_heavy_cover_is_written_anew_in_its_size() -> None:
    cover = Cover(picture(1000, 1000, "png"), "image/png")
    fits = fitted(cover, 1400)
    assert fits is not None
    assert size(fits.data) == (1000, 1000)
    assert len(fits.data) < len(cover.data) / 3


def bomb() -> bytes:
    """A PNG of 60 kB that unpacks to 4.8 GB."""
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1 << 20))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    "cover",
    [
        Cover(b"\xff\xd8\xff not a picture", "image/jpeg"),
        Cover(b"", "image/png"),
        Cover(picture(3000, 3000)[:5000], "image/gif"),
        Cover(bomb(), "image/png"),
    ],
)
def test_what_cannot_be_shown_is_left_out_and_said(cover: Cover, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert fitted(cover, 1400) is None
    assert "left out" in caplog.text


def test_no_cover() -> None:
    assert fitted(None, 1400) is None

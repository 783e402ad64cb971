"""What FFmpeg's MP4 muxer has no words for: Nero chapters in whole characters, and iTunes' list of items.

Atoms are a size (32 bits, itself included), four letters and a payload (ISO/IEC 14496-12, 4.2). The list of
items (``moov/udta/meta/ilst``) is described in Apple's QuickTime File Format, "Metadata"; ``chpl`` is Nero's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.errors import EngineError
from declaim.studio.outputs.cover import Picture
from declaim.studio.outputs.marks import Mark, coarsest
from declaim.studio.outputs.names import shortened

MOST_NERO_CHAPTERS: Final = 255
"""Their number and the bytes of a title are one byte each."""

_UTF8, _JPEG, _PNG, _INTEGER = 1, 13, 14, 21
_AUDIOBOOK: Final = bytes([2])
"""The value of ``stik`` by which Apple's players put a file among the books."""
_HEADER: Final = 8
_VERSION_0: Final = bytes(4)


def atom(kind: bytes, *payload: bytes) -> bytes:
    """An atom of four letters and its payload."""
    body = b"".join(payload)
    return struct.pack(">I4s", _HEADER + len(body), kind) + body


def user_data(items: Mapping[str, str], picture: Picture | None, marks: Sequence[Mark]) -> bytes:
    """The ``udta`` atom of an audiobook.

    Args:
        items: text by the item's four letters, or by a longer name for an item of the form that iTunes calls
            ``----`` (any name, in the space ``com.apple.iTunes``).
        picture: the cover.
        marks: chapters; at most 255 have room, see `coarsest`.
    """
    texts = [_item(name, text.encode()) for name, text in items.items()]
    kind = atom(b"stik", _data(_INTEGER, _AUDIOBOOK))
    cover = [] if picture is None else [atom(b"covr", _data(_picture_type(picture), picture.data))]
    handler = atom(b"hdlr", _VERSION_0, bytes(4), b"mdirappl", bytes(9))
    meta = atom(b"meta", _VERSION_0, handler, atom(b"ilst", *texts, kind, *cover))
    return atom(b"udta", _nero_chapters(coarsest(marks, MOST_NERO_CHAPTERS)), meta)


def put_user_data(path: Path, udta: bytes) -> None:
    """Replace the ``udta`` of a file whose ``moov`` has room behind it, up to ``mdat``: nothing else moves.

    Raises:
        EngineError: there is no such room.
        OSError: the file cannot be written.
    """
    with path.open("r+b") as file:
        places = dict(_top_level(file))
        start, size = places[b"moov"]
        file.seek(start + _HEADER)
        body = file.read(size - _HEADER)
        moov = atom(b"moov", *(data for kind, data in _children(body) if kind != b"udta"), udta)
        room = places[b"mdat"][0] - start - len(moov)
        if room < _HEADER:
            raise EngineError("the index of the M4B is larger than the room that was kept for it")
        file.seek(start)
        file.write(moov + atom(b"free", bytes(room - _HEADER)))


def _nero_chapters(marks: Sequence[Mark]) -> bytes:
    entries = []
    for mark in marks:
        title = shortened(mark.title, MOST_NERO_CHAPTERS).encode()
        ticks = mark.start * 10_000_000 // SAMPLE_RATE  # of 100 ns
        entries.append(struct.pack(">QB", ticks, len(title)) + title)
    return atom(b"chpl", b"\x01\0\0\0", bytes(4), bytes([len(marks)]), *entries)


def _item(name: str, text: bytes) -> bytes:
    four_letters = name.encode("latin-1")
    if len(four_letters) == len(b"desc"):
        return atom(four_letters, _data(_UTF8, text))
    space = atom(b"mean", _VERSION_0, b"com.apple.iTunes")
    return atom(b"----", space, atom(b"name", _VERSION_0, name.encode()), _data(_UTF8, text))


def _data(kind: int, value: bytes) -> bytes:
    return atom(b"data", struct.pack(">II", kind, 0), value)


def _picture_type(picture: Picture) -> int:
    return _JPEG if picture.media_type == "image/jpeg" else _PNG


def _top_level(file: BinaryIO) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Kind, offset and size of each atom up to ``mdat``, whose size may stand elsewhere."""
    position, kind = 0, b""
    while kind != b"mdat":
        file.seek(position)
        size, kind = struct.unpack(">I4s", file.read(_HEADER))
        yield kind, (position, size)
        position += size


def _children(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position < len(body):
        size, kind = struct.unpack_from(">I4s", body, position)
        yield kind, body[position : position + size]
        position += size

"""Encoded speech in chunks, and how a whole stream of them is written into one piece of bytes."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from declaim.timings import WordTiming

_HEAD: Final = struct.Struct("<4sII")
"""Magic, bytes of the table, CRC-32 of all that follows, which begins at the table's length."""
_MAGIC: Final = b"DCB1"


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """What the encoder gave for one chunk of speech; its audio may lag behind its words by a codec frame."""

    data: bytes
    """The stream's next bytes; none where the encoder still holds everything back."""
    seconds: float = 0.0
    """Of speech that went into the encoder for it."""
    words: tuple[WordTiming, ...] = ()
    """When each word of it is heard, in seconds from the beginning of the stream."""
    ends_text: bool = False
    """Whether the text has no more characters after it. A silent or empty piece may follow all the same."""

    @property
    def weight(self) -> int:
        """About the bytes of memory it takes."""
        return len(self.data) + 256 * (len(self.words) + 1)


def pack(chunks: Iterable[EncodedChunk]) -> bytes:
    """Write a stream: a head, a table of the chunks in JSON, and the audio of all of them."""
    chunks = list(chunks)
    table = json.dumps([_row(chunk) for chunk in chunks], separators=(",", ":")).encode()
    body = b"".join((table, *(chunk.data for chunk in chunks)))
    return _HEAD.pack(_MAGIC, len(table), zlib.crc32(body, len(table))) + body


def unpack(data: bytes) -> list[EncodedChunk]:
    """Read what :func:`pack` has written.

    Raises:
        ValueError: it is something else, or damaged.
    """
    if len(data) < _HEAD.size:
        raise ValueError("a kept stream is too short")
    magic, length, checksum = _HEAD.unpack_from(data)
    body = memoryview(data)[_HEAD.size :]
    if magic != _MAGIC or zlib.crc32(body, length) != checksum:
        raise ValueError("a kept stream is damaged")
    chunks, at = [], length
    for size, seconds, ends_text, words in json.loads(bytes(body[:length])):
        audio = bytes(body[at : at + size])
        chunks.append(EncodedChunk(audio, seconds, tuple(map(_word, words)), ends_text))
        at += size
    return chunks


def _row(chunk: EncodedChunk) -> list[Any]:
    words = [[word.text, *word.span, word.start, word.end] for word in chunk.words]
    return [len(chunk.data), chunk.seconds, chunk.ends_text, words]


def _word(row: list[Any]) -> WordTiming:
    text, first, last, start, end = row
    return WordTiming(text, (first, last), start, end)

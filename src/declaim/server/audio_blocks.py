"""Speech as bytes alone, and how long it is if that can be known before it is sent."""

from __future__ import annotations

import struct
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Self

from declaim.server.delivery import SpeechStream

_RIFF_LIMIT: Final = 0xFFFFFFFF
"""The header of a WAV stream says this for sizes that are not known; also the largest that it can say."""


class AudioBlocks:
    """The audio of a stream, in blocks of at least one byte."""

    def __init__(self, stream: SpeechStream) -> None:
        self.length: int | None = None
        """Bytes of all blocks, once that is known: with the first block, for a text of one chunk and for
        speech that exists already."""
        self._stream = stream
        self._blocks = self._joined()

    def __aiter__(self) -> Self:
        """The blocks."""
        return self

    async def __anext__(self) -> bytes:
        """The next block. Raises as :meth:`SpeechService.speak` does."""
        return await anext(self._blocks)

    async def aclose(self) -> None:
        """End the work at once."""
        await self._blocks.aclose()
        await self._stream.aclose()

    async def _joined(self) -> AsyncGenerator[bytes]:
        """The last chunk goes with the stream's end, and what exists already in one block."""
        held, given = bytearray(), 0
        async with aclosing(self._stream) as chunks:
            async for chunk in chunks:
                held += chunk.data
                if held and not (chunk.ends_text or chunks.is_made):
                    given += len(held)
                    yield bytes(held)
                    held.clear()
        self.length = given + len(held)
        if held:
            yield bytes(held)


def with_wav_sizes(block: bytes, length: int) -> bytes:
    """The first block of a WAV stream with its true sizes in the header.

    Args:
        block: begins with the whole header, as FFmpeg writes it: ``RIFF``, ``fmt ``, ``data``.
        length: of the whole stream, in bytes. What is beyond 4 GiB keeps the sizes of a stream.
    """
    if length - 8 >= _RIFF_LIMIT:
        return block
    header = bytearray(block)
    struct.pack_into("<I", header, 4, length - 8)
    data = _chunk_offset(block, b"data")
    struct.pack_into("<I", header, data + 4, length - data - 8)
    return bytes(header)


def _chunk_offset(block: bytes, name: bytes) -> int:
    """Where a RIFF chunk begins; every chunk has a name and a size before its content."""
    offset = 12
    while block[offset : offset + 4] != name:
        size = int.from_bytes(block[offset + 4 : offset + 8], "little")
        offset += 8 + size + size % 2
    return offset

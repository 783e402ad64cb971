"""From chunks of speech to encoded blocks, as soon as the codec allows; encoding runs in threads."""

from __future__ import annotations

import struct
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, TypeAlias, cast

from anyio import to_thread

from declaim.audio.chunk import AudioChunk
from declaim.audio.encoder import Encoder
from declaim.audio.formats import AudioFormat
from declaim.server.service import SpeechRequest, SpeechService
from declaim.timings import WordTiming

_RIFF_LIMIT: Final = 0xFFFFFFFF
"""The header of a WAV stream says this for sizes that are not known; also the largest that it can say."""


class AudioStream(Protocol):
    """The encoded audio of one request, in blocks of at least one byte. Nothing is done before the first.

    This is where a cache stands between the interfaces and the service: it gives such a stream for another.
    """

    length: int | None
    """Bytes of all blocks, once that is known, which for a short text is with the first block."""
    headers: Mapping[str, str]
    """What the response's headers are to say of the audio, once the first block is there."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The stream itself."""
        ...

    async def __anext__(self) -> bytes:
        """The next block. Raises as :meth:`SpeechService.speak` does."""
        ...

    async def aclose(self) -> None:
        """End the work at once."""
        ...


AudioSource: TypeAlias = Callable[[SpeechRequest, AudioFormat], AudioStream]
"""What every endpoint that answers with audio gets it from."""


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """What the encoder gave for one chunk of speech; its audio may lag behind its words by a codec frame."""

    data: bytes
    """Maybe none."""
    words: tuple[WordTiming, ...] = ()
    seconds: float = 0.0
    """Length of the chunk."""
    ends_text: bool = False
    """Whether the text has no more characters after it. A silent or empty piece may follow all the same."""


class SpokenStream:
    """The audio of a request, spoken now."""

    def __init__(
        self, chunks: AsyncIterator[AudioChunk], text: str, audio_format: AudioFormat, rate: int
    ) -> None:
        self.length: int | None = None
        self.headers: Mapping[str, str] = {}
        self._chunks = encoded(chunks, len(text), audio_format, rate)
        self._blocks = self._joined()

    def __aiter__(self) -> Self:
        """The stream itself."""
        return self

    async def __anext__(self) -> bytes:
        """The next block."""
        return await anext(self._blocks)

    async def aclose(self) -> None:
        """End the work at once."""
        await self._blocks.aclose()
        await self._chunks.aclose()

    async def _joined(self) -> AsyncGenerator[bytes]:
        """The last chunk is joined with the stream's end, so that the length of a short text is known."""
        held, given = b"", 0
        async with aclosing(self._chunks) as chunks:
            async for chunk in chunks:
                held += chunk.data
                if held and not chunk.ends_text:
                    given += len(held)
                    yield held
                    held = b""
        self.length = given + len(held)
        if held:
            yield held


def spoken_by(service: SpeechService) -> AudioSource:
    """Audio from the service itself, with no cache between."""

    def audio_stream(request: SpeechRequest, audio_format: AudioFormat) -> AudioStream:
        return SpokenStream(service.speak(request), request.text, audio_format, service.sample_rate)

    return audio_stream


async def encoded(
    chunks: AsyncIterator[AudioChunk], text_length: int, audio_format: AudioFormat, rate: int
) -> AsyncGenerator[EncodedChunk]:
    """Encode chunks as they come, and then the end of the stream, which has no words.

    Args:
        chunks: closed when this is closed.
        text_length: characters of the text that the chunks' spans count in.
        audio_format: what to encode to.
        rate: of all chunks, in Hz.

    Raises:
        DeclaimError: as :meth:`SpeechService.speak` does.
    """
    async with aclosing(cast("AsyncGenerator[AudioChunk]", chunks)):
        encoder = None
        async for chunk in chunks:
            if encoder is None:
                encoder = await to_thread.run_sync(Encoder, audio_format, rate)
            data = await to_thread.run_sync(encoder.encode, chunk.samples)
            yield EncodedChunk(data, chunk.words, chunk.seconds, ends_text=chunk.span[1] >= text_length)
        if encoder:
            yield EncodedChunk(await to_thread.run_sync(encoder.close), ends_text=True)


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
        size: tuple[Any, ...] = struct.unpack_from("<I", block, offset + 4)
        offset += 8 + size[0] + size[0] % 2
    return offset

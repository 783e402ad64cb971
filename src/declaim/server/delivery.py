"""From chunks of speech to encoded chunks, as soon as the codec allows; encoding runs in threads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from types import MappingProxyType
from typing import Final, Protocol, Self, TypeAlias

from anyio import to_thread

from declaim.audio.chunk import AudioChunk
from declaim.audio.encoder import Encoder
from declaim.audio.formats import AudioFormat
from declaim.server.encoded_chunk import EncodedChunk
from declaim.server.service import SpeechRequest, SpeechService

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class SpeechStream(Protocol):
    """The encoded speech of one request. Nothing is done before the first chunk is asked for.

    This is where a cache stands between the interfaces and the service: it gives such a stream for another.
    """

    @property
    def headers(self) -> Mapping[str, str]:
        """What a response is to say of where the speech comes from, once the first chunk is there."""
        ...

    @property
    def is_made(self) -> bool:
        """Whether all chunks exist already, once the first is there: to have them takes no time."""
        ...

    def __aiter__(self) -> AsyncIterator[EncodedChunk]:
        """The stream itself."""
        ...

    async def __anext__(self) -> EncodedChunk:
        """The next chunk. Raises as :meth:`SpeechService.speak` does."""
        ...

    async def aclose(self) -> None:
        """End the work at once, if nobody else wants it."""
        ...


SpeechSource: TypeAlias = Callable[[SpeechRequest, AudioFormat], SpeechStream]
"""What every endpoint that answers with speech gets it from."""


class SpokenStream:
    """The speech of a request, made now.

    Args:
        chunks: as :func:`encoded` gives them.
    """

    headers = _NO_HEADERS
    is_made = False

    def __init__(self, chunks: AsyncGenerator[EncodedChunk]) -> None:
        self._chunks = chunks

    def __aiter__(self) -> Self:
        """The stream itself."""
        return self

    async def __anext__(self) -> EncodedChunk:
        """The next chunk."""
        return await anext(self._chunks)

    async def aclose(self) -> None:
        """End the work at once."""
        await self._chunks.aclose()


def spoken_by(service: SpeechService) -> SpeechSource:
    """Speech from the service itself, with no cache between."""

    def speech(request: SpeechRequest, audio_format: AudioFormat) -> SpeechStream:
        chunks = service.speak(request)
        return SpokenStream(encoded(chunks, len(request.text), audio_format, service.sample_rate))

    return speech


async def encoded(
    chunks: AsyncGenerator[AudioChunk], text_length: int, audio_format: AudioFormat, rate: int
) -> AsyncGenerator[EncodedChunk]:
    """Encode chunks as they come, and then the end of the stream, which has no words.

    A pause at the beginning is held until something follows that can be heard: what fails there can still
    be answered with an error.

    Args:
        chunks: closed when this is closed.
        text_length: characters of the text that the chunks' spans count in.
        audio_format: what to encode to.
        rate: of all chunks, in Hz.

    Raises:
        DeclaimError: as :meth:`SpeechService.speak` does.
    """
    async with aclosing(chunks):
        encoder = None
        has_sounded, held, seconds = False, b"", 0.0
        async for chunk in chunks:
            if encoder is None:
                encoder = await to_thread.run_sync(Encoder, audio_format, rate)
            held += await to_thread.run_sync(encoder.encode, chunk.samples)
            seconds += chunk.seconds
            if has_sounded := has_sounded or bool(chunk.samples.any()):
                ends_text = chunk.span[1] >= text_length
                yield EncodedChunk(held, seconds, chunk.words, ends_text=ends_text)
                held, seconds = b"", 0.0
        if encoder:
            yield EncodedChunk(held + await to_thread.run_sync(encoder.close), seconds, ends_text=True)

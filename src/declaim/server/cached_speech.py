"""The cache between the interfaces and the service: encoded speech, kept, joined, or made now."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from functools import partial
from typing import Self

from declaim.audio.formats import AudioFormat
from declaim.server.cache import CachedStream, SpeechCache
from declaim.server.cache_key import key_of
from declaim.server.delivery import encoded
from declaim.server.encoded_chunk import EncodedChunk
from declaim.server.facts import RequestFacts, current_facts
from declaim.server.service import SpeechRequest, SpeechService


class CachedSpeech:
    """Gives every interface the encoded speech of a request: a `SpeechSource`."""

    def __init__(self, service: SpeechService, cache: SpeechCache) -> None:
        self._service = service
        self._cache = cache

    def __call__(self, request: SpeechRequest, audio_format: AudioFormat) -> CachedChunks:
        """The chunks of a request. Nothing is done before the first is asked for."""
        return CachedChunks(partial(self._stream, request, audio_format), request)

    def _stream(self, request: SpeechRequest, audio_format: AudioFormat) -> CachedStream:
        key = key_of(request, self._service.model_digest, audio_format.name)
        return self._cache.stream(key, lambda: self._made(request, audio_format), timeout=request.timeout)

    def _made(self, request: SpeechRequest, audio_format: AudioFormat) -> AsyncGenerator[EncodedChunk]:
        chunks = self._service.speak(request)
        return encoded(chunks, len(request.text), audio_format, self._service.sample_rate)


class CachedChunks:
    """The encoded chunks of one request; what is learned of them goes into the log and the metrics."""

    def __init__(self, join: Callable[[], CachedStream], request: SpeechRequest) -> None:
        self._join = join
        self._stream: CachedStream | None = None
        self._facts = current_facts() or RequestFacts("")
        self._facts.characters += len(request.text)
        self._facts.voice = request.voice or ""

    @property
    def headers(self) -> Mapping[str, str]:
        """What a response is to say of where its audio comes from, once the first chunk is there."""
        status = self._stream.status if self._stream else None
        return {"X-Declaim-Cache": status} if status else {}

    @property
    def is_made(self) -> bool:
        """Whether all chunks exist already: they were kept."""
        return self._stream is not None and self._stream.status == "hit"

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> EncodedChunk:
        """The next chunk. Raises as :meth:`SpeechService.speak` does."""
        if self._stream is None:
            self._stream = self._join()
        chunk = await anext(self._stream)
        self._facts.cache = self._stream.status or ""
        self._facts.audio_seconds += chunk.seconds
        return chunk

    async def aclose(self) -> None:
        """Leave. The work ends if nobody else wants it."""
        if self._stream is not None:
            await self._stream.aclose()

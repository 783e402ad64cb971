"""The speech service: requests in, chunks out, through a reader's and the speakers' processes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from functools import partial
from importlib.metadata import version
from typing import Literal

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.config import Config
from declaim.engines.kokoro import ARTIFACTS
from declaim.errors import DeadlineError, UnavailableError
from declaim.models.manifest import packaged_manifest
from declaim.server.service import ScoredSentence, ServiceState, SpeechRequest
from declaim.server.workers.admission import Admission, Admitted
from declaim.server.workers.ahead import ahead
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.pool import Pool
from declaim.server.workers.sizing import sizes_for
from declaim.server.workers.stages import load_reader, load_speaker
from declaim.synthesizer import placed

_AUDIO_AHEAD = 30.0
"""Seconds of audio that are made before a client takes them."""
_SENTENCES_AHEAD = 2
"""Sentences that are read before they can be spoken."""
_READER_TIMEOUT = 30.0
"""Seconds for a sentence: normally a twentieth of one, but a chat model may be asked."""


class PooledSpeechService:
    """Speaks for many clients at once; see :class:`~declaim.server.service.SpeechService`.

    Args:
        config: its models must be there, or may be fetched.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, config: Config) -> None:
        server = config.server
        sizes = sizes_for(config)
        memory = server.worker_memory * 1_000_000
        self.model_digest = digest_of(config)
        self._readers = Pool(
            "reader",
            partial(load_reader, config, sizes.threads),
            size=1,
            step_timeout=max(_READER_TIMEOUT, 2 * config.chat_timeout),
            memory_limit=memory,
        )
        self._speakers = Pool(
            "speaker",
            partial(load_speaker, config, sizes.threads),
            size=sizes.speakers,
            step_timeout=server.step_timeout,
            memory_limit=memory,
        )
        self._admission = Admission(sizes.speakers, server.queue_limit)
        self._is_draining = False
        self._idle = asyncio.Event()

    async def start(self) -> None:
        """Start the workers. They load their models meanwhile; :meth:`ready` waits for that."""
        self._readers.start()
        self._speakers.start()

    async def ready(self) -> None:
        """Wait until requests can be spoken."""
        await self._readers.ready.wait()
        await self._speakers.ready.wait()

    async def drain(self, timeout: float) -> bool:
        """Let nobody in any more, and wait for those who are in.

        Args:
            timeout: seconds.

        Returns:
            Whether all have left in time.
        """
        self._is_draining = True
        try:
            async with asyncio.timeout(timeout):
                while self._admission.waiting or self._admission.speaking:
                    self._idle.clear()
                    await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Stop the workers, whatever they do."""
        self._is_draining = True
        await asyncio.gather(self._readers.close(), self._speakers.close())

    def state(self) -> ServiceState:
        """How the service is."""
        return ServiceState(
            phase=self._phase,
            workers=(*self._readers.states, *self._speakers.states),
            waiting=self._admission.waiting,
            speaking=self._admission.speaking,
            stalled_for=max(self._readers.stalled_for, self._speakers.stalled_for),
        )

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[AudioChunk]:
        """Speak a text; see :class:`~declaim.server.service.SpeechService`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + request.timeout
        ticket = Ticket(request.client, due=loop.time())
        with self._admitted(request) as admitted:
            chunks = ahead(self._chunks(request, ticket, admitted), _AUDIO_AHEAD, lambda chunk: chunk.seconds)
            async with aclosing(chunks):
                for chunk in await _until_audible(chunks, deadline, request.timeout):
                    yield chunk
                async for chunk in chunks:
                    yield chunk

    async def read(self, request: SpeechRequest) -> AsyncGenerator[ScoredSentence]:
        """The sentences of a text with their scores; see :class:`~declaim.server.service.SpeechService`."""
        loop = asyncio.get_running_loop()
        with self._admitted(request):
            said = self._readers.run(request, Ticket(request.client, due=loop.time()))
            async with aclosing(said):
                try:
                    async with asyncio.timeout(request.timeout) as limit:
                        async for each in said:
                            limit.reschedule(None)
                            start, end = each.sentence.span
                            yield ScoredSentence(
                                request.text[start:end], (start, end), each.sentence.voice, each.score
                            )
                except TimeoutError as error:
                    raise _late(request.timeout) from error

    async def _chunks(
        self, request: SpeechRequest, ticket: Ticket, admitted: Admitted
    ) -> AsyncGenerator[AudioChunk]:
        """All chunks, in order; each sentence is read while those before it are spoken."""
        loop = asyncio.get_running_loop()
        seconds = 0.0
        first_at: float | None = None
        async with aclosing(ahead(self._readers.run(request, ticket), _SENTENCES_AHEAD)) as sentences:
            async for said in sentences:
                async with aclosing(self._speakers.run(said, ticket)) as chunks:
                    began = loop.time()
                    async for chunk in chunks:
                        first_at = first_at or loop.time()
                        self._admission.spoken(admitted, chunk.span[1] - chunk.span[0], loop.time() - began)
                        yield placed(chunk, request.text, seconds)
                        seconds += chunk.seconds
                        ticket.due = first_at + seconds  # when a listener has heard all there is
                        began = loop.time()

    @contextmanager
    def _admitted(self, request: SpeechRequest) -> Iterator[Admitted]:
        if self._phase != "ready":
            raise UnavailableError(
                f"the service is {self._phase}", hint="Try again in some seconds, or elsewhere."
            )
        try:
            with self._admission.enter(len(request.text)) as admitted:
                yield admitted
        finally:
            self._idle.set()

    @property
    def _phase(self) -> Literal["starting", "ready", "draining"]:
        if self._is_draining:
            return "draining"
        is_ready = self._readers.ready.is_set() and self._speakers.ready.is_set()
        return "ready" if is_ready else "starting"


async def _until_audible(
    chunks: AsyncGenerator[AudioChunk], deadline: float, timeout: float
) -> list[AudioChunk]:
    """The first chunks, up to the first that can be heard.

    Raises:
        DeadlineError: it was not there in time.
    """
    first: list[AudioChunk] = []
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in chunks:
                first.append(chunk)
                if chunk.words:
                    break
    except TimeoutError as error:
        raise _late(timeout) from error
    return first


def _late(timeout: float) -> DeadlineError:
    return DeadlineError(
        f"nothing could be heard within {timeout:g} s", hint="Try again later, or with a longer timeout."
    )


def digest_of(config: Config) -> str:
    """Of everything but the request that the sound depends on: models, version, settings and lexicon."""
    settings = config.model_dump_json(exclude={"server", "threads", "offline"})
    lexicon = config.lexicon.read_bytes() if config.lexicon else b""
    models = [repr(packaged_manifest()[name]) for name in ARTIFACTS]
    parts = (version("declaim").encode(), settings.encode(), lexicon, *map(str.encode, models))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()

"""The speech service: requests in, chunks out, through a reader's and the speakers' processes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from functools import partial
from importlib.metadata import version
from typing import Literal, TypeAlias, TypeVar

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.config import Config
from declaim.engines.kokoro import ARTIFACTS
from declaim.engines.to_say import ToSay
from declaim.errors import ConfigError, DeadlineError, DeclaimError, UnavailableError
from declaim.models.manifest import packaged_manifest
from declaim.prosody.encoder.classifier import ARTIFACT as CLASSIFIER
from declaim.prosody.language_model.model import ARTIFACT as LANGUAGE_MODEL
from declaim.server.ahead import ahead
from declaim.server.service import Observer, ScoredSentence, ServiceState, SpeechRequest
from declaim.server.workers.admission import Admission, Admitted
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.pool import Pool
from declaim.server.workers.process import Stage
from declaim.server.workers.sizing import sizes_for
from declaim.server.workers.stages import load_reader, load_speaker
from declaim.stopwatch import StageName
from declaim.synthesizer import placed

Item = TypeVar("Item")

LoadConfigured: TypeAlias = Callable[[Config, int], Stage]
"""Loads a stage for a configuration and a number of threads."""

CHANNEL = "kokoro"
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
        load_reader: what a reader process begins with.
        load_speaker: what a speaker process begins with.
    """

    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        config: Config,
        *,
        load_reader: LoadConfigured = load_reader,
        load_speaker: LoadConfigured = load_speaker,
    ) -> None:
        server = config.server
        sizes = sizes_for(config)
        memory = server.worker_memory * 1_000_000
        self.model_digest = digest_of(config)
        self.observer: Observer | None = None
        self._readers = Pool(
            "reader",
            partial(load_reader, config, sizes.threads),
            size=1,
            step_timeout=max(_READER_TIMEOUT, 2 * config.chat_timeout),
            memory_limit=memory,
            worked=self._worked,
        )
        self._speakers = Pool(
            "speaker",
            partial(load_speaker, config, sizes.threads),
            size=sizes.speakers,
            step_timeout=server.step_timeout,
            memory_limit=memory,
            worked=self._worked,
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

    async def drain(self, patience: float) -> bool:
        """Let nobody in any more, and wait for those who are in.

        Args:
            patience: seconds.

        Returns:
            Whether all have left in time.
        """
        self._is_draining = True
        try:
            async with asyncio.timeout(patience):
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
        with self._admitted(request) as admitted:
            chunks = ahead(self._chunks(request, admitted), _AUDIO_AHEAD, lambda chunk: chunk.seconds)
            async with aclosing(chunks):
                for chunk in await _first(chunks, _is_audible, request):
                    yield chunk
                async for chunk in chunks:
                    yield chunk

    async def read(self, request: SpeechRequest) -> AsyncGenerator[ScoredSentence]:
        """The sentences of a text with their scores; see :class:`~declaim.server.service.SpeechService`."""
        ticket = Ticket(request.client, due=asyncio.get_running_loop().time())
        with self._admitted(request), self._readers.taking_turns(ticket):
            async with aclosing(self._readers.run(request, ticket)) as sentences:
                for said in await _first(sentences, lambda _: True, request):
                    yield _scored(said, request.text)
                async for said in sentences:
                    yield _scored(said, request.text)

    async def _chunks(self, request: SpeechRequest, admitted: Admitted) -> AsyncGenerator[AudioChunk]:
        """All chunks in order. A sentence is read while those before it are spoken."""
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        ticket = Ticket(request.client, due=arrived)
        with self._readers.taking_turns(ticket), self._speakers.taking_turns(ticket):
            seconds = 0.0
            async with aclosing(ahead(self._readers.run(request, ticket), _SENTENCES_AHEAD)) as sentences:
                async for said in sentences:
                    async with aclosing(self._spoken(said, ticket)) as chunks:
                        async for chunk in chunks:
                            if not seconds:
                                ticket.due = loop.time()
                            ticket.due += chunk.seconds  # until then a listener has enough to hear
                            self._note(chunk, admitted, ticket, arrived)
                            yield placed(chunk, request.text, seconds)
                            seconds += chunk.seconds

    async def _spoken(self, said: ToSay, ticket: Ticket) -> AsyncGenerator[AudioChunk]:
        """One sentence."""
        try:
            async with aclosing(self._speakers.run(said, ticket)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except DeclaimError:
            if self.observer:
                self.observer.ended(CHANNEL, "failed")
            raise
        if self.observer:
            self.observer.ended(CHANNEL, "spoken")

    def _note(self, chunk: AudioChunk, admitted: Admitted, ticket: Ticket, arrived: float) -> None:
        """Remember what a chunk has cost."""
        is_first, worked = not admitted.has_begun, ticket.take()
        self._admission.spoken(admitted, chunk.span[1] - chunk.span[0], worked)
        if self.observer:
            if is_first:
                self.observer.waited(max(0.0, asyncio.get_running_loop().time() - arrived - worked))
            self.observer.spoke(worked, chunk.seconds)

    def _worked(self, stages: Mapping[StageName, float]) -> None:
        if self.observer:
            self.observer.worked(stages)

    @contextmanager
    def _admitted(self, request: SpeechRequest) -> Iterator[Admitted]:
        if self._phase != "ready":
            raise UnavailableError(
                f"the service is {self._phase}", hint="Try again in some seconds, or elsewhere."
            )
        try:
            with self._admission.enter(request.client, len(request.text)) as admitted:
                yield admitted
        finally:
            self._idle.set()

    @property
    def _phase(self) -> Literal["starting", "ready", "draining"]:
        if self._is_draining:
            return "draining"
        is_ready = self._readers.ready.is_set() and self._speakers.ready.is_set()
        return "ready" if is_ready else "starting"


async def _first(
    items: AsyncGenerator[Item], is_enough: Callable[[Item], bool], request: SpeechRequest
) -> list[Item]:
    """The first items, up to one that is enough.

    Raises:
        DeadlineError: it was not there within the request's time.
    """
    first: list[Item] = []
    try:
        async with asyncio.timeout(request.timeout):
            async for item in items:
                first.append(item)
                if is_enough(item):
                    break
    except TimeoutError as error:
        raise DeadlineError(
            f"nothing was ready within {request.timeout:g} s",
            hint="Try again later, or with a longer timeout.",
        ) from error
    return first


def _is_audible(chunk: AudioChunk) -> bool:
    return bool(chunk.words)


def _scored(said: ToSay, text: str) -> ScoredSentence:
    start, end = said.sentence.span
    return ScoredSentence(text[start:end], (start, end), said.sentence.voice, said.score)


def digest_of(config: Config) -> str:
    """Of everything but the request that the sound depends on: models, version, settings and lexicon.

    Raises:
        ConfigError: a file that the configuration names cannot be read.
    """
    settings = config.model_dump_json(exclude={"server", "threads", "offline"})
    models = [repr(packaged_manifest()[name]) for name in (*ARTIFACTS, CLASSIFIER, LANGUAGE_MODEL)]
    parts = (version("declaim").encode(), settings.encode(), *map(str.encode, models), *_files_of(config))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _files_of(config: Config) -> Iterator[bytes]:
    try:
        yield config.lexicon.read_bytes() if config.lexicon else b""
        if config.language_model:  # a gigabyte or so: its size and its time of change tell as much
            stat = config.language_model.stat()
            yield f"{stat.st_size} {stat.st_mtime_ns}".encode()
    except OSError as error:
        raise ConfigError(
            f"{error.filename} cannot be read: {error.strerror}",
            hint="The configuration names it as `lexicon` or `language_model`.",
        ) from error

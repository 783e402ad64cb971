"""The speech service: requests in, chunks out, through a reader's and the speakers' processes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.channels.settings import Policy
from declaim.config import Config
from declaim.engines.choice import artifacts
from declaim.engines.to_say import ToSay
from declaim.errors import ConfigError, DeadlineError, UnavailableError
from declaim.models.manifest import packaged_manifest
from declaim.prosody.encoder.classifier import ARTIFACT as CLASSIFIER
from declaim.prosody.language_model.model import ARTIFACT as LANGUAGE_MODEL
from declaim.server.ahead import ahead
from declaim.server.brownout import Brownout
from declaim.server.service import Observer, ScoredSentence, ServiceState, SpeechRequest
from declaim.server.workers.admission import Admission, Admitted
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.patient import PatientSpeech, patient_channels
from declaim.server.workers.pool import Pool
from declaim.server.workers.process import Stage
from declaim.server.workers.sizing import Sizes, sizes_for
from declaim.server.workers.speakers import LoadSpeaker, MakeSpeakers, SpeakerGroup, Speakers
from declaim.server.workers.stages import load_reader, load_speaker
from declaim.stopwatch import StageName
from declaim.synthesizer import placed

Item = TypeVar("Item")

LoadReader: TypeAlias = Callable[[Config, int], Stage]
"""Loads the first two stages for a configuration and a number of threads."""

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
        load_speaker: what a process that speaks begins with.
        speakers: makes those who speak, if they are not such processes of this machine.

    Raises:
        ConfigError: a channel, or a file that the configuration names, cannot be used.
    """

    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        config: Config,
        *,
        load_reader: LoadReader = load_reader,
        load_speaker: LoadSpeaker = load_speaker,
        speakers: MakeSpeakers | None = None,
    ) -> None:
        server = config.server
        sizes = sizes_for(config)
        self._config = config
        self.model_digest = digest_of(config)
        self._readers = Pool(
            "reader",
            partial(load_reader, config, sizes.threads),
            size=1,
            step_timeout=max(_READER_TIMEOUT, 2 * config.chat_timeout),
            memory_limit=server.worker_memory * 1_000_000,
            worked=self._worked,
        )
        make = speakers or partial(_own_speakers, sizes, load_speaker)
        self._speakers = make(config, self._worked)
        self._policy = Policy(never_cloud=config.never_cloud, max_cost=config.max_cost)
        self._observer: Observer | None = None
        self._admission = Admission(self._speakers.places, server.queue_limit)
        self._brownout = Brownout(server.brownout)
        self._is_draining = False
        self._idle = asyncio.Event()

    async def start(self) -> None:
        """Start the workers. They load their models meanwhile; :meth:`ready` waits for that."""
        self._readers.start()
        self._speakers.start()

    async def ready(self) -> None:
        """Wait until requests can be spoken."""
        await self._readers.ready.wait()
        await self._speakers.ready()

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
            channels=self._speakers.channels.health,
            brownout=self._brownout.steps_at(self._admission.load),
        )

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[AudioChunk]:
        """Speak a text; see :class:`~declaim.server.service.SpeechService`."""
        with self._admitted(request) as admitted:
            request = replace(request, brownout=self._brownout.steps_at(self._admission.load))
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

    def patient(self) -> PatientSpeech:
        """The same workers, for what nobody is waiting for: books."""
        return PatientSpeech(self._readers, self._speakers, patient_channels(self._config), self._policy)

    async def _chunks(self, request: SpeechRequest, admitted: Admitted) -> AsyncGenerator[AudioChunk]:
        """All chunks in order. A sentence is read while those before it are spoken."""
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        ticket = Ticket(request.client, due=arrived)
        with self._readers.taking_turns(ticket), self._speakers.taking_turns(ticket):
            seconds = 0.0
            relieved = "understudy" in request.brownout
            failover = self._speakers.begin(ticket, self._policy_of(request), relieved=relieved)
            async with aclosing(ahead(self._readers.run(request, ticket), _SENTENCES_AHEAD)) as sentences:
                async for said in sentences:
                    async with aclosing(failover.speak(said)) as chunks:
                        async for chunk in chunks:
                            if not seconds:
                                ticket.due = loop.time()
                            ticket.due += chunk.seconds  # until then a listener has enough to hear
                            self._note(chunk, admitted, ticket, arrived)
                            yield self._marked(placed(chunk, request.text, seconds), request)
                            seconds += chunk.seconds

    def _marked(self, chunk: AudioChunk, request: SpeechRequest) -> AudioChunk:
        is_makeshift = bool(request.brownout) or chunk.channel not in ("", self._speakers.main)
        return replace(chunk, is_makeshift=is_makeshift)

    def _policy_of(self, request: SpeechRequest) -> Policy:
        """What a request may use: no more than the configuration allows."""
        limits = [limit for limit in (self._policy.max_cost, request.max_cost) if limit is not None]
        never_cloud = self._policy.never_cloud or request.never_cloud
        return Policy(never_cloud=never_cloud, max_cost=min(limits, default=None))

    def _note(self, chunk: AudioChunk, admitted: Admitted, ticket: Ticket, arrived: float) -> None:
        """Remember what a chunk has cost."""
        is_first, worked = not admitted.has_begun, ticket.take()
        self._admission.spoken(admitted, chunk.span[1] - chunk.span[0], worked)
        if self._observer:
            if is_first:
                self._observer.waited(max(0.0, asyncio.get_running_loop().time() - arrived - worked))
            self._observer.spoke(worked, chunk.seconds)

    def _worked(self, stages: Mapping[StageName, float]) -> None:
        if self._observer:
            self._observer.worked(stages)

    @property
    def observer(self) -> Observer | None:
        """Told what happens."""
        return self._observer

    @observer.setter
    def observer(self, observer: Observer | None) -> None:
        self._observer = self._speakers.channels.observer = observer

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
            self._brownout.steps_at(self._admission.load)  # calm may begin now, and nobody ask for long
            self._idle.set()

    @property
    def _phase(self) -> Literal["starting", "ready", "draining"]:
        if self._is_draining:
            return "draining"
        is_ready = self._readers.ready.is_set() and self._speakers.is_ready
        return "ready" if is_ready else "starting"


def _own_speakers(
    sizes: Sizes, load: LoadSpeaker, config: Config, worked: Callable[[Mapping[StageName, float]], None]
) -> SpeakerGroup:
    return Speakers(config, sizes, load, worked)


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
    settings = config.model_dump_json(exclude={"server", "studio", "cluster", "threads", "offline"})
    names = (*artifacts(*config.channels), CLASSIFIER, LANGUAGE_MODEL)
    models = [repr(packaged_manifest()[name]) for name in names]
    parts = (version("declaim").encode(), settings.encode(), *map(str.encode, models), *_files_of(config))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _files_of(config: Config) -> Iterator[bytes]:
    try:
        yield config.lexicon.read_bytes() if config.lexicon else b""
        for path in _large_files_of(config):  # gigabytes: their sizes and times of change tell as much
            stat = path.stat()
            yield f"{path.name} {stat.st_size} {stat.st_mtime_ns}".encode()
    except OSError as error:
        raise ConfigError(
            f"{error.filename} cannot be read: {error.strerror}",
            hint="The configuration names it, or a folder that it is in.",
        ) from error


def _large_files_of(config: Config) -> Iterator[Path]:
    if config.language_model:
        yield config.language_model
    if "indextts" in config.channels and (folder := config.engines.indextts.model_dir):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
        yield from config.engines.indextts.voices.values()

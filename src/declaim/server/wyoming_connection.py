"""One client of the Wyoming protocol. Needs the extra ``wyoming``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, cast

from anyio import to_thread
from wyoming.audio import AudioChunk as WyomingChunk
from wyoming.audio import AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_read_event, async_write_event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

from declaim.audio.chunk import AudioChunk
from declaim.audio.encoder import Encoder
from declaim.audio.formats import FORMATS
from declaim.config import Config
from declaim.engines.voices import VOICES
from declaim.errors import DeclaimError, InputError
from declaim.prosody.pauses import Pauses
from declaim.server.problems import log_failure, problem_of
from declaim.server.service import SpeechRequest, SpeechService
from declaim.server.utterance import Utterance
from declaim.server.voices import voice_for
from declaim.server.wyoming_info import INFO
from declaim.text.sentence import Language

logger = logging.getLogger(__name__)

_WAITING: Final = 4
"""Requests of one connection that wait for the one before."""
_FRAME: Final = 0.1
"""Seconds of audio in an event."""
_SAMPLE_BYTES: Final = 2
_IDLE: Final = 1.0
"""Seconds without text after which what was written is spoken though it may go on."""
_NO_EVENT: Final = (TypeError, KeyError, AttributeError, RecursionError)
"""What the library raises for JSON that is no event, or lacks what its event needs."""


@dataclass(slots=True)
class _Job:
    """Something to be said."""

    utterance: Utterance
    is_streamed: bool
    """Whether its text comes in parts."""


class WyomingConnection:
    """A client: what it asks for is spoken in order, while it may go on to write."""

    def __init__(
        self,
        service: SpeechService,
        config: Config,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._service = service
        self._config = config
        self._reader = reader
        self._writer = writer
        self._writing = asyncio.Lock()
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue(_WAITING)
        self._streamed: Utterance | None = None
        """The text that is being written."""

    async def serve(self) -> None:
        """Until the client leaves, or reads nothing for too long."""
        listening = asyncio.create_task(self._listen())
        tasks = (listening, asyncio.create_task(self._speak_all()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if listening.done() and not listening.exception():
                self._writer.close()  # what it was told last goes out yet
        finally:
            if not self._writer.is_closing():
                self._writer.transport.abort()
            for task in tasks:
                task.cancel()
            self._report(await asyncio.gather(*tasks, return_exceptions=True))

    def _report(self, results: Sequence[BaseException | None]) -> None:
        for failure in results:
            if isinstance(failure, Exception) and not isinstance(failure, OSError):  # left, or reads nothing
                logger.error("a Wyoming connection failed unexpectedly", exc_info=failure)

    async def _listen(self) -> None:
        while True:
            try:
                event = await async_read_event(self._reader)
            except (EOFError, ConnectionError):
                return
            except _NO_EVENT:
                event = None
            if event is None:
                if not self._reader.at_eof():
                    await self._refuse("malformed_event", "that was no event, or too large a one")
                return
            try:
                await self._follow(event)
            except DeclaimError as error:
                await self._fail(error)
            except _NO_EVENT:
                await self._refuse("malformed_event", f"the event {event.type!r} lacks something it needs")

    async def _follow(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self._send(INFO)
        elif Ping.is_type(event.type):
            await self._send(Pong(Ping.from_event(event).text))
        elif Synthesize.is_type(event.type):
            await self._synthesize(Synthesize.from_event(event))
        elif SynthesizeStart.is_type(event.type):
            await self._start(SynthesizeStart.from_event(event).voice)
        elif SynthesizeChunk.is_type(event.type) and self._streamed:
            self._streamed.write(_text(SynthesizeChunk.from_event(event).text))
        elif SynthesizeStop.is_type(event.type) and self._streamed:
            self._streamed.finish()
            self._streamed = None

    async def _start(self, voice: SynthesizeVoice | None) -> None:
        if self._streamed:
            self._streamed.finish()
        self._streamed = self._utterance(voice)
        await self._jobs.put(_Job(self._streamed, is_streamed=True))

    async def _synthesize(self, event: Synthesize) -> None:
        if self._streamed:
            return  # the whole of the text once more, for servers that do not stream
        utterance = self._utterance(event.voice)
        utterance.write(_text(event.text))
        utterance.finish()
        await self._jobs.put(_Job(utterance, is_streamed=False))

    def _utterance(self, asked: SynthesizeVoice | None) -> Utterance:
        config, language = self._config, _language(asked)
        voice = _voice_name(asked)
        voice_for(voice, "", language, config)  # an unknown one is refused before anything is spoken
        peer = self._writer.get_extra_info("peername")
        return Utterance(
            self._service,
            SpeechRequest("", str(peer[0]) if peer else "", config.server.timeout, language=language),
            voice_of=lambda text: voice_for(voice, text, language, config),
            pauses=Pauses(config.sentence_pause, config.paragraph_pause),
            idle=_IDLE,
            max_characters=config.server.max_characters,
        )

    async def _speak_all(self) -> None:
        while True:
            job = await self._jobs.get()
            try:
                async with aclosing(job.utterance.speak()) as chunks:
                    await self._speak(chunks)
            except DeclaimError as error:
                await self._fail(error)
            if job.is_streamed:
                await self._send(SynthesizeStopped())

    async def _speak(self, chunks: AsyncGenerator[AudioChunk]) -> None:
        rate = self._service.sample_rate
        encoder = await to_thread.run_sync(Encoder, FORMATS["pcm"], rate)
        chunk = await anext(chunks, None)  # what fails at once has no audio to begin
        await self._send(AudioStart(rate, _SAMPLE_BYTES, 1))
        while chunk is not None:
            await self._send_audio(await to_thread.run_sync(encoder.encode, chunk.samples), rate)
            chunk = await anext(chunks, None)
        await self._send_audio(await to_thread.run_sync(encoder.close), rate)
        await self._send(AudioStop())

    async def _send_audio(self, data: bytes, rate: int) -> None:
        size = round(_FRAME * rate) * _SAMPLE_BYTES
        for start in range(0, len(data), size):
            await self._send(WyomingChunk(rate, _SAMPLE_BYTES, 1, data[start : start + size]))

    async def _fail(self, error: DeclaimError) -> None:
        problem = problem_of(error)
        log_failure(error, problem, "of a Wyoming client")
        await self._refuse(problem.code, str(problem.openai_error()["message"]))

    async def _refuse(self, code: str, text: str) -> None:
        await self._send(Error(text, code))

    async def _send(self, event: Eventable) -> None:
        async with self._writing, asyncio.timeout(self._config.server.send_timeout):
            await async_write_event(event.event(), self._writer)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise InputError("the text of an event is no string")
    return given


def _voice_name(asked: SynthesizeVoice | None) -> str | None:
    """The voice that is asked for: as the voice's name, or as the speaker of whatever voice."""
    if asked is None:
        return None
    return asked.speaker if asked.speaker in VOICES else asked.name


def _language(asked: SynthesizeVoice | None) -> Language | None:
    tag = (asked.language or "") if asked else ""
    return cast(
        "Language | None", {"zh": "zh", "en": "en", "cmn": "zh"}.get(tag.replace("_", "-").split("-")[0])
    )

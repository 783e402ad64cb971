"""One client of the stream: what it says, and what it is told."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from dataclasses import dataclass
from typing import Any, Final, assert_never, cast

from fastapi import Request, WebSocket
from starlette.websockets import WebSocketDisconnect

from declaim.audio.formats import FORMATS
from declaim.errors import DeclaimError
from declaim.prosody.pauses import Pauses
from declaim.server.api.backend import Backend
from declaim.server.api.outbox import Close, Event, Outbox
from declaim.server.api.stream_messages import (
    CancelMessage,
    ConfigMessage,
    EndMessage,
    FlushMessage,
    Message,
    Options,
    RefusedError,
    StartMessage,
    TextMessage,
    parse_message,
)
from declaim.server.api.streamed_utterance import StreamedUtterance
from declaim.server.api.wishes import speech_request
from declaim.server.problems import Problem, log_failure, problem_of
from declaim.server.request_id import request_id_of
from declaim.server.utterance import Utterance
from declaim.server.voices import voice_for

logger = logging.getLogger(__name__)

IDLE: Final = 4408
"""Close code: nothing was said or heard for too long. Of the range for applications, after HTTP's 408."""
INTERNAL_ERROR: Final = 1011
"""Close code of RFC 6455."""

_REMEMBERED: Final = 256
"""Ids of utterances that are over, so that text that comes late does not begin them anew."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """What a client may ask of one connection."""

    idle_timeout: float = 300.0
    """Seconds in which nothing was said or heard, after which the connection is closed."""
    max_message: int = 65_536
    """Characters of a message. Of bytes, the server takes no more than it takes of a request."""
    max_utterances: int = 5
    """That are not over, at one time."""


class StreamConnection:
    """One client: what it says changes its utterances, and each of them speaks in a task of its own."""

    def __init__(self, websocket: WebSocket, backend: Backend, limits: StreamLimits) -> None:
        self._websocket = websocket
        self._backend = backend
        self._limits = limits
        self._outbox = Outbox(websocket, backend.settings.send_timeout)
        self._options = Options()
        self._open: dict[str, StreamedUtterance] = {}
        self._over: deque[str] = deque(maxlen=_REMEMBERED)
        self._unnamed: str | None = None
        """The utterance that is meant where no id is given."""
        self._numbers = itertools.count(1)

    async def serve(self) -> None:
        """Until the client leaves, reads nothing, or says nothing, for too long."""
        talking = {asyncio.create_task(self._listen()), asyncio.create_task(self._outbox.run())}
        try:
            await asyncio.wait(talking, return_when=asyncio.FIRST_COMPLETED)
        finally:
            tasks = [*talking, *(one.task for one in self._open.values())]
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        await self._report([one for one in results if isinstance(one, Exception)])

    async def _report(self, failures: list[Exception]) -> None:
        """Log why the connection ended, unless the client ended it."""
        name = request_id_of(self._websocket.scope)
        for failure in failures:
            if isinstance(failure, TimeoutError):
                logger.info("stream %s: the client reads nothing, dropped", name)
            elif not isinstance(failure, WebSocketDisconnect):
                logger.error("stream %s failed unexpectedly", name, exc_info=failure)
                await self._websocket.close(INTERNAL_ERROR, "internal error")
                return

    async def _listen(self) -> None:
        await self._say(self._ready())
        heard = asyncio.get_running_loop().time()
        while True:
            quiet_until = max(heard, self._outbox.last_sent) + self._limits.idle_timeout
            try:
                async with asyncio.timeout_at(quiet_until):
                    received = await self._websocket.receive()
            except TimeoutError:
                if self._outbox.last_sent + self._limits.idle_timeout <= asyncio.get_running_loop().time():
                    await self._say_idle()
                continue
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1006))
            heard = asyncio.get_running_loop().time()
            await self._heed(received.get("text"))

    async def _heed(self, written: str | None) -> None:
        """Follow one message; what cannot be followed is answered with an error."""
        try:
            await self._follow(parse_message(self._checked(written)))
        except RefusedError as error:
            await self._say(error_event(error.problem, error.utterance_id))

    def _checked(self, written: str | None) -> str:
        if written is None:
            raise RefusedError(Problem(400, "binary_message", "messages are JSON in text frames"))
        if len(written) > self._limits.max_message:
            most = f"the message has more than {self._limits.max_message} characters"
            raise RefusedError(Problem(413, "message_too_large", most))
        return written

    async def _follow(self, message: Message) -> None:
        match message:
            case ConfigMessage():
                self._options = self._options.with_given(message)
                await self._say({"type": "configured"})
            case StartMessage():
                await self._start(message.utterance_id, self._options.with_given(message))
            case TextMessage():
                await self._write(message)
            case FlushMessage():
                self._named(message.utterance_id).utterance.flush()
            case EndMessage():
                self._finish(self._named(message.utterance_id))
            case CancelMessage():
                await self._cancel(message.utterance_id)
            case _:
                assert_never(message)

    async def _start(self, name: str | None, options: Options) -> StreamedUtterance:
        if name is not None and (name in self._open or name in self._over):
            raise RefusedError(_problem("utterance_exists", "there is or was an utterance of this id"), name)
        if len(self._open) >= self._limits.max_utterances:
            raise RefusedError(_problem("too_many_utterances", "too many utterances are open; end one"), name)
        if name is None:
            name = self._unnamed = self._new_name()
        try:
            utterance = self._utterance(options)
        except DeclaimError as error:
            raise RefusedError(problem_of(error), name) from error
        streamed = StreamedUtterance(
            name, utterance, options, self._backend.service.sample_rate, self._outbox
        )
        self._open[name] = streamed
        await self._say({"type": "started", "utterance_id": name})
        streamed.task = asyncio.create_task(self._speak(streamed))
        return streamed

    def _new_name(self) -> str:
        names = (f"utterance-{number}" for number in self._numbers)
        return next(name for name in names if name not in self._open and name not in self._over)

    def _utterance(self, options: Options) -> Utterance:
        config, settings = self._backend.config, self._backend.settings
        # A WebSocket has all that is asked of a request here: its state and its client.
        request = speech_request(options, "", self._backend, cast("Request", self._websocket))
        voice = options.voice if isinstance(options.voice, str | None) else options.voice.id
        delay = options.max_buffer_delay_ms
        return Utterance(
            self._backend.service,
            request,
            voice_of=lambda text: voice_for(voice, text, options.language, config),
            pauses=Pauses(config.sentence_pause, config.paragraph_pause),
            idle=None if delay is None else delay / 1000,
            max_characters=settings.max_characters,
        )

    async def _speak(self, streamed: StreamedUtterance) -> None:
        """Speak an utterance to its end. Its failure is its own: the others go on."""
        try:
            await streamed.speak()
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is not to wait for the rest
            self._forget(streamed)
            problem = problem_of(error)
            log_failure(error, problem, request_id_of(self._websocket.scope))
            await self._say(error_event(problem, streamed.name) | streamed.progress())
        else:
            self._forget(streamed)
            await self._say({"type": "done", "utterance_id": streamed.name, **streamed.progress()})

    async def _write(self, message: TextMessage) -> None:
        name = message.utterance_id or self._unnamed
        if name in self._over:
            return  # what a model wrote before it knew that it was interrupted
        streamed = self._open.get(name or "") or await self._start(message.utterance_id, self._options)
        if streamed.utterance.is_finished:
            raise RefusedError(_problem("utterance_ended", "the utterance was ended; begin another"), name)
        try:
            streamed.utterance.write(message.text)
        except DeclaimError as error:
            raise RefusedError(problem_of(error), streamed.name) from error
        if message.end:
            self._finish(streamed)
        elif message.flush:
            streamed.utterance.flush()

    def _finish(self, streamed: StreamedUtterance) -> None:
        streamed.utterance.finish()
        if self._unnamed == streamed.name:
            self._unnamed = None

    async def _cancel(self, name: str | None) -> None:
        """Stop one utterance or all: first all of the work, then say so."""
        cancelled = [self._named(name)] if name else list(self._open.values())
        for streamed in cancelled:
            streamed.cancel()
            self._forget(streamed)
        for streamed in cancelled:
            await self._outbox.put(streamed.cancelled_event)
        if not cancelled:
            await self._say({"type": "cancelled", "utterance_id": None, "seconds": 0.0, "characters": 0})

    def _forget(self, streamed: StreamedUtterance) -> None:
        self._open.pop(streamed.name, None)
        self._over.append(streamed.name)
        if self._unnamed == streamed.name:
            self._unnamed = None

    def _named(self, name: str | None) -> StreamedUtterance:
        name = name or self._unnamed
        if name is None or name not in self._open:
            raise RefusedError(_problem("unknown_utterance", "no such utterance is open"), name)
        return self._open[name]

    async def _say(self, fields: dict[str, Any]) -> None:
        await self._outbox.put(lambda: Event(fields))

    async def _say_idle(self) -> None:
        await self._say(error_event(_problem("idle", "nothing was said or heard for too long", 408), None))
        await self._outbox.put(lambda: Close(IDLE, "idle"))
        await asyncio.Event().wait()  # the outbox ends the connection

    def _ready(self) -> dict[str, Any]:
        rate = self._backend.service.sample_rate
        return {
            "type": "ready",
            "sample_rates": {
                name: FORMATS[name].rate_for(rate) for name in ("pcm", "wav", "flac", "mp3", "opus", "aac")
            },
            "limits": {
                "message": self._limits.max_message,
                "utterances": self._limits.max_utterances,
                "characters": self._backend.settings.max_characters,
                "idle_seconds": self._limits.idle_timeout,
            },
        }


def error_event(problem: Problem, utterance_id: str | None) -> dict[str, Any]:
    """An error as the client is told."""
    about: dict[str, Any] = {"type": "error", "utterance_id": utterance_id, "status": problem.status}
    if problem.hint:
        about["hint"] = problem.hint
    if "Retry-After" in problem.headers:
        about["retry_after"] = int(problem.headers["Retry-After"])
    return about | {"error": problem.openai_error()}


def _problem(code: str, detail: str, status: int = 409) -> Problem:
    return Problem(status, code, detail)

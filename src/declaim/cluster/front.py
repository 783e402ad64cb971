"""Before Serve's proxy on every machine: what a lost service leaves undone is done again, or told.

If the process that has a request is lost, Serve's proxy closes the connection without a word. Speech may be
asked for twice: so a request of which nothing has been answered goes to another process, and events that
have begun end with ``speech.audio.error``. Ray Serve calls :func:`middlewares` where
``RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH`` names it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from declaim.errors import UnavailableError
from declaim.server.api import events
from declaim.server.problems import problem_of, problem_response

logger = logging.getLogger(__name__)

CALLBACK: Final = {"RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "declaim.cluster.front:middlewares"}
"""For the environment of Ray on every machine."""

_SPEECH: Final = "/v1/audio/speech"
_REPEATABLE: Final = frozenset({_SPEECH, "/v1/audio/speech/timings", "/v1/score", "/tts"})
"""Paths that may be asked with POST twice: nothing is kept of them, and nothing changes by them."""
_PAUSES: Final = (0.1, 0.5, 1.0, 2.0)
"""Seconds before the second to the fifth try: Serve soon knows who is lost, and starts others."""
_LARGEST: Final = 2**20
"""Bytes of a body that is kept to be sent again; the longest text that may be spoken has fewer."""


def middlewares() -> list[Middleware]:
    """What Serve puts before its proxy."""
    return [Middleware(FrontMiddleware)]


class FrontMiddleware:
    """Asks again, where nothing has been answered, and ends events that break off.

    Args:
        app: Serve's proxy. It returns with an answer that is not whole if the process behind it is lost.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if not _may_be_repeated(scope):
            await self._app(scope, receive, send)
            return
        asked, answer = _Request(receive), _Answer(send, of_speech=scope["path"] == _SPEECH)
        for pause in (*_PAUSES, None):
            await self._app(scope, asked.reader(), answer.pass_on)
            if answer.has_begun or asked.is_over:
                break
            logger.warning("nobody answered %s: whoever had it was lost", scope["path"])
            if pause is None:
                await problem_response(_lost(), scope)(scope, receive, send)
            else:
                await asyncio.sleep(pause)
        if answer.is_broken and not asked.has_left:
            await answer.end()


def _may_be_repeated(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    return scope["method"] in {"GET", "HEAD"} or scope["path"] in _REPEATABLE


def _lost() -> UnavailableError:
    return UnavailableError("the process that had the request was lost", hint="ask again")


class _Request:
    """What a client sends, kept so that it can be read again."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Message] = []
        self._size = 0
        self.has_left = False

    @property
    def is_over(self) -> bool:
        """Whether it cannot be asked again, or need not."""
        return self.has_left or self._size > _LARGEST

    def reader(self) -> Receive:
        """A ``receive`` that begins with what was read before."""
        place = 0

        async def read() -> Message:
            nonlocal place
            if place == len(self._kept):
                await self._read_on()
                if self.is_over:
                    return self._kept.pop()
            place += 1
            return self._kept[place - 1]

        return read

    async def _read_on(self) -> None:
        message = await self._receive()
        self.has_left |= message["type"] == "http.disconnect"
        self._size += len(message.get("body", b""))
        self._kept.append(message)


class _Answer:
    """What a client is sent."""

    def __init__(self, send: Send, *, of_speech: bool) -> None:
        self._send = send
        self._of_speech = of_speech
        self._are_events = False
        self._is_whole = False
        self.has_begun = False

    async def pass_on(self, message: Message) -> None:
        """A ``send`` that looks at what goes through."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            kind = Headers(raw=message["headers"]).get("content-type", "")
            self._are_events = self._of_speech and kind.startswith(events.MEDIA_TYPE)
        elif message["type"] == "http.response.body":
            self._is_whole = not message.get("more_body", False)
        await self._send(message)

    @property
    def is_broken(self) -> bool:
        """Whether it has begun and not ended."""
        return self.has_begun and not self._is_whole

    async def end(self) -> None:
        """Tell why there is no more, where that can be told: audio is left without the end of its message."""
        if self._are_events:
            body = events.broken_off(problem_of(_lost()))
            await self._send({"type": "http.response.body", "body": body})

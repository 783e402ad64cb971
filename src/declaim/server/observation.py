"""Every request is watched: one line in the access log, and what the metrics count."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from declaim.server.facts import RequestFacts, begin_facts
from declaim.server.logs import ACCESS_LOGGER
from declaim.server.metrics import Metrics
from declaim.server.request_id import request_id_of

_ACCESS: Final = logging.getLogger(ACCESS_LOGGER)
_LEFT: Final = 499
"""nginx's status for a client that has left."""
_LONGEST: Final = 200
"""Characters of a path or a voice in the log; what else a client wrote in it is no help."""
_QUIET: Final = {"/healthz", "/readyz", "/metrics"}
"""Paths that are asked for all the time by machines: logged only when something is wrong."""


class ObservationMiddleware:
    """Watches requests from outside of everything else that may answer them.

    Args:
        app: what answers.
        metrics: told of every request.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        watch = _Watch(scope, begin_facts(request_id_of(scope)))
        try:
            await self._app(scope, watch.receiving(receive), watch.sending(send))
        except BaseException:
            watch.failed()
            raise
        finally:
            watch.count(self._metrics)
            watch.log()


class _Watch:
    """One request from its head to its end."""

    def __init__(self, scope: Scope, facts: RequestFacts) -> None:
        self._scope = scope
        self._facts = facts
        self._began = time.monotonic()
        self._status = 0
        self._sent = 0
        self._first: float | None = None
        self._is_complete = False
        self._has_left = False

    def receiving(self, receive: Receive) -> Receive:
        """Notes that the client has left, if that is before the answer's end."""

        async def watched() -> Message:
            message = await receive()
            if message["type"] in {"http.disconnect", "websocket.disconnect"}:
                self._has_left = self._has_left or not self._is_complete
            return message

        return watched

    def sending(self, send: Send) -> Send:
        """Notes the status, the first byte and the end."""

        async def watched(message: Message) -> None:
            self._note(message)
            await send(message)

        return watched

    def failed(self) -> None:
        """An exception came through: the server answers with 500, if there is no answer yet."""
        self._status = self._status or (_LEFT if self._has_left else 500)

    def count(self, metrics: Metrics) -> None:
        """Tell the metrics."""
        endpoint = _endpoint(self._scope)
        metrics.requests.labels(endpoint, str(self.status)).inc()
        metrics.sent_bytes.inc(self._sent)
        metrics.audio_seconds.inc(self._facts.audio_seconds)
        if self._scope["type"] == "http":
            metrics.request_seconds.labels(endpoint).observe(time.monotonic() - self._began)
            if self._first is not None and self._facts.cache:
                metrics.first_audio.labels(self._facts.cache).observe(self._first)

    def log(self) -> None:
        """Write the access line."""
        if self._scope["path"] in _QUIET and self.status < 400:  # noqa: PLR2004 - errors begin there
            return
        _ACCESS.info("request", extra={"fields": self._fields()})

    @property
    def status(self) -> int:
        """What was answered; 499 for a client that left before the end."""
        ending = self._scope.get("state", {}).get("ending", "complete")
        if self._scope["type"] == "http" and (ending == "left" or (self._has_left and not self._is_complete)):
            return _LEFT
        return self._status or _LEFT

    def _note(self, message: Message) -> None:
        kind = message["type"].removeprefix("websocket.")
        if kind == "accept":
            self._status = 101
        elif kind == "close":
            self._status = self._status or 403
            self._is_complete = True
        elif kind == "http.response.start":
            self._status = message["status"]
        elif kind in {"http.response.body", "send"}:
            self._note_body(message)

    def _note_body(self, message: Message) -> None:
        body = message.get("body") or message.get("bytes") or (message.get("text") or "").encode()
        if body and self._first is None:
            self._first = time.monotonic() - self._began
        self._sent += len(body)
        is_http = message["type"].endswith("http.response.body")
        self._is_complete = is_http and not message.get("more_body", False)

    def _fields(self) -> dict[str, Any]:
        """All but the text, and nothing that a key could be read from."""
        facts, scope = self._facts, self._scope
        raw_path = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        fields = {
            "request": facts.request_id,
            "client": scope["state"].get("client") or (scope.get("client") or ("",))[0],
            "method": scope.get("method", "WEBSOCKET"),
            "path": raw_path[:_LONGEST].decode("ascii", "replace"),
            "status": self.status,
            "seconds": round(time.monotonic() - self._began, 3),
        }
        if facts.characters:
            fields |= {
                "first_audio": None if self._first is None else round(self._first, 3),
                "audio_seconds": round(facts.audio_seconds, 3),
                "characters": facts.characters,
                "voice": facts.voice[:_LONGEST],
                "cache": facts.cache,
                "channels": ",".join(facts.channels),
            }
        return fields


def _endpoint(scope: Scope) -> str:
    """The route's template, of which there are few; a path that leads nowhere has none."""
    route = scope.get("route")
    return getattr(route, "path", "") or "unmatched"

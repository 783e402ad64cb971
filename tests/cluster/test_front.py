"""Before the proxy: what was asked of a process that is lost is asked of another, or the client is told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from declaim.cluster import front
from declaim.cluster.front import FrontMiddleware, middlewares

Proxy = Callable[[int, bytes, Callable[[dict[str, Any]], Awaitable[None]]], Awaitable[None]]
SSE = (b"content-type", b"text/event-stream; charset=utf-8")
DELTA = b'data: {"type": "speech.audio.delta", "audio": "AAAA"}\n\n'


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "_PAUSES", (0, 0, 0, 0))


class Client:
    """One that sends a body in two parts, and keeps what it is sent."""

    def __init__(self, body: bytes = b'{"input": "Hello."}', *, leaves: bool = False) -> None:
        half = len(body) // 2
        self._parts: list[dict[str, Any]] = [
            {"type": "http.request", "body": body[:half], "more_body": True},
            {"type": "http.request", "body": body[half:], "more_body": False},
        ]
        if leaves:
            self._parts.append({"type": "http.disconnect"})
        self.sent: list[dict[str, Any]] = []
        self.tries: list[bytes] = []

    def ask(self, proxy: Proxy, path: str = "/v1/audio/speech", method: str = "POST") -> None:
        async def receive() -> dict[str, Any]:
            return self._parts.pop(0)

        async def send(message: Any) -> None:
            self.sent.append(message)

        async def app(_: Any, receive: Any, send: Any) -> None:
            body = b""
            while (message := await receive())["type"] == "http.request":
                body += message["body"]
                if not message["more_body"] and not self._parts:
                    break
            self.tries.append(body)
            await proxy(len(self.tries), body, send)

        scope = {"type": "http", "method": method, "path": path, "headers": []}
        asyncio.run(FrontMiddleware(app)(scope, receive, send))

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def is_whole(self) -> bool:
        return not self.sent[-1].get("more_body", False)


def answers(*bodies: bytes, whole: bool = True, lost: int = 0, header: tuple[bytes, bytes] = SSE) -> Proxy:
    """Says nothing at first, as often as ``lost``."""

    async def proxy(times: int, _: bytes, send: Any) -> None:
        if times <= lost:
            return
        await send({"type": "http.response.start", "status": 200, "headers": [header]})
        for body in bodies:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        if whole:
            await send({"type": "http.response.body", "body": b""})

    return proxy


def test_serve_is_given_the_middleware() -> None:
    assert [each.cls for each in middlewares()] == [FrontMiddleware]


def test_a_request_that_nobody_answered_is_asked_again_with_its_body() -> None:
    client = Client()
    client.ask(answers(DELTA, lost=2))
    assert (client.status, client.body, client.is_whole) == (200, DELTA, True)
    assert client.tries == [b'{"input": "Hello."}'] * 3


def test_after_five_times_the_client_is_told() -> None:
    client = Client()
    client.ask(answers(lost=9))
    assert len(client.tries) == 5
    assert client.status == 503
    assert "was lost" in json.loads(client.body)["detail"]


def test_events_that_break_off_end_with_an_error() -> None:
    client = Client()
    client.ask(answers(DELTA, whole=False))
    assert len(client.tries) == 1, "what has begun is not said twice"
    assert client.is_whole
    last = json.loads(client.body.removeprefix(DELTA + b"data: "))
    assert last["type"] == "speech.audio.error"
    assert last["error"]["code"] == "unavailable"


def test_audio_that_breaks_off_is_left_without_its_end() -> None:
    client = Client()
    client.ask(answers(b"RIFF", whole=False, header=(b"content-type", b"audio/wav")))
    assert client.body == b"RIFF"
    assert not client.is_whole


def test_events_of_jobs_are_no_speech() -> None:
    client = Client(b"")
    client.ask(answers(b"data: {}\n\n", whole=False), "/v1/jobs/a/events", "GET")
    assert client.body == b"data: {}\n\n"
    assert not client.is_whole


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/jobs/a/begin"])
def test_what_must_not_be_done_twice_is_not(path: str) -> None:
    client = Client()
    client.ask(answers(lost=9), path)
    assert len(client.tries) == 1
    assert client.sent == []


def test_a_client_that_has_left_is_not_asked_for_again() -> None:
    client = Client(leaves=True)
    client.ask(answers(lost=9))
    assert len(client.tries) == 1
    assert client.sent == []


def test_a_body_too_large_to_be_kept_is_passed_on_once() -> None:
    client = Client(b"x" * 2**21)
    client.ask(answers(lost=9))
    assert [len(body) for body in client.tries] == [2**21]
    assert client.sent == []

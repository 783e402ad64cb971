"""Clients that leave, that stop reading, and that have to see that a stream broke: on a real connection."""

import asyncio
import json
import logging
import socket
import struct
import time
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send
from waiting import Serve, wait_until

from declaim.errors import EngineError
from fake_service import FakeService

SPEECH = "/v1/audio/speech"
LONG = "One two three four, five six seven eight, nine ten eleven twelve."
PCM = {"input": LONG, "response_format": "pcm"}
AT_ONCE = 0.25
"""Seconds."""


def connected(url: str, path: str = SPEECH, **body: object) -> socket.socket:
    """A connection on which a request was sent."""
    content = json.dumps(PCM | body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    connection = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=5)
    connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
    return connection


def everything(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("path", [SPEECH, f"{SPEECH}/timings", "/v1/score"])
def test_work_ends_when_the_client_leaves_before_the_first_audio(
    url: str, service: FakeService, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.INFO, logger="declaim.server")
    service.delay = 60
    connection = connected(url, path)
    wait_until(lambda: bool(service.works))
    connection.close()
    assert wait_until(lambda: service.last.ending == "cancelled") < AT_ONCE
    wait_until(lambda: any("499" in message for message in caplog.messages))


@pytest.mark.parametrize("stream_format", ["audio", "sse"])
def test_work_ends_when_the_client_leaves_in_the_middle(
    url: str, service: FakeService, caplog: pytest.LogCaptureFixture, stream_format: str
) -> None:
    caplog.set_level(logging.INFO, logger="declaim.server")
    service.blocks_after = 1
    connection = connected(url, stream_format=stream_format)
    assert connection.recv(100).startswith(b"HTTP/1.1 200")
    connection.close()
    assert wait_until(lambda: service.last.ending == "cancelled") < AT_ONCE
    wait_until(lambda: any("499" in message for message in caplog.messages))


def test_the_first_audio_is_heard_before_the_second_is_made(url: str, service: FakeService) -> None:
    service.blocks_after = 1
    connection = connected(url)
    received = b""
    while received.count(b"\r\n") < 3 or len(received) < 0.36 * 48_000:
        received += connection.recv(65536)
    assert service.last.given == 1
    connection.close()


def test_no_answer_begins_before_there_is_something_to_hear(url: str, service: FakeService) -> None:
    service.delay = 0.3
    connection = connected(url)
    connection.settimeout(0.15)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    connection.settimeout(5)
    assert connection.recv(12) == b"HTTP/1.1 200"
    connection.close()


@pytest.mark.parametrize("path", [SPEECH, f"{SPEECH}/timings"])
@pytest.mark.parametrize("error", [EngineError("the model failed"), RuntimeError("odd")])
def test_audio_that_breaks_off_does_not_look_complete(
    url: str, service: FakeService, caplog: pytest.LogCaptureFixture, path: str, error: Exception
) -> None:
    service.failure, service.fails_after = error, 2
    with httpx2.stream("POST", url + path, json=PCM, trust_env=False) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx2.RemoteProtocolError, match="incomplete chunked read"):
            answer.read()
    assert caplog.records[0].name == "declaim.server.problems"


def test_what_was_made_before_the_break_is_sent(url: str, service: FakeService) -> None:
    service.failure, service.fails_after = EngineError("the model failed"), 2
    with connected(url) as connection:
        received = everything(connection)
    assert len(received) > 2 * 0.36 * 48_000
    assert not received.endswith(b"0\r\n\r\n")


def test_events_that_break_off_end_with_an_error(url: str, service: FakeService) -> None:
    service.failure, service.fails_after = EngineError("/secret/model failed"), 2
    answer = httpx2.post(url + SPEECH, json=PCM | {"stream_format": "sse"}, trust_env=False)
    events = [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]
    assert [event["type"] for event in events] == [*["speech.audio.delta"] * 2, "speech.audio.error"]
    assert events[-1]["error"]["code"] == "engine"
    assert "/secret" not in answer.text


def test_a_client_that_reads_nothing_is_dropped(
    url: str, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="declaim.server")
    service.chunk_words, service.word_seconds = 1, 10  # 48 MB in all, more than a connection's buffers take
    with connected(url, input="word " * 100) as connection:
        wait_until(lambda: bool(service.works) and service.last.ending == "closed", seconds=20)
        wait_until(lambda: any("reads nothing" in message for message in caplog.messages))
        received = everything(connection)
    written = (service.last.given - 1) * 10 * 48_000  # the last chunk never came that far
    assert len(received) < written  # dropped with what was unsent: to send that first would take for ever
    assert service.last.given < 100
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_client_that_reads_slowly_is_served(url: str, service: FakeService) -> None:
    service.word_seconds = 5
    connection = connected(url)
    received = 0
    while received < 5 * 12 * 48_000:
        time.sleep(0.02)
        received += len(connection.recv(1 << 17))
    assert service.last.ending == "complete"
    connection.close()


def test_a_connection_serves_one_request_after_another(url: str) -> None:
    with httpx2.Client(trust_env=False) as client:
        answers = [client.post(url + SPEECH, json=PCM) for _ in range(3)]
    assert {len(answer.content) for answer in answers} == {round(1.2 * 48_000)}


def test_a_client_that_resets_the_connection(url: str, service: FakeService) -> None:
    service.blocks_after = 1
    connection = connected(url)
    connection.recv(100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    assert wait_until(lambda: service.last.ending == "cancelled") < AT_ONCE


@pytest.mark.parametrize(
    ("script", "ending"),
    [({}, "complete"), ({"failure": EngineError("x"), "fails_after": 1}, "broken")],
)
def test_how_a_stream_ended_is_left_for_the_log(
    app: FastAPI, service: FakeService, serve: Serve, script: dict[str, object], ending: str
) -> None:
    endings: list[str] = []

    async def watching(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        if scope["type"] == "http":
            endings.append(scope["state"]["ending"])

    for name, value in script.items():
        setattr(service, name, value)
    connection = connected(serve(watching))  # type: ignore[arg-type]
    connection.recv(1)
    wait_until(lambda: endings == [ending])
    connection.close()


def test_the_end_of_the_answer_is_not_taken_for_a_client_that_left(
    app: FastAPI, service: FakeService, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """Middleware may take its time after the last block, when the server already says "disconnected"."""
    caplog.set_level(logging.INFO, logger="declaim.server")

    async def dawdling(scope: Scope, receive: Receive, send: Send) -> None:
        async def slowly(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await asyncio.sleep(0.05)

        await app(scope, receive, slowly if scope["type"] == "http" else send)

    answer = httpx2.post(serve(dawdling) + SPEECH, json=PCM, trust_env=False)  # type: ignore[arg-type]
    assert len(answer.content) == round(1.2 * 48_000)
    assert service.last.ending == "complete"
    assert not any("499" in message for message in caplog.messages)

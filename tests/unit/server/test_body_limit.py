import contextlib
import json
import socket
import time
from typing import Any

import pytest
from live_server import read_all, serving, talk

from declaim.server.body_limit import BodyLimitMiddleware
from declaim.server.slow_heads import BoundedHttp


class Echo:
    """Answers with the number of bytes that it got, in how many messages."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise RuntimeError  # Uvicorn goes on without
        self.calls += 1
        body, messages, more = b"", 0, True
        while more:
            message = await receive()
            body, messages, more = body + message["body"], messages + 1, message["more_body"]
        answer = json.dumps([len(body), messages]).encode()
        headers = [(b"content-length", str(len(answer)).encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


def post(headers: str) -> bytes:
    return f"POST /x HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n".encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_a_body_comes_whole() -> None:
    echo = Echo()
    with serving(BodyLimitMiddleware(echo, 100_000)) as address:
        answer = talk(address, post("Content-Length: 100000"), bytes(60_000), bytes(40_000))
        assert answer.endswith(b"[100000, 1]")
        answer = talk(address, post("Transfer-Encoding: chunked"), chunk(bytes(50)), chunk(b"x"), chunk(b""))
        assert answer.endswith(b"[51, 1]")
        assert talk(address, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").endswith(b"[0, 1]")


@pytest.mark.parametrize(
    ("head", "parts"),
    [
        ("Content-Length: 100001", [bytes(100_001)]),
        ("Content-Length: 99999999999999999999999", []),
        ("Transfer-Encoding: chunked", [chunk(bytes(60_000))] * 5),
        ("Transfer-Encoding: chunked", [chunk(bytes(60_000))] * 5 + [chunk(b"")]),
    ],
)
def test_a_body_that_is_too_large_is_413(head: str, parts: list[bytes]) -> None:
    echo = Echo()
    with serving(BodyLimitMiddleware(echo, 100_000)) as address:
        answer = talk(address, post(head), *parts)
    assert answer.startswith(
        (b"HTTP/1.1 413", b"HTTP/1.1 400")
    )  # the parser has a limit for the length itself
    if answer.startswith(b"HTTP/1.1 413"):
        assert b"connection: close" in answer.lower()
        assert b"application/problem+json" in answer
        assert json.loads(answer[answer.index(b"{") :])["error"]["code"] == "too_large"
    assert echo.calls == 0


def test_a_client_that_waits_for_100_continue_sends_nothing_in_vain() -> None:
    with serving(BodyLimitMiddleware(Echo(), 100_000)) as address:
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(post("Content-Length: 100001\r\nExpect: 100-continue"))
            assert connection.recv(100).startswith(b"HTTP/1.1 413")
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(post("Content-Length: 3\r\nExpect: 100-continue"))
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            connection.sendall(b"abc")
            assert read_all(connection).endswith(b"[3, 1]")


def test_a_body_that_trickles_is_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.server.body_limit._LINGER", 0.1)
    echo = Echo()
    with serving(BodyLimitMiddleware(echo, 100_000, seconds=0.5)) as address:
        began = time.monotonic()
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(post("Content-Length: 1000"))
            received = b""
            connection.settimeout(0.05)
            while not received and time.monotonic() - began < 5:
                connection.sendall(b"x")  # a byte now and then
                try:
                    received = connection.recv(65_536)
                except TimeoutError:
                    continue
            assert received.startswith(b"HTTP/1.1 408")
        assert 0.4 < time.monotonic() - began < 3
    assert echo.calls == 0


def test_a_client_that_leaves_in_the_middle_is_forgotten() -> None:
    echo = Echo()
    with serving(BodyLimitMiddleware(echo, 100_000)) as address:
        with socket.create_connection(address) as connection:
            connection.sendall(post("Content-Length: 1000") + b"x")
        assert talk(address, post("Content-Length: 1"), b"x").endswith(b"[1, 1]")
    assert echo.calls == 1


class HastyHttp(BoundedHttp):
    seconds = 0.5


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"\r\n\r\n"])
def test_a_head_that_does_not_come_ends_the_connection(sent: bytes) -> None:
    with serving(Echo(), HastyHttp) as address:
        began = time.monotonic()
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(sent)
            assert read_all(connection) == b""
        assert 0.4 < time.monotonic() - began < 2


def test_a_head_that_trickles_ends_the_connection() -> None:
    with serving(Echo(), HastyHttp) as address:
        began = time.monotonic()
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n")
            with contextlib.suppress(OSError):  # broken pipe, or reset
                while time.monotonic() - began < 5:
                    connection.sendall(b"x: y\r\n")
                    time.sleep(0.05)
        assert time.monotonic() - began < 2


class Patient(Echo):
    """Keeps connections alive, and takes longer than heads may."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        import asyncio

        async def send_alive(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": message["headers"][:1]}
            else:
                await asyncio.sleep(0.8)
            await send(message)

        await super().__call__(scope, receive, send_alive)


def test_answers_may_take_longer_and_the_next_head_is_timed_anew() -> None:
    with serving(Patient(), HastyHttp) as address, socket.create_connection(address, timeout=5) as connection:
        for _ in range(2):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            received = b""
            while not received.endswith(b"[0, 1]"):
                received += connection.recv(1000)
            assert received.startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HT")
        began = time.monotonic()
        assert read_all(connection) == b""
        assert 0.4 < time.monotonic() - began < 2


def test_a_head_that_is_too_large_is_431() -> None:
    with serving(Echo()) as address:
        assert talk(address, b"GET / HTTP/1.1\r\n", b"X: " + b"y" * 70_000).startswith(b"HTTP/1.1 431")
        many = b"".join(b"x%d: y\r\n" % n for n in range(10_000))
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n" + many)
            assert connection.recv(100).startswith(b"HTTP/1.1 431")
        large = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n" + bytes(300_000)
        assert talk(address, large).startswith(b"HTTP/1.1 200")  # the body is not the head

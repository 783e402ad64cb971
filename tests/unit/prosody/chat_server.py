"""A chat endpoint on this machine that answers as a test wants it to, and notes what it was asked."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Answer = Callable[["Handler", dict[str, Any]], None]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "ChatServer"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append(request)
            self.server.paths.append(self.path)
            self.server.keys.append(self.headers.get("Authorization"))
            answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        try:
            answer(self, request)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has given up, as it should

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


class ChatServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        """What the next requests get, in order; the last one stays."""
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def asked(self) -> list[list[str]]:
        """The sentences of each request."""
        return [list(material(request)["sentences"].values()) for request in self.requests]


@contextmanager
def serving(*answers: Answer) -> Iterator[ChatServer]:
    server = ChatServer([*answers])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


def material(request: dict[str, Any]) -> dict[str, Any]:
    return json.loads(request["messages"][-1]["content"])


def completion(content: str | None) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def says(content: str | None, status: int = 200, **headers: str) -> Answer:
    """A chat completion with this content."""
    return lambda handler, _: handler.send(status, completion(content), **headers)


def sends(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    return lambda handler, _: handler.send(status, body, **headers)


def scores(**entry: Any) -> Answer:
    """The same entry for each sentence."""

    def answer(handler: Handler, request: dict[str, Any]) -> None:
        given = {"emotion": {}, "emphasis": [], **entry}
        content = {number: given for number in material(request)["sentences"]}  # noqa: C420
        handler.send(200, completion(json.dumps(content)))

    return answer


def after(seconds: float, answer: Answer) -> Answer:
    def late(handler: Handler, request: dict[str, Any]) -> None:
        time.sleep(seconds)
        answer(handler, request)

    return late


def hangs(handler: Handler, _: dict[str, Any]) -> None:
    """Never answers."""
    handler.server.stopped.wait()
    handler.close_connection = True


def hangs_up(handler: Handler, _: dict[str, Any]) -> None:
    """Closes the connection without an answer."""
    handler.close_connection = True


def drips(start: bytes) -> Answer:
    """Sends ``start``, then a byte now and then, without end: each read succeeds, and nothing comes of it."""

    def answer(handler: Handler, _: dict[str, Any]) -> None:
        handler.close_connection = True
        handler.wfile.write(start)
        while not handler.server.stopped.wait(0.02):
            handler.wfile.write(b" ")

    return answer


def pours(handler: Handler, _: dict[str, Any]) -> None:
    """Sends an answer that is far too long."""
    handler.send(200, completion(" " * 3_000_000))

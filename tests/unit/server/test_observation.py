import http.client
import json
import logging
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_server import serving
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from declaim.config import Config
from declaim.errors import EngineError
from declaim.server.assembly import assembled
from declaim.server.facts import begin_facts
from declaim.server.logs import JsonFormatter, TextFormatter, configure_logging
from fake_service import FakeService

SECRET = "nobody but us must ever read this sentence"
KEY = "a-key-nobody-may-read"


class Lines(logging.Handler):
    """Access lines, as a formatter writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[dict[str, Any]] = []
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))
        self.text.append(TextFormatter().format(record))

    def next(self) -> dict[str, Any]:
        """The next line, which may come a little after the answer."""
        deadline = time.monotonic() + 5
        while not self.lines:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return self.lines.pop(0)


@pytest.fixture
def access() -> Iterator[Lines]:
    logger, lines = logging.getLogger("declaim.access"), Lines()
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    yield lines
    logger.removeHandler(lines)
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def address(service: FakeService, tmp_path: Path) -> Iterator[tuple[str, int]]:
    app = assembled(Config(server={"cache_folder": tmp_path / "speech", "api_keys": [KEY]}), service)

    @app.websocket("/ws")
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_bytes(b"12345")
        await websocket.close()

    with serving(app) as address:
        yield address


def speak(
    address: tuple[str, int], text: str = SECRET, path: str = "/v1/audio/speech", **headers: str
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    body = json.dumps({"input": text, "voice": "af_heart", "response_format": "pcm"})
    given = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"} | headers
    connection.request("POST", path, body, given)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read(), answer.headers
    except http.client.IncompleteRead as cut:
        return answer.status, cut.partial, answer.headers
    finally:
        connection.close()


def metrics(address: tuple[str, int]) -> dict[str, float]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {KEY}"})
    answer = connection.getresponse()
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.read().decode().splitlines()
    connection.close()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")
    }


def wait_until_kept(address: tuple[str, int], size: int) -> None:
    """Writing goes on after the answer has ended; until then, the same request would be coalesced."""
    deadline = time.monotonic() + 5
    while metrics(address)["declaim_cache_bytes"] < size:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.05)


def test_a_request_is_one_line_with_all_but_the_text(address: tuple[str, int], access: Lines) -> None:
    _, audio, headers = speak(address, **{"X-Request-Id": "mine-1"})
    line = access.next()
    assert headers["x-request-id"] == "mine-1"
    assert headers["x-declaim-cache"] == "miss"
    assert 0 < line.pop("first_audio") <= line.pop("seconds") < 5
    assert line.pop("time").endswith("+00:00")
    assert line.pop("client").startswith("key-")
    assert line == {
        "level": "info", "logger": "declaim.access", "message": "request", "request": "mine-1",
        "method": "POST", "path": "/v1/audio/speech", "status": 200, "characters": len(SECRET),
        "audio_seconds": round(len(audio) / 48_000, 3), "voice": "af_heart", "cache": "miss", "channels": "",
    }  # fmt: skip
    wait_until_kept(address, len(audio))
    assert speak(address)[1:2] == (audio,)
    assert access.next()["cache"] == "hit"
    assert not [word for word in ("nobody", "sentence", KEY) if word in " ".join(access.text)]


def test_ids_that_are_not_sane_are_replaced(address: tuple[str, int], access: Lines) -> None:
    for given in ("a b", "x" * 200, "ä", '"};drop'):
        _, _, headers = speak(address, **{"X-Request-Id": given})
        line = access.next()
        assert line["request"] == headers["x-request-id"]
        assert len(line["request"]) == 32


def test_a_path_cannot_write_lines_of_its_own(address: tuple[str, int], access: Lines) -> None:
    speak(address, path="/%0a%1b[31mforged?token=secret")
    line = access.next()
    assert (line["path"], line["status"]) == ("/%0a%1b[31mforged", 404)
    assert "\n" not in access.text[0]
    assert "\x1b" not in access.text[0]
    speak(address, path="/" + "x" * 5000)
    assert len(access.next()["path"]) == 200


def test_a_client_that_leaves_is_499(address: tuple[str, int], access: Lines, service: FakeService) -> None:
    service.delay, service.chunk_words = 0.05, 1
    body = json.dumps({"text": "word " * 500, "format": "pcm"}).encode()
    lines = ("POST /tts HTTP/1.1", "Host: localhost", f"Authorization: Bearer {KEY}",
             "Content-Type: application/json", f"Content-Length: {len(body)}", "", "")  # fmt: skip
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall("\r\n".join(lines).encode() + body)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert access.next()["status"] == 499
    deadline = time.monotonic() + 2
    while service.last.ending == "running":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_health_checks_are_logged_only_when_something_is_wrong(
    address: tuple[str, int], access: Lines, service: FakeService
) -> None:
    speak(address, path="/healthz")  # 405: with the wrong method
    assert access.next()["status"] == 405
    assert metrics(address)
    service.stalled_for = 60
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 503
    connection.close()
    assert access.next()["path"] == "/healthz"


def test_a_web_socket_is_one_line(address: tuple[str, int], access: Lines) -> None:
    url = f"ws://{address[0]}:{address[1]}/ws"
    with connect(url, additional_headers={"X-API-Key": KEY}) as connection:
        assert connection.recv() == b"12345"
    line = access.next()
    assert (line["method"], line["status"]) == ("WEBSOCKET", 101)
    assert metrics(address)["declaim_sent_bytes_total"] == 5


def test_what_is_counted(address: tuple[str, int], service: FakeService) -> None:
    _, audio, _ = speak(address)
    wait_until_kept(address, len(audio))
    speak(address)
    speak(address, path="/nowhere/" + SECRET.replace(" ", "-"))
    speak(address, Authorization="Bearer wrong")
    service.failure = EngineError("broken")
    speak(address, "Something else.")
    found = metrics(address)
    endpoint = 'endpoint="/v1/audio/speech"'
    assert found[f'declaim_requests_total{{{endpoint},status="200"}}'] == 2
    assert found[f'declaim_requests_total{{{endpoint},status="500"}}'] == 1
    assert found['declaim_requests_total{endpoint="unmatched",status="404"}'] == 1
    assert found['declaim_requests_total{endpoint="unmatched",status="401"}'] == 1
    assert found['declaim_cache_requests_total{status="hit"}'] == 1
    assert found['declaim_cache_requests_total{status="miss"}'] == 1
    assert found['declaim_first_audio_seconds_count{cache="hit"}'] == 1
    assert found["declaim_audio_seconds_total"] == pytest.approx(2 * len(audio) / 48_000)
    assert found["declaim_sent_bytes_total"] > 2 * len(audio)
    assert found["declaim_cache_bytes"] > len(audio)
    assert found["declaim_ready"] == 1
    assert found["declaim_queue_depth"] == 0
    assert found['declaim_workers{role="speaker",state="idle"}'] == 1
    assert found['declaim_worker_resident_bytes{role="speaker",worker="0"}'] == 5e8
    assert found['declaim_worker_restarts_total{role="speaker",worker="0"}'] == 0
    assert found["process_open_fds"] > 0
    assert not [name for name in found if "nobody" in name]


def test_two_apps_count_for_themselves(tmp_path: Path) -> None:
    config = Config(server={"cache_folder": tmp_path / "speech", "api_keys": [KEY]})
    with (
        serving(assembled(config, FakeService())) as first,
        serving(assembled(config, FakeService())) as second,
    ):
        speak(first)
        assert 'declaim_cache_requests_total{status="miss"}' in metrics(first)
        assert 'declaim_cache_requests_total{status="miss"}' not in metrics(second)


def record(message: str, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("declaim.x", logging.INFO, "", 0, message, (), None)
    made.fields = fields
    return made


def test_other_lines_carry_the_requests_id() -> None:
    import contextvars

    def within() -> tuple[str, str]:
        begin_facts("the-id")
        return JsonFormatter().format(record("x")), TextFormatter().format(record("x"))

    as_json, as_text = contextvars.copy_context().run(within)
    assert json.loads(as_json)["request"] == "the-id"
    assert as_text.endswith("request=the-id")
    assert "request" not in json.loads(JsonFormatter().format(record("x")))


def test_text_lines_are_one_line_each() -> None:
    line = TextFormatter().format(record("a\nb\x1b[0m", voice='a "b"\n', plain="af_heart*0.5", none=None))
    assert "\n" not in line
    assert "\x1b" not in line
    assert line.endswith('INFO a b [0m voice="a \\"b\\"\\n" plain=af_heart*0.5 none=None')


def test_exceptions_are_told() -> None:
    try:
        int("broken")
    except ValueError:
        failed = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    assert "ValueError: invalid literal" in json.loads(JsonFormatter().format(failed))["exception"]
    assert TextFormatter().format(failed).endswith("'broken'")


@pytest.fixture
def _loggers() -> Iterator[None]:
    """As they were, afterwards."""
    names = ("", "declaim", "uvicorn", "uvicorn.error", "uvicorn.access")
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).handlers[:]) for name in names}
    yield
    for name, (level, handlers) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers[:] = handlers
        logging.getLogger(name).propagate = True
        logging.getLogger(name).filters.clear()


@pytest.mark.usefixtures("_loggers")
def test_logging_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    logging.getLogger("declaim.access").info("request", extra={"fields": {"status": 200}})
    logging.getLogger("uvicorn.access").info("not this")
    logging.getLogger("uvicorn.error").warning("but this")
    logging.getLogger("uvicorn.error").error("ASGI callable returned without completing handshake.")
    logging.getLogger("someone.else").info("nor this")
    out, err = capsys.readouterr()
    assert out == ""
    assert [json.loads(line)["message"] for line in err.splitlines()] == ["request", "but this"]

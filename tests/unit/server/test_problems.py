"""What clients are told of errors, and what only the log is told."""

import json
import logging

import pytest
from fastapi import APIRouter
from openai.types import ErrorObject
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from declaim.config import Config
from declaim.errors import (
    AuthenticationError,
    ConfigError,
    DeadlineError,
    EngineError,
    MarkupError,
    ModelMissingError,
    QueueFullError,
    RateLimitError,
    StorageError,
    TooLargeError,
    UnavailableError,
)
from declaim.server.app import create_app
from declaim.server.problems import problem_of
from declaim.server.settings import ServerConfig
from fake_service import FakeService

SPEECH = "/v1/audio/speech"
BODY = {"input": "Good morning."}
SECRET = "/home/someone/models/kokoro.onnx"


@pytest.mark.parametrize(
    ("error", "status", "code", "kind"),
    [
        (MarkupError("odd tag", line=1, column=2), 422, "markup", "invalid_request_error"),
        (TooLargeError("too long"), 413, "too_large", "invalid_request_error"),
        (QueueFullError("16 wait", retry_after=3), 429, "queue_full", "rate_limit_error"),
        (RateLimitError("too often", retry_after=3), 429, "rate_limit", "rate_limit_error"),
        (DeadlineError("nothing within 60 s"), 504, "deadline", "server_error"),
        (UnavailableError("draining"), 503, "unavailable", "server_error"),
        (AuthenticationError("no key"), 401, "authentication", "authentication_error"),
        (EngineError(f"{SECRET} failed"), 500, "engine", "server_error"),
        (ModelMissingError(f"no {SECRET}"), 503, "model_missing", "server_error"),
        (StorageError(f"{SECRET} is full"), 507, "storage", "server_error"),
        (ConfigError(f"{SECRET} is wrong"), 422, "config", "invalid_request_error"),
        (RuntimeError(SECRET), 500, "internal_error", "server_error"),
        (KeyError(SECRET), 500, "internal_error", "server_error"),
    ],
)
@pytest.mark.parametrize("stream", [{}, {"stream_format": "sse"}])
def test_an_error_before_the_audio_is_a_problem_and_openais_error(
    client: TestClient,
    service: FakeService,
    *,
    error: Exception,
    status: int,
    code: str,
    kind: str,
    stream: dict[str, str],
) -> None:
    service.failure = error
    answer = client.post(SPEECH, json=BODY | stream)
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:declaim:problem:{code.replace('_', '-')}"
    assert body["title"]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert ErrorObject.model_validate(body["error"]).code == code
    assert body["error"]["type"] == kind
    assert body["detail"] in body["error"]["message"]
    assert SECRET not in answer.text


def test_messages_about_the_request_are_told(client: TestClient, service: FakeService) -> None:
    service.failure = QueueFullError("16 requests wait", retry_after=3)
    body = client.post(SPEECH, json=BODY).json()
    assert (body["detail"], body["hint"]) == ("16 requests wait", "Try again in 3 seconds.")
    assert body["error"]["message"] == "16 requests wait. Try again in 3 seconds."


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(QueueFullError("full", retry_after=7), "7"), (QueueFullError("full", retry_after=0), "1"),
     (UnavailableError("starting"), "5")],
)  # fmt: skip
def test_refusals_say_when_to_come_back(
    client: TestClient, service: FakeService, error: Exception, seconds: str
) -> None:
    service.failure = error
    assert client.post(SPEECH, json=BODY).headers["retry-after"] == seconds


def test_a_failure_of_the_service_is_in_the_log_with_the_request(
    client: TestClient, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    service.failure = EngineError(f"{SECRET} failed")
    client.post(SPEECH, json=BODY, headers={"X-Request-Id": "one"})
    assert f"request one failed: {SECRET} failed" in caplog.messages
    service.failure = ZeroDivisionError("odd")
    client.post(SPEECH, json=BODY, headers={"X-Request-Id": "two"})
    surprise = caplog.records[-1]
    assert surprise.getMessage() == "request two failed unexpectedly"
    assert surprise.exc_info
    assert surprise.exc_info[0] is ZeroDivisionError


def test_a_wrong_request_is_no_business_of_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="declaim")
    client.post(SPEECH, json={})
    client.post(SPEECH, json={"input": "…"})
    assert not [record for record in caplog.records if record.name.startswith("declaim")]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "input"),
        ({"input": ""}, "input"),
        ({"input": 5}, "input"),
        ({"input": "a", "speed": 4.1}, "speed"),
        ({"input": "a", "speed": 0.2}, "speed"),
        ({"input": "a", "speed": "1.5"}, "speed"),
        ({"input": "a", "speed": True}, "speed"),
        ({"input": "a", "timeout": False}, "timeout"),
        ({"input": "a", "pitch": "2"}, "pitch"),
        ({"input": "a", "response_format": "m4a"}, "response_format"),
        ({"input": "a", "stream_format": "x"}, "stream_format"),
        ({"input": "a", "emotion": "glad"}, "emotion"),
        ({"input": "a", "emotion": "sad:nan"}, "emotion"),
        ({"input": "a", "emotion": {"sad": 1, "calm": 1}}, "emotion"),
        ({"input": "a", "score": {"tempo": 2}}, "score"),
        ({"input": "a", "score": {"rate": 20}}, "score"),
        ({"input": "a", "expressiveness": 3}, "expressiveness"),
        ({"input": "a", "pitch": 13}, "pitch"),
        ({"input": "a", "timeout": 0}, "timeout"),
        ({"input": "a", "language": "tlh"}, "language"),
        ({"input": "a", "instructions": "x" * 5000}, "instructions"),
        ({"input": "a", "voice": ""}, "voice"),
    ],
)
def test_a_wrong_field_is_named(client: TestClient, body: dict[str, object], param: str) -> None:
    answer = client.post(SPEECH, json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["param"] == param
    assert answer.json()["detail"].startswith(param)


def test_text_that_is_too_long(client: TestClient, service: FakeService) -> None:
    answer = client.post(SPEECH, json={"input": "a" * 1001})
    assert answer.status_code == 413
    assert "1001" in answer.json()["detail"]
    assert not service.works


def test_an_unknown_voice(client: TestClient) -> None:
    answer = client.post(SPEECH, json={"input": "a", "voice": "zf_xiaoxia"})
    assert answer.status_code == 404
    assert answer.json()["error"]["param"] == "voice"


def test_no_such_path_and_no_such_method(client: TestClient) -> None:
    answer = client.get("/etc/passwd")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    answer = client.get(SPEECH)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


class Refusing:
    """A middleware of another part that raises."""

    def __init__(self, _app: ASGIApp, error: Exception) -> None:
        self._error = error

    async def __call__(self, *_: object) -> None:
        raise self._error


def test_exceptions_of_middleware_become_answers() -> None:
    refusing = Middleware(Refusing, error=AuthenticationError("no key"))
    app = create_app(Config(), FakeService(), ServerConfig(), middleware=[refusing])
    answer = TestClient(app).get("/healthz", headers={"X-Request-Id": "one"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["x-request-id"] == "one"


def test_middleware_sees_the_answer_to_an_exception_of_a_route() -> None:
    seen: list[int] = []

    class Watching:
        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            async def watched(message: dict[str, int]) -> None:
                seen.append(message.get("status", 0))
                await send(message)

            await self._app(scope, receive, watched if scope["type"] == "http" else send)  # type: ignore[arg-type]

    router = APIRouter()

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError

    app = create_app(
        Config(), FakeService(), ServerConfig(), middleware=[Middleware(Watching)], routers=[router]
    )
    assert TestClient(app).get("/broken").status_code == 500
    assert seen[0] == 500


def test_messages_are_clipped_and_have_bytes() -> None:
    problem = problem_of(MarkupError("x\ud800" * 10_000, line=1, column=1))
    body = json.loads(problem.body("id"))
    assert len(body["detail"]) == 500
    assert "\ud800" not in body["detail"]

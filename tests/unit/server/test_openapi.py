"""The description of the interface: complete, self-contained, and true of what schemathesis can think of."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema, checks
from schemathesis.specs.openapi import checks as openapi_checks
from starlette.testclient import TestClient

from declaim.config import Config
from declaim.server.app import create_app
from declaim.server.settings import ServerConfig
from fake_service import FakeService

_CHECKS: list[Any] = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.unsupported_method,
]


_SETTINGS = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OPERATIONS = [
    ("POST", "/v1/audio/speech"),
    ("POST", "/v1/audio/speech/timings"),
    ("POST", "/tts"),
    ("POST", "/v1/score"),
    ("GET", "/v1/models"),
    ("GET", "/v1/audio/voices"),
    ("GET", "/v1/capabilities"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
]


@pytest.fixture
def described() -> BaseSchema:
    service = FakeService(word_seconds=0.01, chunk_words=50)
    app = create_app(Config(), service, ServerConfig(max_characters=1000))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


_CASES = [(mode, *each) for mode in schemathesis.GenerationMode for each in OPERATIONS]


@pytest.mark.parametrize(
    ("mode", "method", "path"), [case for case in _CASES if case[0].is_positive or case[1] == "POST"]
)
@pytest.mark.usefixtures("instructions_read")
def test_no_request_breaks_the_service_or_its_description(
    described: BaseSchema, method: str, path: str, mode: schemathesis.GenerationMode
) -> None:
    operation = described[path][method]

    @_SETTINGS
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=_CHECKS)

    check()


def test_all_operations_are_tried(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {(name.upper(), path) for path in paths for name in paths[path]} == set(OPERATIONS)


def test_every_route_is_described_with_its_errors(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["info"]["title"] == "Declaim"
    tags = {tag["name"] for tag in described["tags"]}
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert set(operation["tags"]) <= tags, path
            assert operation["summary"]
            if "requestBody" in operation:
                assert {"200", "400", "401", "404", "413", "422", "429", "500", "503", "504", "507"} <= set(
                    operation["responses"]
                )
                assert "example" in json.dumps(operation["requestBody"])


def test_speech_is_described_as_audio_of_every_format_and_as_events(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/v1/audio/speech"]["post"]
    assert set(operation["responses"]["200"]["content"]) == {
        "audio/mpeg", "audio/ogg", "audio/aac", "audio/flac", "audio/wav", "audio/pcm", "text/event-stream",
    }  # fmt: skip
    assert len(operation["requestBody"]["content"]["application/json"]["examples"]) == 3


def test_the_examples_work(client: TestClient) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for operation in methods.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            shown = [example["value"] for example in body.get("examples", {}).values()]
            shown += body.get("schema", {}).get("examples", [])
            assert shown or not body, path
            assert all(client.post(path, json=value).status_code == 200 for value in shown)


def test_no_page_fetches_from_another_host(client: TestClient) -> None:
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404

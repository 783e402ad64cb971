"""The description of the interface: complete, self-contained, and true of what schemathesis can think of."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
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
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]


@pytest.fixture(scope="module")
def described() -> Any:
    service = FakeService(word_seconds=0.01, chunk_words=50)
    app = create_app(Config(), service, ServerConfig(max_characters=1000))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


schema = schemathesis.pytest.from_fixture("described")


@schema.exclude(path="/metrics").parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.usefixtures("instructions_read")
def test_no_request_breaks_the_service_or_its_description(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=_CHECKS)


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

"""Requests that are meant to do harm get 4xx: no 500, nothing of theirs in headers, nothing huge back."""

import pytest
from starlette.testclient import TestClient

from fake_service import FakeService

JSON = {"Content-Type": "application/json"}
PATHS = ["/v1/audio/speech", "/v1/audio/speech/timings", "/v1/score", "/tts"]
TEXT = {"/tts": "text"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"[" * 100_000,
        b'{"input":' * 50_000,
        b'{"input": {"a": ' * 20_000 + b"1" + b"}}" * 20_000,
        b'\xff\xfe{"input": "a"}',
        b'{"input": "\xff"}',
        b'{"input": "\xed\xa0\x80", "text": "\xed\xa0\x80"}',
        b'{"input": "\\ud800", "text": "\\ud800"}',
        b'{"input": "a\\udfff", "text": "a\\udfff", "\\ud800": 1}',
        b'{"input": 1e999, "text": 1e999}',
        b'{"input": ' + b"9" * 5000 + b"}",
        b'{"input": "\\u0000", "text": "\\u0000"}',
        b'{"input": "   ", "text": "   "}',
        b'{"input": "a", "text": "a", "timeout": NaN}',
        b'{"input": "a", "text": "a", "expressiveness": -Infinity}',
        b'{"input": "a", "text": "a", "timeout": 1e400}',
        b'{"input": "a", "text": "a", "timeout": ' + b"9" * 4000 + b"}",
        b'{"input": "a", "text": "a", "score": {"\\ud800": 1}}',
        b'{"input": "a", "text": "a", "score": {"pauses": [' + b"-1," * 9999 + b"0]}}",
        b'{"input": "a", "text": "a", "emotion": "\\ud800"}',
        b'{"input": "a", "text": "a", "emotion": "sad:1,sad:1"}',
        b'{"input": "a", "text": "a", "emotion": [[[]]]}',
        b'{"input": "a", "text": "a", "language": "\\ud800"}',
    ],
)
def test_bodies(client: TestClient, path: str, body: bytes) -> None:
    answer = client.post(path, content=body, headers=JSON)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 3000
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "a/b; charset=\x80"])
def test_bodies_that_are_not_called_json(client: TestClient, kind: str) -> None:
    headers = {"Content-Type": kind.encode("latin-1")}
    answer = client.post(PATHS[0], content=b'{"input": "a"}', headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "application/json" in answer.json()["hint"]


@pytest.mark.parametrize(
    "voice",
    [
        "../../etc/passwd",
        "af_heart/../../x",
        "af_heart\x00",
        "af_heart\r\nX-Evil: 1",
        "af_heart*٣",
        "af_heart*1e5",
        "af_heart*" + "9" * 400,
        "af_heart*0",
        "+" * 499,
        "C:\\voices\\a.bin",
        "{0.__class__}",
        "中",
        "a" * 501,
        {"id": "../x"},
        {"id": 5},
        {},
        [],
        7,
    ],
)
def test_voices(client: TestClient, service: FakeService, voice: object) -> None:
    answer = client.post(PATHS[0], json={"input": "Hi.", "voice": voice})
    assert "x-evil" not in answer.headers
    if answer.status_code == 200:  # a weight may be written in any digits; the header has plain ones
        assert answer.headers["x-declaim-voice"] == "af_heart"
    else:
        assert answer.status_code in {404, 422}
        assert not service.works


def test_text_never_reaches_a_header(client: TestClient) -> None:
    answer = client.post(PATHS[0], json={"input": "Hi\r\nX-Evil: 1", "model": "a\r\nX-Evil: 1"})
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("path", ["/%00", "/%ff%fe", "/..%2f..%2fetc/passwd", "//evil", "/v1/audio/speech/x"])
def test_paths(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404

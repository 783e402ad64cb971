"""OpenAI's own client, as it is, against the service."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import av
import openai
import pytest

from declaim.errors import QueueFullError
from fake_service import FakeService

LONG = "One two three four, five six seven eight, nine ten eleven twelve."


@pytest.fixture
def official(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[openai.OpenAI]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with openai.OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0) as client:
        yield client


def test_speech_in_one_piece(official: openai.OpenAI, service: FakeService, tmp_path: Path) -> None:
    speech = official.audio.speech.create(model="gpt-4o-mini-tts", voice="coral", input=LONG, speed=1.5)
    speech.write_to_file(tmp_path / "speech.mp3")
    with av.open(str(tmp_path / "speech.mp3")) as decoded:
        seconds = sum(frame.samples / frame.sample_rate for frame in decoded.decode(audio=0))
    assert seconds == pytest.approx(1.2 / 1.5, abs=0.1)
    assert service.last.request.voice == "af_bella"
    assert service.last.request.rate == 1.5


def test_streamed_speech(official: openai.OpenAI, service: FakeService) -> None:
    service.delay = 0.2
    streaming = official.audio.speech.with_streaming_response
    with streaming.create(
        model="tts-1", voice={"id": "zf_xiaoni"}, input=LONG, response_format="pcm"
    ) as answer:
        blocks = answer.iter_bytes()
        received = len(next(blocks))
        assert service.last.ending == "running"
        received += sum(map(len, blocks))
    assert received == round(1.2 * 48_000)
    assert answer.headers["x-declaim-voice"] == "zf_xiaoni"


def test_events(official: openai.OpenAI, service: FakeService) -> None:
    streaming = official.audio.speech.with_streaming_response
    with streaming.create(
        model="gpt-4o-mini-tts",
        voice="marin",
        input=LONG,
        response_format="pcm",
        stream_format="sse",
        instructions=openai.omit,
        extra_body={"emotion": "happy:0.4"},
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
    assert {event["type"] for event in events[:-1]} == {"speech.audio.delta"}
    assert events[-1]["type"] == "speech.audio.done"
    audio = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
    assert len(audio) == round(1.2 * 48_000)
    assert service.last.request.score.emotion.happy == 0.4


def test_models(official: openai.OpenAI) -> None:
    assert [model.id for model in official.models.list()] == ["declaim"]


def test_a_refusal_is_the_clients_own_error(official: openai.OpenAI, service: FakeService) -> None:
    service.failure = QueueFullError("16 requests wait", retry_after=3)
    with pytest.raises(openai.RateLimitError) as refused:
        official.audio.speech.create(model="tts-1", voice="alloy", input=LONG)
    assert refused.value.code == "queue_full"
    assert refused.value.type == "rate_limit_error"
    assert refused.value.request_id == refused.value.response.headers["x-request-id"]
    assert "16 requests wait" in refused.value.message


def test_a_wrong_field_is_the_clients_own_error(official: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        official.audio.speech.create(model="tts-1", voice="alloy", input=LONG, speed=9)
    assert refused.value.param == "speed"


def test_a_client_tries_again_when_it_is_told_to(
    official: openai.OpenAI, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.failure = QueueFullError("16 requests wait", retry_after=1)
    monkeypatch.setattr("time.sleep", lambda _: setattr(service, "failure", None))
    patient = official.with_options(max_retries=1)
    assert patient.audio.speech.create(model="tts-1", voice="alloy", input="Hello.").content
    assert [work.ending for work in service.works] == ["failed", "complete"]

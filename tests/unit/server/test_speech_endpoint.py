"""What a request for speech becomes, and what its answer says."""

import base64
import io
import json
import struct
from types import MappingProxyType
from typing import Any

import av
import pytest
from starlette.testclient import TestClient

from declaim.audio.encoder import encode_stream
from declaim.audio.formats import FORMATS, AudioFormat
from declaim.config import Config
from declaim.prosody.emotion import Emotion
from declaim.prosody.score import Score
from declaim.server.app import create_app
from declaim.server.delivery import SpeechStream, SpokenStream, encoded
from declaim.server.service import SpeechRequest
from declaim.server.settings import ServerConfig
from fake_service import FakeService

SPEECH = "/v1/audio/speech"
LONG = "One two three four, five six seven eight, nine ten eleven twelve."
SHORT = "Good morning."


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.split("\n\n") if line]


def encoded_by_hand(service: FakeService, form: str) -> bytes:
    samples = (chunk.samples for chunk in service.chunks(service.last.request))
    return b"".join(encode_stream(samples, FORMATS[form], service.sample_rate))


@pytest.mark.parametrize("form", ["mp3", "opus", "aac", "flac", "wav", "pcm"])
def test_all_audio_arrives_in_every_format(client: TestClient, service: FakeService, form: str) -> None:
    answer = client.post(SPEECH, json={"model": "any", "input": LONG, "response_format": form})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FORMATS[form].mime_type
    assert answer.headers["content-disposition"] == f'inline; filename="speech{FORMATS[form].suffix}"'
    assert answer.content == encoded_by_hand(service, form)
    if form != "pcm":
        with av.open(io.BytesIO(answer.content)) as decoded:
            seconds = sum(frame.samples / frame.sample_rate for frame in decoded.decode(audio=0))
        assert seconds == pytest.approx(1.2, abs=0.1)


def test_mp3_is_the_default(client: TestClient) -> None:
    assert client.post(SPEECH, json={"input": SHORT}).headers["content-type"] == "audio/mpeg"


def test_wav_that_is_made_while_it_is_sent_says_that_its_sizes_are_unknown(client: TestClient) -> None:
    answer = client.post(SPEECH, json={"input": LONG, "response_format": "wav"})
    assert "content-length" not in answer.headers
    assert answer.content[4:8] == answer.content[40:44] == b"\xff" * 4


def test_wav_that_exists_before_the_answer_has_its_true_sizes(client: TestClient) -> None:
    answer = client.post(SPEECH, json={"input": SHORT, "response_format": "wav"})
    body = answer.content
    assert int(answer.headers["content-length"]) == len(body) == 44 + 2 * 4800
    assert struct.unpack_from("<I", body, 4) == (len(body) - 8,)
    assert struct.unpack_from("<I", body, 40) == (2 * 4800,)


def test_fields_reach_the_service(client: TestClient, service: FakeService) -> None:
    client.post(
        SPEECH,
        json={
            "input": SHORT,
            "voice": "zf_xiaoxiao*1+af_heart*3",
            "speed": 1.5,
            "pitch": -2,
            "language": "zh",
            "score": {"energy": 3},
            "emotion": "sad:0.6",
            "expressiveness": 0.5,
            "timeout": 7,
        },
    )
    request = service.last.request
    assert request.voice == "af_heart*0.7500+zf_xiaoxiao*0.2500"
    assert (request.rate, request.pitch, request.language) == (1.5, -2, "zh")
    assert (request.expressiveness, request.timeout, request.soon) == (0.5, 7, True)
    assert request.score == Score(energy=3, emotion=Emotion(sad=0.6))
    assert request.score.model_fields_set == {"energy", "emotion"}
    assert request.client == "testclient"


def test_what_is_not_given_is_left_to_the_service(client: TestClient, service: FakeService) -> None:
    client.post(SPEECH, json={"input": SHORT, "speed": None, "score": None, "voice": None})
    request = service.last.request
    assert (request.rate, request.pitch, request.language, request.expressiveness) == (None,) * 4
    assert request.score.model_fields_set == set()
    assert request.timeout == 60


def test_emotion_as_an_object(client: TestClient, service: FakeService) -> None:
    client.post(SPEECH, json={"input": SHORT, "emotion": {"happy": 0.5, "surprised": 0.2}})
    assert service.last.request.score == Score(emotion=Emotion(happy=0.5, surprised=0.2))


@pytest.mark.usefixtures("instructions_read")
def test_more_explicit_fields_overrule_the_instructions(client: TestClient, service: FakeService) -> None:
    body = {"input": SHORT, "instructions": "Slowly.", "score": {"rate": 1.2}, "emotion": "calm"}
    client.post(SPEECH, json=body)
    score = service.last.request.score
    assert (score.rate, score.pitch, score.emotion) == (1.2, 2, Emotion(calm=1))


@pytest.mark.parametrize(
    ("speed", "rate", "header"), [(0.25, 0.5, "0.5"), (0.5, 0.5, None), (2, 2, None), (4, 2, "2")]
)
def test_speed_ends_where_voices_can_be_understood_and_the_answer_says_so(
    client: TestClient, service: FakeService, speed: float, rate: float, header: str | None
) -> None:
    answer = client.post(SPEECH, json={"input": SHORT, "speed": speed})
    assert service.last.request.rate == rate
    assert answer.headers.get("x-declaim-speed") == header


@pytest.mark.parametrize(
    ("text", "voice", "real"),
    [
        ("Good morning.", "onyx", "am_onyx"),
        ("早上好。", "onyx", "zm_yunjian"),
        ("早上好。", {"id": "marin"}, "zf_xiaoxiao"),
        ("Good morning.", {"id": "zf_xiaoyi"}, "zf_xiaoyi"),
        ("早上好。", None, "zf_xiaoxiao"),
    ],
)
def test_openai_names_of_voices_are_of_the_language_of_the_text(
    client: TestClient, service: FakeService, text: str, voice: object, real: str
) -> None:
    answer = client.post(SPEECH, json={"input": text, "voice": voice})
    assert answer.headers["x-declaim-voice"] == service.last.request.voice == real


def test_unknown_fields_are_ignored_and_named(client: TestClient) -> None:
    body = {"input": SHORT, "user": "me", "emotoin": "sad", "a\r\nb": 1, "中": 2, "x" * 50: 3}
    answer = client.post(SPEECH, json=body)
    assert answer.status_code == 200
    assert answer.headers["x-declaim-ignored"] == "user, emotoin"


def test_events_have_all_audio_and_all_words(client: TestClient, service: FakeService) -> None:
    answer = client.post(SPEECH, json={"input": LONG, "response_format": "pcm", "stream_format": "sse"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    *deltas, done = events(answer.text)
    assert {delta["type"] for delta in deltas} == {"speech.audio.delta"}
    assert b"".join(base64.b64decode(delta["audio"]) for delta in deltas) == encoded_by_hand(service, "pcm")
    words = [word for delta in deltas for word in delta["words"]]
    assert [word["text"] for word in words] == LONG.replace(",", "").replace(".", "").split()
    assert all(LONG[slice(*word["span"])] == word["text"] for word in words)
    assert words[-1]["end"] == pytest.approx(1.2)
    assert done["type"] == "speech.audio.done"
    assert done["usage"] == {
        "input_tokens": len(LONG),
        "output_tokens": 12,
        "total_tokens": len(LONG) + 12,
        "characters": len(LONG),
        "seconds": 1.2,
    }


def test_no_event_is_too_long_for_a_reader_of_lines(client: TestClient, service: FakeService) -> None:
    service.word_seconds = 2
    answer = client.post(SPEECH, json={"input": LONG, "response_format": "wav", "stream_format": "sse"})
    assert max(map(len, answer.text.splitlines())) < 2**16


@pytest.mark.parametrize("model", ["tts-1", "gpt-4o-mini-tts"])
def test_the_models_name_does_not_choose_the_stream(client: TestClient, model: str) -> None:
    answer = client.post(SPEECH, json={"input": SHORT, "model": model})
    assert answer.headers["content-type"] == "audio/mpeg"
    answer = client.post(SPEECH, json={"input": SHORT, "model": model, "stream_format": "sse"})
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_timings_are_json_with_audio_and_words(client: TestClient, service: FakeService) -> None:
    answer = client.post(f"{SPEECH}/timings", json={"input": LONG, "response_format": "flac"})
    body = answer.json()
    assert base64.b64decode(body["audio"]) == encoded_by_hand(service, "flac")
    assert (body["format"], body["mime_type"], body["sample_rate"]) == ("flac", "audio/flac", 24_000)
    assert len(body["words"]) == 12
    assert body["words"][1] == {"text": "two", "span": [4, 7], "start": 0.1, "end": 0.2}
    assert body["seconds"] == pytest.approx(1.2)
    assert not service.last.request.soon


def test_the_simple_form(client: TestClient, service: FakeService) -> None:
    answer = client.post("/tts", json={"text": SHORT, "speaker": "zm_yunxi", "speed": 1.25})
    assert answer.headers["content-type"] == "audio/wav"
    assert (service.last.request.voice, service.last.request.rate) == ("zm_yunxi", 1.25)
    both = {"text": SHORT, "speaker": "zm_yunxi", "voice": "af_sky", "format": "mp3"}
    assert client.post("/tts", json=both).headers["content-type"] == "audio/mpeg"
    assert service.last.request.voice == "af_sky"


def test_every_answer_has_an_id_that_is_the_clients_if_it_is_harmless(client: TestClient) -> None:
    ours = client.get("/healthz").headers["x-request-id"]
    assert len(ours) == 32
    theirs = client.get("/healthz", headers={"X-Request-Id": "abc-1.2_3"}).headers["x-request-id"]
    assert theirs == "abc-1.2_3"
    for bad in ("a b", "é", "x" * 129, "<script>"):
        answer = client.get("/healthz", headers={"X-Request-Id": bad.encode("latin-1")})
        assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("path", "more"), [(SPEECH, {}), (SPEECH, {"stream_format": "sse"}), (f"{SPEECH}/timings", {})]
)
def test_all_speech_comes_through_the_cache_if_there_is_one(
    service: FakeService, path: str, more: dict[str, str]
) -> None:
    asked: list[tuple[str, str]] = []

    class Kept(SpokenStream):
        headers = MappingProxyType({"X-Declaim-Cache": "hit"})
        is_made = True

    def cached(request: SpeechRequest, audio_format: AudioFormat) -> SpeechStream:
        asked.append((request.text, audio_format.name))
        return Kept(encoded(service.speak(request), len(request.text), audio_format, service.sample_rate))

    client = TestClient(create_app(Config(), service, ServerConfig(), speech=cached))
    answer = client.post(path, json={"input": LONG, "response_format": "wav"} | more)
    assert answer.headers["x-declaim-cache"] == "hit"
    assert asked == [(LONG, "wav")]
    if not more and path == SPEECH:
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert answer.content[40:44] == struct.pack("<I", len(answer.content) - 44)

"""What the service says there is, and that it is true."""

import pytest
from starlette.testclient import TestClient

from declaim.config import Config
from declaim.engines.voices import UNCLEAR_VOICES, VOICES
from declaim.errors import UnknownVoiceError
from declaim.prosody.score import Score
from declaim.server.voices import OPENAI_VOICES, spelled, voice_for
from fake_service import FakeService

WOMEN = {"alloy", "coral", "nova", "sage", "shimmer", "marin"}
MEN = {"ash", "ballad", "echo", "fable", "onyx", "verse", "cedar"}


def test_every_openai_voice_is_a_real_one_of_its_gender_and_language() -> None:
    assert set(OPENAI_VOICES) == WOMEN | MEN
    for alias, voices in OPENAI_VOICES.items():
        for language, name in voices.items():
            assert VOICES[name].language.startswith(language)
            assert VOICES[name].gender == ("female" if alias in WOMEN else "male")


def test_openai_voices_are_told_apart_in_english() -> None:
    assert len({voices["en"] for voices in OPENAI_VOICES.values()}) == len(OPENAI_VOICES)
    assert not {voice for voices in OPENAI_VOICES.values() for voice in voices.values()} & UNCLEAR_VOICES


def test_the_configured_voice_speaks_when_none_is_asked_for() -> None:
    config = Config(voice="bm_george")
    assert voice_for(None, "早上好", None, config) == "bm_george"
    assert voice_for(None, "早上好", None, Config()) == "zf_xiaoxiao"
    assert voice_for(None, "2024", "en", Config()) == "af_heart"
    assert voice_for("echo", "OK", "zh", config) == "zm_yunxi"


def test_blends_that_sound_the_same_are_spelled_the_same() -> None:
    assert spelled("af_sky*2+af_heart*2") == spelled("af_heart + af_sky") == "af_heart*0.5000+af_sky*0.5000"
    assert spelled("af_sky*3") == spelled("af_sky+af_sky") == "af_sky"
    with pytest.raises(UnknownVoiceError):
        spelled("alloy+af_sky")


def test_models(client: TestClient) -> None:
    body = client.get("/v1/models").json()
    assert body["object"] == "list"
    assert [model["id"] for model in body["data"]] == ["declaim"]


def test_voices(client: TestClient) -> None:
    voices = client.get("/v1/audio/voices").json()["voices"]
    assert {voice["id"] for voice in voices} == set(VOICES)
    heart = next(voice for voice in voices if voice["id"] == "af_heart")
    assert (heart["language"], heart["gender"], heart["aliases"]) == ("en-US", "female", {"en": ["marin"]})
    native = [voice["language"][:2] in {"zh", "en"} for voice in voices]
    assert native == sorted(native, reverse=True)


def test_capabilities(client: TestClient) -> None:
    body = client.get("/v1/capabilities").json()
    assert [form["name"] for form in body["formats"]] == ["mp3", "opus", "aac", "flac", "wav", "pcm"]
    assert [language["code"] for language in body["languages"]] == ["zh", "en"]
    assert body["emotions"][0] == "happy"
    assert body["ranges"]["speed"] == {"minimum": 0.5, "maximum": 2, "default": 1}
    assert body["accepted_speed"] == [0.25, 4]
    assert body["limits"]["characters"] == 1000


def test_the_score_of_a_text_can_be_sent_back(client: TestClient, service: FakeService) -> None:
    text = "I am sad. 今天天气真好!"
    sentences = client.post("/v1/score", json={"input": text, "emotion": "sad:0.4"}).json()["sentences"]
    assert [sentence["text"] for sentence in sentences] == ["I am sad.", " 今天天气真好!"]
    assert all(text[slice(*sentence["span"])] == sentence["text"] for sentence in sentences)
    assert sentences[0]["score"]["emotion"]["sad"] == 0.4
    again = {"input": text, "score": sentences[0]["score"]}
    assert client.post("/v1/audio/speech", json=again).status_code == 200
    assert service.last.request.score == Score.model_validate(sentences[0]["score"])


@pytest.mark.parametrize(("stalled", "status"), [(0, 200), (30, 200), (30.1, 503)])
def test_alive_is_who_moves(client: TestClient, service: FakeService, stalled: float, status: int) -> None:
    service.stalled_for = stalled
    assert client.get("/healthz").status_code == status


@pytest.mark.parametrize(("phase", "status"), [("starting", 503), ("ready", 200), ("draining", 503)])
def test_ready_is_who_takes_requests(
    client: TestClient, service: FakeService, phase: str, status: int
) -> None:
    service.phase = phase  # type: ignore[assignment]
    assert client.get("/readyz").status_code == status
    assert client.get("/healthz").status_code == 200

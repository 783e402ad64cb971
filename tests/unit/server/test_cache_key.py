import dataclasses

from declaim.prosody.score import Score
from declaim.server.cache_key import key_of
from declaim.server.service import SpeechRequest

REQUEST = SpeechRequest("Hello.")


def test_everything_that_shapes_the_sound_is_in_the_key() -> None:
    others = {
        "text": "Hello!", "voice": "af_heart", "language": "en", "rate": 1.0, "pitch": 0.0,
        "pitch_range": 1.0, "energy": 0.0, "score": Score(rate=1.0), "expressiveness": 1.0, "soon": False,
    }  # fmt: skip
    fields = {field.name for field in dataclasses.fields(SpeechRequest)}
    not_kept_otherwise = {"never_cloud", "max_cost", "brownout"}  # what another channel speaks is never kept
    assert fields == set(others) | not_kept_otherwise | {"client", "timeout"}
    keys = {
        key_of(dataclasses.replace(REQUEST, **{name: value}), "m", "mp3") for name, value in others.items()
    }
    keys |= {key_of(REQUEST, "m", "mp3"), key_of(REQUEST, "n", "mp3"), key_of(REQUEST, "m", "wav")}
    assert len(keys) == len(others) + 3


def test_who_asks_and_how_long_they_wait_is_not() -> None:
    other = dataclasses.replace(REQUEST, client="me", timeout=1)
    assert key_of(other, "m", "mp3") == key_of(REQUEST, "m", "mp3")


def test_a_key_is_a_sha256_whatever_the_text() -> None:
    for text in ("", "\ud800", "重庆\0", "x" * 100_000):
        key = key_of(SpeechRequest(text), "m", "mp3")
        assert len(key) == 64
        assert set(key) <= set("0123456789abcdef")

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.errors import OptionError
from declaim.prosody.emotion import EMOTIONS, Emotion
from declaim.prosody.prosody import Prosody
from declaim.prosody.score import Emphasis, Score

FIELDS = ("emotion", "rate", "pitch", "pitch_range", "energy", "pauses", "emphasis")
FULL = Score(
    emotion=Emotion(sad=0.6, calm=0.3),
    rate=0.9,
    pitch=-1.5,
    pitch_range=0.8,
    energy=-2,
    pauses=(0.25, None, 0.5),
    emphasis=(Emphasis(word="蓝色", strength=0.7, start=3), Emphasis(word="red")),
)


def numbers(name: str) -> st.SearchStrategy[float]:
    low, high = Prosody.LIMITS[name]
    return st.floats(low, high)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    weights = draw(st.lists(st.floats(0, 0.125), min_size=8, max_size=8))
    emphasis = st.builds(
        Emphasis, word=st.text(min_size=1), strength=st.floats(0, 1), start=st.none() | st.integers(0, 10**6)
    )
    fields = {
        "emotion": Emotion(**dict(zip(EMOTIONS, weights, strict=True))),
        **{name: draw(numbers(name)) for name in Prosody.LIMITS},
        "pauses": tuple(draw(st.lists(st.none() | st.floats(0, 60), max_size=4))),
        "emphasis": tuple(draw(st.lists(emphasis, max_size=3))),
    }
    chosen = draw(st.sets(st.sampled_from(FIELDS)))
    return Score(**{name: fields[name] for name in chosen})


@given(scores())
def test_json_in_and_out(score: Score) -> None:
    assert Score.parse(score.model_dump_json()) == score
    some = Score.parse(score.model_dump_json(exclude_unset=True))
    assert some == score
    assert some.model_fields_set == score.model_fields_set


def test_json_is_what_one_would_write() -> None:
    written = json.loads(FULL.model_dump_json())
    assert tuple(written) == FIELDS
    assert tuple(written["emotion"]) == EMOTIONS
    assert written["pauses"] == [0.25, None, 0.5]
    assert written["emphasis"][0] == {"word": "蓝色", "strength": 0.7, "start": 3}


def test_nothing_given_asks_for_nothing() -> None:
    assert Score().prosody == Prosody()
    assert Score.parse("{}") == Score()
    assert Score.parse("{}").model_fields_set == set()


@pytest.mark.parametrize("name", Prosody.LIMITS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e9, -1e9])
def test_numbers_out_of_range(name: str, value: float) -> None:
    with pytest.raises(OptionError, match=name):
        Score(**{name: value})
    with pytest.raises(OptionError, match=name):
        Score.parse(json.dumps({name: value}))


@pytest.mark.parametrize("name", Prosody.LIMITS)
def test_the_limits_are_those_of_prosody(name: str) -> None:
    for value, outwards in zip(Prosody.LIMITS[name], (-math.inf, math.inf), strict=True):
        assert getattr(Score(**{name: value}), name) == value
        with pytest.raises(OptionError):
            Score(**{name: math.nextafter(value, outwards)})


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("pauses", (-0.1,), "pauses.0"), ("pauses", (None, math.nan), "pauses.1"),
        ("pauses", (61,), "pauses.0"), ("pauses", 0.5, "pauses"), ("emotion", "sad", "emotion"),
        ("emotion", {"sad": math.nan}, "sad"), ("emotion", {"sad": 1, "calm": 1}, "sum"),
        ("emotion", {"joy": 1}, "joy"), ("emphasis", ({"word": "a", "strength": 2},), "strength"),
        ("emphasis", ({"word": "a", "strength": math.nan},), "strength"), ("emphasis", ({},), "word"),
        ("emphasis", ({"word": ""},), "word"), ("emphasis", ({"word": "a", "start": -1},), "start"),
        ("emphasis", ({"word": "a", "level": 1},), "level"), ("speed", 2, "speed"),
    ],
)  # fmt: skip
def test_fields_that_make_no_sense(field: str, value: Any, named: str) -> None:
    with pytest.raises(OptionError, match=named):
        Score(**{field: value})
    with pytest.raises(OptionError, match=named):
        Score.parse(json.dumps({field: value}))


@pytest.mark.parametrize(
    "written", ["", "sad", "{", "[]", "null", "1", '{"rate": 1', '{"rate": "fast"}', "[{}]"]
)
def test_what_is_no_score(written: str) -> None:
    with pytest.raises(OptionError, match="score is wrong"):
        Score.parse(written)


@pytest.mark.parametrize("field", FIELDS)
def test_only_given_fields_take_anothers_place(field: str) -> None:
    read = Score(rate=1.1, pitch=1, pitch_range=1.2, energy=1, emotion=Emotion(happy=1), pauses=(0.1,))
    both = read.with_given(Score(**{field: getattr(FULL, field)}))
    for name in FIELDS:
        assert getattr(both, name) == getattr(FULL if name == field else read, name)


def test_a_default_that_is_given_counts() -> None:
    assert FULL.with_given(Score(rate=1, pauses=())) == FULL.model_copy(update={"rate": 1, "pauses": ()})
    assert FULL.with_given(Score()) == FULL


def test_its_prosody() -> None:
    assert FULL.prosody == Prosody(rate=0.9, pitch=-1.5, pitch_range=0.8, energy=-2)

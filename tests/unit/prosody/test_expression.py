import math
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from declaim.errors import OptionError
from declaim.prosody.emotion import EMOTIONS, Emotion
from declaim.prosody.expression import (
    EXPRESSIONS,
    NATURAL,
    checked_expressiveness,
    emphasis_effect,
    expression,
    interpret,
    natural,
)
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.score import Emphasis, Score

FIELDS = ("rate", "pitch", "pitch_range", "energy")
READ = Score(
    emotion=Emotion(surprised=1),
    rate=1.02,
    pitch=0.5,
    pitch_range=1.1,
    energy=1,
    pauses=(0.3, 0.6),
    emphasis=(Emphasis(word="now", strength=0.4, start=2),),
)
GIVEN: dict[str, Any] = {
    "emotion": Emotion(sad=0.5),
    "rate": 1.9,
    "pitch": -11.0,
    "pitch_range": 0.0,
    "energy": -19.0,
    "pauses": (None, 2.0),
    "emphasis": (Emphasis(word="then", strength=0.9),),
}


def test_every_emotion_has_its_expression() -> None:
    assert tuple(EXPRESSIONS) == EMOTIONS
    assert EXPRESSIONS["calm"] == NEUTRAL


DIRECTIONS = {  # rate, pitch, pitch range, energy, as in the studies that the module names
    "happy": "++++", "angry": "++++", "sad": "----", "afraid": "++--", "disgusted": "--+-",
    "melancholic": "----", "surprised": "++++",
}  # fmt: skip


@pytest.mark.parametrize("name", DIRECTIONS)
def test_each_moves_the_voice_in_its_direction(name: str) -> None:
    said = expression(Emotion(**{name: 1.0}))
    for field, sign in zip(FIELDS, DIRECTIONS[name], strict=True):
        value, own = getattr(said, field), getattr(NEUTRAL, field)
        assert value > own if sign == "+" else value < own, field


@pytest.mark.parametrize("name", EMOTIONS)
def test_weight_and_expressiveness_scale_alike(name: str) -> None:
    assert expression(Emotion(**{name: 1.0})) == EXPRESSIONS[name]
    half = expression(Emotion(**{name: 0.5}))
    assert half == expression(Emotion(**{name: 1.0}), 0.5) == expression(Emotion(**{name: 0.25}), 2)
    full = EXPRESSIONS[name]
    assert (half.pitch, half.energy) == (full.pitch / 2, full.energy / 2)
    assert (half.rate, half.pitch_range) == pytest.approx((math.sqrt(full.rate), math.sqrt(full.pitch_range)))


def test_no_expressiveness_is_exactly_the_voices_own_manner() -> None:
    for name in EMOTIONS:
        assert expression(Emotion(**{name: 1.0}), 0) == NEUTRAL
    assert interpret(READ, Score(), 0).prosody == NEUTRAL
    assert interpret(READ, Score(), 0).pauses == interpret(READ, Score(), 0).emphasis == ()


def test_a_mix_is_all_of_its_emotions() -> None:
    mixed = expression(Emotion(happy=0.5, sad=0.5))
    happy, sad = EXPRESSIONS["happy"], EXPRESSIONS["sad"]
    assert mixed.pitch == pytest.approx((happy.pitch + sad.pitch) / 2)
    assert mixed.energy == pytest.approx((happy.energy + sad.energy) / 2)
    assert mixed.rate == pytest.approx(math.sqrt(happy.rate * sad.rate))


@over(
    st.lists(st.floats(0, 1), min_size=8, max_size=8),
    st.floats(0, 2),
    st.fixed_dictionaries({name: st.floats(*Prosody.LIMITS[name]) for name in FIELDS}),
)
def test_whatever_is_read_stays_within_what_is_natural(
    weights: list[float], expressiveness: float, fields: dict[str, float]
) -> None:
    whole = max(1.0, sum(weights))
    emotion = Emotion(**{name: weight / whole for name, weight in zip(EMOTIONS, weights, strict=True)})
    said = interpret(Score(emotion=emotion, **fields), Score(), expressiveness)
    for name, (low, high) in NATURAL.items():
        assert low <= getattr(said, name) <= high


def test_natural_leaves_what_is_natural() -> None:
    assert natural(NEUTRAL) == NEUTRAL
    assert natural(Prosody(2, 12, 2, 10)) == Prosody(1.3, 4.5, 1.7, 6)
    assert natural(Prosody(0.5, -12, 0, -20)) == Prosody(0.75, -3.5, 0.55, -6)


@pytest.mark.parametrize("field", GIVEN)
@pytest.mark.parametrize("expressiveness", [0, 1, 2])
def test_what_is_given_is_performed_as_it_is_and_the_rest_as_read(expressiveness: float, field: str) -> None:
    alone = interpret(READ, Score(), expressiveness)
    both = interpret(READ, Score(**{field: GIVEN[field]}), expressiveness)
    if field != "emotion":  # which is expressed, and the others follow from
        assert getattr(both, field) == GIVEN[field]
        others = both.model_dump(exclude={field})
        assert others == alone.model_dump(exclude={field})


def test_a_given_emotion_is_expressed_in_place_of_the_one_that_was_read() -> None:
    said = interpret(Score(emotion=Emotion(angry=1)), Score(emotion=Emotion(sad=1)), 1)
    assert (said.emotion, said.prosody) == (Emotion(sad=1), EXPRESSIONS["sad"])
    calm = interpret(Score(emotion=Emotion(angry=1)), Score(emotion=Emotion()), 1)
    assert calm.prosody == NEUTRAL
    with_rate = interpret(Score(), Score(emotion=Emotion(sad=1), rate=1.2), 1)
    assert (with_rate.rate, with_rate.pitch) == (1.2, EXPRESSIONS["sad"].pitch)


def test_the_emotion_is_as_strong_as_asked() -> None:
    """For engines that express an emotion by themselves."""
    mixed = Emotion(happy=0.4, sad=0.2)
    emotions = [interpret(Score(emotion=mixed), Score(), amount).emotion for amount in (0, 0.5, 1)]
    assert emotions == [Emotion(), Emotion(happy=0.2, sad=0.1), mixed]
    given = interpret(Score(emotion=mixed), Score(emotion=Emotion(angry=0.8)), 0.5)
    assert given.emotion == Emotion(angry=0.4)
    assert given.pitch == expression(Emotion(angry=0.4)).pitch


def test_more_than_the_whole_emotion_there_is_not() -> None:
    strong = interpret(Score(emotion=Emotion(happy=0.6, sad=0.2)), Score(), 2).emotion
    assert (strong.happy, strong.sad) == pytest.approx((0.75, 0.25))
    assert interpret(Score(emotion=Emotion(calm=0.1)), Score(), 2).emotion.calm == 0.2


def test_everything_given_leaves_nothing_to_the_reader() -> None:
    given = Score(**GIVEN)
    assert interpret(READ, given, 1) == interpret(Score(), given, 1) == given
    loud = interpret(READ, given, 2)
    assert loud == interpret(Score(), given, 2) == given.model_copy(update={"emotion": Emotion(sad=1)})


def test_what_is_read_comes_on_top_of_the_emotion() -> None:
    said = interpret(READ.model_copy(update={"emotion": Emotion(happy=0.5)}), Score(), 1)
    assert said.prosody == expression(Emotion(happy=0.5)) * READ.prosody


def test_emphasis_grows_with_expressiveness_up_to_its_limit() -> None:
    strengths = [
        [each.strength for each in interpret(READ, Score(), amount).emphasis] for amount in (0, 0.5, 1, 2)
    ]
    assert strengths == [[], [0.2], [0.4], [0.8]]
    loud = READ.model_copy(update={"emphasis": (Emphasis(word="now", strength=0.9),)})
    assert interpret(loud, Score(), 2).emphasis[0].strength == 1


def test_emphasis_is_slower_higher_and_louder() -> None:
    assert emphasis_effect(0) == NEUTRAL
    weak, strong = emphasis_effect(0.5), emphasis_effect(1)
    assert strong.rate < weak.rate < 1
    assert strong.pitch > weak.pitch > 0
    assert strong.energy > weak.energy > 0
    assert strong == Prosody(rate=0.8, pitch=2, energy=2.5)


def test_checked_expressiveness() -> None:
    assert [checked_expressiveness(value, 0.7) for value in (None, 0, 1.5, 2)] == [0.7, 0, 1.5, 2]
    for wrong in (-0.1, 2.1, math.nan, math.inf):
        with pytest.raises(OptionError, match="expressiveness"):
            checked_expressiveness(wrong, 1)

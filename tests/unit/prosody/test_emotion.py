import math

import pytest

from declaim.errors import OptionError
from declaim.prosody.emotion import EMOTIONS, Emotion

NAMES = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm")


def test_the_eight_in_their_order() -> None:
    assert EMOTIONS == NAMES
    assert Emotion(angry=0.2, calm=0.5).weights() == (0, 0.2, 0, 0, 0, 0, 0, 0.5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, -0.01, 1.01])
def test_no_weight_outside_0_to_1(name: str, weight: float) -> None:
    with pytest.raises(OptionError, match=name):
        Emotion(**{name: weight})


def test_weights_sum_to_one_at_most() -> None:
    assert sum(Emotion(happy=0.5, sad=0.5).weights()) == 1
    Emotion(**dict.fromkeys(NAMES, 1 / 8))
    Emotion(happy=0.7, sad=0.1, calm=0.2)  # 1.0000000000000002 in floats? Rounding is no error.
    with pytest.raises(OptionError, match=r"1\.1"):
        Emotion(happy=0.6, sad=0.5)


def test_no_other_name_and_no_change() -> None:
    with pytest.raises(OptionError, match="joyful"):
        Emotion(joyful=1)  # type: ignore[call-arg]
    with pytest.raises(Exception, match="frozen"):
        Emotion().happy = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "emotion"),
    [
        ("sad", Emotion(sad=1)),
        ("sad:0.6", Emotion(sad=0.6)),
        (" sad : 0.6 , calm:.2", Emotion(sad=0.6, calm=0.2)),
        ("happy:0", Emotion()),
        ("happy:1e-1", Emotion(happy=0.1)),
    ],
)
def test_parsing(written: str, emotion: Emotion) -> None:
    assert Emotion.parse(written) == emotion


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("", "no such emotion"), ("joy", "'joy'"), ("Sad", "'Sad'"), ("sad,", "no such emotion"),
        ("sad:much", "'much'"), ("sad:0.2:0.3", "0.2:0.3"), ("sad:nan", "sad"), ("sad:inf", "sad"),
        ("sad:-0.1", "sad"), ("sad:1.1", "sad"), ("sad,happy", "sum"), ("sad:0.2,sad:0.3", "twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_parsed(written: str, word: str) -> None:
    with pytest.raises(OptionError, match=word):
        Emotion.parse(written)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(OptionError) as caught:
        Emotion.parse("joy:0.5")
    assert all(name in caught.value.hint for name in NAMES)

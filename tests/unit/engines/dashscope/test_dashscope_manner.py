import math

import pytest

from declaim.engines.dashscope.manner import instruction_for, manner_for, mean_prosody, without_emotion
from declaim.prosody.emotion import Emotion
from declaim.prosody.expression import expression
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.text.sentence import Word


@pytest.mark.parametrize(
    ("prosody", "rate", "pitch", "volume"),
    [
        (NEUTRAL, 1.0, 1.0, 50),
        (Prosody(rate=0.5, pitch=-12, energy=-20), 0.5, 0.5, 5),
        (Prosody(rate=2.0, pitch=12, energy=6.0206), 2.0, 2.0, 100),
        (Prosody(pitch=3), 1.0, 1.189, 50),
    ],
)
def test_the_service_s_terms(prosody: Prosody, rate: float, pitch: float, volume: int) -> None:
    manner = manner_for(prosody)
    assert (manner.rate, manner.pitch, manner.volume) == (rate, pitch, volume)


@pytest.mark.parametrize("energy", [-20, -13.3, -0.1, 0, 4, 10])
def test_volume_and_gain_together_are_the_level_asked_for(energy: float) -> None:
    manner = manner_for(Prosody(energy=energy))
    assert 20 * math.log10(manner.gain * manner.volume / 50) == pytest.approx(energy)


def test_markup_for_a_part_becomes_the_mean() -> None:
    said = [Prosody(rate=0.5, pitch=2, energy=-4), Prosody(rate=2.0, pitch=0, energy=0)]
    words = [Word((0, 1), "a", "a", "en", prosody=prosody) for prosody in said]
    mean = mean_prosody(words)
    assert (mean.rate, mean.pitch, mean.energy) == pytest.approx((1.0, 1.0, -2.0))
    assert mean_prosody([]) == NEUTRAL


@pytest.mark.parametrize(
    ("emotion", "told"),
    [
        (Emotion(happy=0.8, sad=0.1), "你说话的情感是happy。"),
        (Emotion(afraid=1.0), "你说话的情感是fearful。"),
        (Emotion(melancholic=0.5), "你说话的情感是sad。"),
        (Emotion(calm=0.9), "你说话的情感是neutral。"),
        (Emotion(happy=0.3), ""),
        (Emotion(), ""),
    ],
)
def test_the_emotion_in_words(emotion: Emotion, told: str) -> None:
    assert instruction_for(emotion) == told


def test_an_emotion_is_not_expressed_twice() -> None:
    sad = Emotion(sad=0.7)
    left = without_emotion(expression(sad) * Prosody(rate=1.2, pitch=1.0), sad)
    assert (left.rate, left.pitch, left.energy) == pytest.approx((1.2, 1.0, 0.0))

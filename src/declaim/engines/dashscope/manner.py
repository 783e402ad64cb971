"""A score in DashScope's terms: one rate, pitch and volume for all that is said in a task."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from declaim.prosody.emotion import EMOTIONS, Emotion
from declaim.prosody.expression import expression
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.text.sentence import Word

_LOW, _HIGH = 0.5, 2.0
"""Of rate and pitch, as both models document them."""
_USUAL_VOLUME, _MOST_VOLUME = 50, 100

_NAMES = {
    "happy": "happy",
    "angry": "angry",
    "sad": "sad",
    "afraid": "fearful",
    "disgusted": "disgusted",
    "melancholic": "sad",
    "surprised": "surprised",
    "calm": "neutral",
}
"""Our emotions by the names that CosyVoice's list of voices gives."""
_CLEAR = 0.4
"""The weight from which on an emotion is worth an instruction, which knows no degrees."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a task is said."""

    rate: float
    pitch: float
    volume: int
    gain: float
    """What volume cannot do: a factor on the samples."""


def mean_prosody(words: Sequence[Word]) -> Prosody:
    """What the words of a task are to be said with in the middle: the service takes one for all of them."""
    if not words:
        return NEUTRAL
    rates = [math.log(word.prosody.rate) for word in words]
    return Prosody(
        rate=math.exp(math.fsum(rates) / len(words)),
        pitch=math.fsum(word.prosody.pitch for word in words) / len(words),
        energy=math.fsum(word.prosody.energy for word in words) / len(words),
    )


def manner_for(prosody: Prosody) -> Manner:
    """Semitones become a ratio, dB a volume, in proportion to the amplitude; F0's range has no parameter."""
    amplitude = 10 ** (prosody.energy / 20)
    volume = min(max(round(_USUAL_VOLUME * amplitude), 1), _MOST_VOLUME)
    return Manner(
        rate=round(_within(prosody.rate), 3),
        pitch=round(_within(2 ** (prosody.pitch / 12)), 3),
        volume=volume,
        gain=amplitude * _USUAL_VOLUME / volume,
    )


def instruction_for(emotion: Emotion) -> str:
    """The emotion in the only form that CosyVoice's own voices take; nothing if none is clear."""
    weight, name = max(zip(emotion.weights(), EMOTIONS, strict=True))
    return f"你说话的情感是{_NAMES[name]}。" if weight >= _CLEAR else ""


def without_emotion(prosody: Prosody, emotion: Emotion) -> Prosody:
    """What is left of a prosody for a model that expresses the emotion itself."""
    return prosody * expression(emotion) ** -1


def _within(ratio: float) -> float:
    return min(max(ratio, _LOW), _HIGH)

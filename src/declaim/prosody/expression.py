"""From emotion to the voice: what each emotion does to rate, pitch, pitch range and energy.

The directions are those that studies of vocal expression agree on: Juslin and Laukka, "Communication of
emotions in vocal expression and music performance", Psychological Bulletin 129 (2003), table 11; Scherer,
"Vocal communication of emotion", Speech Communication 40 (2003), table 2; for disgust and fear also Murray
and Arnott, "Toward the simulation of emotion in synthetic speech", JASA 93 (1993), table I. Happiness and
anger are fast, loud, high and lively; sadness slow, soft, low and flat; melancholy is sadness at low arousal;
fear is fast, high and soft; disgust slow and low; surprise high, with the widest range. The studies agree on
directions, not on sizes: ours are what is clearly measured and still sounds like the same speaker. Calm is
the voice's own manner.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from declaim.errors import OptionError
from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.prosody import NEUTRAL, Prosody

if TYPE_CHECKING:
    from declaim.prosody.emotion import Emotion
    from declaim.prosody.score import Score

EXPRESSIONS: dict[str, Prosody] = {
    "happy": Prosody(rate=1.08, pitch=2.0, pitch_range=1.3, energy=2.0),
    "angry": Prosody(rate=1.1, pitch=1.5, pitch_range=1.35, energy=4.0),
    "sad": Prosody(rate=0.85, pitch=-1.5, pitch_range=0.7, energy=-3.0),
    "afraid": Prosody(rate=1.15, pitch=2.5, pitch_range=0.8, energy=-2.0),
    "disgusted": Prosody(rate=0.88, pitch=-1.5, pitch_range=1.2, energy=-1.5),
    "melancholic": Prosody(rate=0.88, pitch=-1.0, pitch_range=0.75, energy=-2.0),
    "surprised": Prosody(rate=1.08, pitch=3.0, pitch_range=1.45, energy=2.0),
    "calm": Prosody(),
}
"""At weight 1 and expressiveness 1."""

MAX_EXPRESSIVENESS = 2.0
NATURAL = {"rate": (0.75, 1.3), "pitch": (-3.5, 4.5), "pitch_range": (0.55, 1.7), "energy": (-6.0, 6.0)}
"""Beyond these a voice stops sounding like itself, whatever emotion and punctuation add up to."""


def expression(emotion: Emotion, expressiveness: float = 1.0) -> Prosody:
    """What a mix of emotions does to the voice: each effect as strong as its weight, one on the other."""
    said = NEUTRAL
    for name, weight in zip(EMOTIONS, emotion.weights(), strict=True):
        said *= EXPRESSIONS[name] ** (weight * expressiveness)
    return said


def emphasis_effect(strength: float) -> Prosody:
    """What emphasis does to a word: slower, higher and louder, as prominence is in Chinese and in English.

    At strength 1 this is a contrast that nobody misses: a quarter longer, 2 semitones, 2.5 dB. Xu, "Effects
    of tone and focus on the formation and alignment of f0 contours", Journal of Phonetics 27 (1999), measured
    more than that for narrow focus in Mandarin.
    """
    return Prosody(rate=1 - 0.2 * strength, pitch=2.0 * strength, energy=2.5 * strength)


def natural(prosody: Prosody) -> Prosody:
    """The nearest manner in which a voice still sounds like itself."""
    return Prosody(
        **{name: min(max(getattr(prosody, name), low), high) for name, (low, high) in NATURAL.items()}
    )


def checked_expressiveness(given: float | None, default: float) -> float:
    """The expressiveness asked for, or the default.

    Raises:
        OptionError: it is not between 0 and 2.
    """
    value = default if given is None else given
    if not 0 <= value <= MAX_EXPRESSIVENESS:
        raise OptionError(f"expressiveness {value:g} is not between 0 and {MAX_EXPRESSIVENESS:g}")
    return value


def interpret(read: Score, given: Score, expressiveness: float) -> Score:
    """The score to perform: what a reader found, expressed as strongly as asked, under what the user gave.

    An emotion that the user gives is expressed like one that was read; any other field that he gives is
    performed as it is, whatever the emotion. The emotion of the result is as strong as it is expressed, for
    engines that perform it by themselves.

    Args:
        read: the reader's score; its rate, pitch, range and energy come on top of the emotion's.
        given: the fields that the user set.
        expressiveness: 0 is the voice's own manner, 1 as in the table, 2 twice as much.
    """
    emotion = given.emotion if "emotion" in given.model_fields_set else read.emotion
    said = natural(expression(emotion, expressiveness) * read.prosody**expressiveness)
    performed = read.model_copy(
        update={
            **asdict(said),
            "pauses": read.pauses if expressiveness else (),
            "emphasis": tuple(
                each.model_copy(update={"strength": min(1.0, each.strength * expressiveness)})
                for each in read.emphasis
                if expressiveness
            ),
        }
    )
    return performed.with_given(given).model_copy(update={"emotion": emotion.times(expressiveness)})

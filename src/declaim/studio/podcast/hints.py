"""How something is to be said, from the hint behind a name: ``Anna (excited):``, ``老王（悲伤）:``."""

from __future__ import annotations

from declaim.errors import OptionError
from declaim.prosody.emotion import Emotion
from declaim.prosody.instructions import interpret_instructions
from declaim.prosody.score import Score


def score_of_hint(hint: str) -> Score | None:
    """The fields of a score that a hint sets.

    Args:
        hint: names of emotions with weights (``sad:0.6``), or words in Chinese or English, as
            :mod:`declaim.prosody.instruction_words` has them.

    Returns:
        None if it asks for nothing that is known.
    """
    try:
        return Score(emotion=Emotion.parse(hint.lower()))
    except OptionError:
        score = interpret_instructions(hint)
        return score if score.model_fields_set else None

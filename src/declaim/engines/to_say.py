"""What an engine is given."""

from __future__ import annotations

from dataclasses import dataclass

from declaim.prosody.score import Score
from declaim.text.sentence import Sentence


@dataclass(frozen=True, slots=True)
class ToSay:
    """A sentence, how to say it and by whom: all that a speaker needs."""

    sentence: Sentence
    score: Score
    voice: str
    soon: bool = False

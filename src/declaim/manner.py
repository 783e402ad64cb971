"""What of a request's manner is left open, filled in from the configuration and the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from declaim.config import Config
from declaim.engines.voices import parse_blend
from declaim.prosody.expression import checked_expressiveness
from declaim.prosody.prosody import Prosody
from declaim.prosody.score import Score
from declaim.text.sentence import Language

DEFAULT_VOICES: dict[Language, str] = {"zh": "zf_xiaoxiao", "en": "af_heart"}

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_UNSAID = re.compile(
    r"<[^<>]*>|\[(?:pause|/?voice)[^\[\]\n]*\]|\]\([^()\n]*\)|\w+://[^\s)]+|www\.[^\s)]+", re.ASCII
)
"""Tags, directives, pronunciations and addresses: Latin letters that say nothing of the text's language."""
_SAMPLE_FOR_LANGUAGE = 2000

NOTHING_GIVEN = Score()


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is to be spoken."""

    voice: str
    language: Language
    """Of what has no letters around it."""
    prosody: Prosody
    """Turned on top of every score."""
    given: Score
    """The fields of every score that the user sets himself."""
    expressiveness: float


def manner_of(
    config: Config,
    text: str,
    *,
    voice: str | None = None,
    language: Language | None = None,
    rate: float | None = None,
    pitch: float | None = None,
    pitch_range: float | None = None,
    energy: float | None = None,
    score: Score | None = None,
    expressiveness: float | None = None,
) -> Manner:
    """What is asked for; what is None comes from the configuration, and what is None there from the text.

    Raises:
        UnknownVoiceError, OptionError: an option cannot be used.
    """
    found = main_language(text)
    if voice is None:
        voice = config.voice or DEFAULT_VOICES[found]
    parse_blend(voice)
    return Manner(
        voice=voice,
        language=language or config.language or found,
        prosody=Prosody(
            rate=config.rate if rate is None else rate,
            pitch=config.pitch if pitch is None else pitch,
            pitch_range=config.pitch_range if pitch_range is None else pitch_range,
            energy=config.energy if energy is None else energy,
        ),
        given=score or NOTHING_GIVEN,
        expressiveness=checked_expressiveness(expressiveness, config.expressiveness),
    )


def main_language(text: str) -> Language:
    """The language that most of a text is in, by its first two thousand characters.

    Markup and addresses do not count. An English word counts as much as two Chinese characters, which is
    about how they compare in length.
    """
    sample = _UNSAID.sub(" ", text[:_SAMPLE_FOR_LANGUAGE])
    chinese, english = len(_HAN.findall(sample)), 2 * len(_LATIN_WORD.findall(sample))
    return "en" if english > chinese else "zh"

"""The score of a sentence: how it is to be said, in terms that know nothing of any engine."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, ValidationError

from declaim.errors import OptionError
from declaim.prosody.checked import Checked, limited
from declaim.prosody.emotion import Emotion
from declaim.prosody.prosody import Prosody

_PAUSE_LIMIT = 60.0


class Emphasis(Checked):
    """A word that is made prominent."""

    word: Annotated[str, Field(min_length=1)]
    """As the user wrote it."""
    strength: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.5
    """1 is contrast ("not *blue*, red"), 0.5 a word that carries the news."""
    start: Annotated[int, Field(ge=0)] | None = None
    """Offset of the word in the user's text; None is the first such word of each sentence."""


class Score(Checked):
    """How a sentence is to be said. Every field may be left out; only what is given overrides a reader.

    Raises:
        OptionError: a value is out of range.
    """

    emotion: Emotion = Emotion()
    rate: Annotated[float, limited("rate")] = 1.0
    """Speaking rate as a ratio to the voice's own."""
    pitch: Annotated[float, limited("pitch")] = 0.0
    """Semitones."""
    pitch_range: Annotated[float, limited("pitch_range")] = 1.0
    """Ratio by which F0 moves around its mean."""
    energy: Annotated[float, limited("energy")] = 0.0
    """dB."""
    pauses: tuple[Annotated[float, Field(ge=0, le=_PAUSE_LIMIT, allow_inf_nan=False)] | None, ...] = ()
    """Seconds of silence after each clause; None, or no entry, leaves it to the engine."""
    emphasis: tuple[Emphasis, ...] = ()

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read a score, or a part of one, from JSON.

        Raises:
            OptionError: no JSON, an unknown field, or a value out of range.
        """
        try:
            return cls.model_validate_json(written)
        except ValidationError as error:
            raise OptionError(f"the score is wrong: {error.errors()[0]['msg']}") from error

    def with_given(self, given: Score) -> Self:
        """This score, where the fields that ``given`` was made with take the place of this one's."""
        return self.model_copy(update={name: getattr(given, name) for name in given.model_fields_set})

    @property
    def prosody(self) -> Prosody:
        """Rate, pitch, range and energy of the whole sentence."""
        return Prosody(self.rate, self.pitch, self.pitch_range, self.energy)

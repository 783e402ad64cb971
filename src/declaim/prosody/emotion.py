"""Emotion as eight weights, in the order that the IndexTTS-2 family made usual."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from declaim.errors import OptionError
from declaim.prosody.checked import Checked

Weight = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

_ROUNDING = 1e-6


class Emotion(Checked):
    """How much of each emotion a sentence is said with. What is missing to 1 is the voice's own manner.

    Raises:
        OptionError: a weight is not between 0 and 1, or their sum is above 1.
    """

    happy: Weight = 0.0
    angry: Weight = 0.0
    sad: Weight = 0.0
    afraid: Weight = 0.0
    disgusted: Weight = 0.0
    melancholic: Weight = 0.0
    surprised: Weight = 0.0
    calm: Weight = 0.0

    @model_validator(mode="after")
    def _sums_to_one_at_most(self) -> Self:
        total = sum(self.weights())
        if total > 1 + _ROUNDING:
            raise OptionError(f"the emotion's weights sum to {total:g}, more than 1")
        return self

    def weights(self) -> tuple[float, ...]:
        """The eight weights, in order."""
        return tuple(getattr(self, name) for name in EMOTIONS)

    def times(self, factor: float) -> Self:
        """Each weight so many times as large; more than the whole of an emotion there is not."""
        weights = [weight * factor for weight in self.weights()]
        whole = max(1.0, sum(weights))
        return type(self)(**dict(zip(EMOTIONS, (weight / whole for weight in weights), strict=True)))

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read ``sad:0.6,calm:0.2``; a name alone has weight 1.

        Raises:
            OptionError: an unknown name, one that is given twice, no number, or weights that are not
                between 0 and 1 in sum.
        """
        weights: dict[str, float] = {}
        for part in written.split(","):
            name, _, weight = (piece.strip() for piece in part.partition(":"))
            if name not in EMOTIONS:
                raise OptionError(f"no such emotion: {name!r}", hint=f"there are {', '.join(EMOTIONS)}")
            if name in weights:
                raise OptionError(f"{name} is given twice in {written!r}")
            try:
                weights[name] = float(weight or 1)
            except ValueError as error:
                raise OptionError(f"the weight of {name} is no number: {weight!r}") from error
        return cls(**weights)


EMOTIONS: tuple[str, ...] = tuple(Emotion.model_fields)

"""The prosody of a stretch of speech, in units that know nothing of any engine."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import ClassVar

from declaim.errors import OptionError


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a word, a clause or a sentence is said, relative to the voice's own way of saying it.

    Raises:
        OptionError: a value is outside its range, or not a number.
    """

    rate: float = 1.0
    """Speaking rate as a ratio: 2 is twice as fast. 0.5 to 2."""
    pitch: float = 0.0
    """Shift of the fundamental frequency in semitones. -12 to 12."""
    pitch_range: float = 1.0
    """Ratio by which F0 moves around its mean, on a log scale: 0 is a monotone. 0 to 2."""
    energy: float = 0.0
    """Change of level in dB. -20 to 10."""

    LIMITS: ClassVar[dict[str, tuple[float, float]]] = {
        "rate": (0.5, 2.0),
        "pitch": (-12.0, 12.0),
        "pitch_range": (0.0, 2.0),
        "energy": (-20.0, 10.0),
    }

    def __post_init__(self) -> None:
        for field in fields(self):
            value, (low, high) = getattr(self, field.name), self.LIMITS[field.name]
            if not (math.isfinite(value) and low <= value <= high):
                name = field.name.replace("_", " ")
                raise OptionError(f"{name} {value:g} is not between {low:g} and {high:g}")

    def __mul__(self, other: Prosody) -> Prosody:
        """Both applied, one inside the other: ratios multiply, shifts add; clipped to the limits."""
        return Prosody(
            rate=self._clip("rate", self.rate * other.rate),
            pitch=self._clip("pitch", self.pitch + other.pitch),
            pitch_range=self._clip("pitch_range", self.pitch_range * other.pitch_range),
            energy=self._clip("energy", self.energy + other.energy),
        )

    def __pow__(self, strength: float) -> Prosody:
        """The same, so many times as strong: ratios to that power, shifts times it; clipped to the limits."""
        return Prosody(
            rate=self._clip("rate", self.rate**strength),
            pitch=self._clip("pitch", self.pitch * strength),
            pitch_range=self._clip("pitch_range", self.pitch_range**strength),
            energy=self._clip("energy", self.energy * strength),
        )

    @classmethod
    def _clip(cls, name: str, value: float) -> float:
        low, high = cls.LIMITS[name]
        return min(max(value, low), high)


NEUTRAL = Prosody()

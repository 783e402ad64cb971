import math

import pytest

from declaim.errors import OptionError
from declaim.prosody.prosody import NEUTRAL, Prosody


@pytest.mark.parametrize("field", ["rate", "pitch", "pitch_range", "energy"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e9, -1e9])
def test_no_number_and_no_sense(field: str, value: float) -> None:
    with pytest.raises(OptionError) as caught:
        Prosody(**{field: value})
    assert field.replace("_", " ") in str(caught.value)


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("rate", 0.5, 2), ("pitch", -12, 12), ("pitch_range", 0, 2), ("energy", -20, 10)],
)
def test_the_limits_themselves_are_allowed_and_no_more(field: str, low: float, high: float) -> None:
    for value in (low, high):
        assert getattr(Prosody(**{field: value}), field) == value
    for value in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf)):
        with pytest.raises(OptionError):
            Prosody(**{field: value})


def test_ratios_multiply_and_shifts_add() -> None:
    outer, inner = Prosody(0.8, 2, 1.5, -3), Prosody(1.5, -5, 0.5, 1)
    both = outer * inner
    assert (both.rate, both.pitch, both.pitch_range, both.energy) == pytest.approx((1.2, -3, 0.75, -2))
    assert outer * NEUTRAL == outer == NEUTRAL * outer


def test_what_adds_up_too_far_is_clipped() -> None:
    assert Prosody(2, 12, 2, 10) * Prosody(2, 12, 2, 10) == Prosody(2, 12, 2, 10)
    assert Prosody(0.5, -12, 0, -20) * Prosody(0.5, -12, 0, -20) == Prosody(0.5, -12, 0, -20)


@pytest.mark.parametrize("prosody", [NEUTRAL, Prosody(0.5, -12, 0, -20), Prosody(1.3, 2, 1.5, -3)])
def test_a_strength_of_none_is_neutral_and_of_one_the_same(prosody: Prosody) -> None:
    assert prosody**0 == NEUTRAL
    assert prosody**1 == prosody


def test_twice_as_strong_is_twice_over() -> None:
    prosody = Prosody(1.2, 2, 0.8, -3)
    twice = prosody**2
    assert (twice.rate, twice.pitch, twice.pitch_range, twice.energy) == pytest.approx((1.44, 4, 0.64, -6))
    assert Prosody(2, 12, 2, 10) ** 2 == Prosody(2, 12, 2, 10)

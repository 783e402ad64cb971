from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.audio.loudness import LoudnessMeter, check_target, gain_to
from declaim.errors import OptionError


def sine(level: float, seconds: float, *, frequency: float = 997, rate: int = 24_000) -> NDArray[np.float32]:
    """``level`` in dBFS, of the peak."""
    time = np.arange(round(seconds * rate)) / rate
    return (10 ** (level / 20) * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def measured(samples: NDArray[np.float32], rate: int = 24_000, size: int = 7001) -> LoudnessMeter:
    meter = LoudnessMeter(rate)
    for at in range(0, len(samples), size):
        meter.add(samples[at : at + size])
    return meter


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 48_000])
@pytest.mark.parametrize("level", [0, -23, -33])
def test_one_channel_of_sine_reads_3_db_under_its_peak(rate: int, level: float) -> None:
    """BS.1770: 0 dBFS at 997 Hz in one channel reads -3.01 LKFS. EBU Tech 3341's cases 1 and 2 are two."""
    assert measured(sine(level, 5, rate=rate), rate).integrated == pytest.approx(level - 3.01, abs=0.05)


def test_k_weighting_cuts_lows_and_lifts_highs() -> None:
    """Magnitude of BS.1770's two filters, computed from their coefficients for 48 kHz."""
    for frequency in (60, 200, 3000, 8000):
        z = np.exp(-2j * np.pi * frequency / 48_000 * np.arange(3))
        shelf = z @ [1.53512485958697, -2.69169618940638, 1.19839281085285]
        shelf /= z @ [1, -1.69065929318241, 0.73248077421585]
        high_pass = (z @ [1, -2, 1]) / (z @ [1, -1.99004745483398, 0.99007225036621])
        expected = -23 - 3.01 + 20 * math.log10(abs(shelf * high_pass)) - 0.691
        loudness = measured(sine(-23, 5, frequency=frequency)).integrated
        assert loudness == pytest.approx(expected, abs=0.1)


def test_relative_gate_leaves_out_what_is_10_lu_lower() -> None:
    """EBU Tech 3341, case 3: -36, -23 and -36 dBFS for 10, 60 and 10 s; a tenth of the times."""
    parts = [sine(-36, 2), sine(-23, 12), sine(-36, 2)]
    assert measured(np.concatenate(parts)).integrated == pytest.approx(-23 - 3.01, abs=0.1)


def test_pauses_do_not_count() -> None:
    pause = np.zeros(48_000, np.float32)
    parts = [sine(-20, 3), pause, sine(-20, 3), pause, pause]
    assert measured(np.concatenate(parts)).integrated == pytest.approx(-20 - 3.01, abs=0.6)


@pytest.mark.parametrize(
    "samples", [np.zeros(48_000, np.float32), sine(-80, 2), sine(-20, 0.2), np.empty(0, np.float32)]
)
def test_what_cannot_be_measured(samples: NDArray[np.float32]) -> None:
    meter = measured(samples)
    assert meter.integrated is None
    assert gain_to(-16, meter, -1) == 1


def test_gain_reaches_the_target_within_its_limits() -> None:
    assert gain_to(-16, measured(sine(-17, 2)), -1) == pytest.approx(10 ** (4.01 / 20), rel=0.01)
    assert gain_to(-16, measured(sine(-3, 2)), -1) == pytest.approx(10 ** (-9.99 / 20), rel=0.01)
    assert gain_to(-16, measured(sine(-50, 2)), -1) == pytest.approx(10 ** (12 / 20), rel=0.01)
    click = sine(-30, 2)
    click[24_000] = 0.8
    assert gain_to(-16, measured(click), -1) == pytest.approx(10 ** (5 / 20) / 0.8, rel=0.01)


@pytest.mark.parametrize("target", [math.nan, math.inf, 0.0, -41.0])
def test_target_out_of_range(target: float) -> None:
    with pytest.raises(OptionError):
        check_target(target)

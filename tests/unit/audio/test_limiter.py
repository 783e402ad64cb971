from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from declaim.audio.limiter import Limiter, true_peaks

RATE = 24_000


def limited(
    samples: NDArray[np.float32], ceiling: float, *, true_peak: bool, size: int = 4096
) -> NDArray[np.float32]:
    limiter = Limiter(ceiling, RATE, true_peak=true_peak)
    pieces = [limiter.process(samples[at : at + size]) for at in range(0, len(samples), size)]
    return np.concatenate([*pieces, limiter.flush()])


@given(
    hnp.arrays(
        np.float32,
        st.integers(0, 4000),
        elements=st.floats(-(2.0**100), 2.0**100, width=32),
        fill=st.just(0.5),
    ),
    st.sampled_from([-0.1, -1.0, -6.0]),
    st.booleans(),
    st.integers(1, 3000),
)
def test_ceiling_and_length_hold_for_anything(
    samples: NDArray[np.float32], ceiling: float, true_peak: bool, size: int
) -> None:
    output = limited(samples, ceiling, true_peak=true_peak, size=max(size, 50))
    assert len(output) == len(samples)
    assert np.abs(output).max(initial=0) <= np.float32(10 ** (ceiling / 20))
    assert (np.sign(output) * np.sign(samples) >= 0).all()


@pytest.mark.parametrize("true_peak", [False, True])
def test_what_stays_under_the_ceiling_is_untouched(speech: NDArray[np.float32], true_peak: bool) -> None:
    np.testing.assert_array_equal(limited(speech, -1.0, true_peak=true_peak), speech)


def test_only_the_surroundings_of_a_peak_are_turned_down(speech: NDArray[np.float32]) -> None:
    loud = speech.copy()
    loud[40_000] = 2.0
    output = limited(loud, -1.0, true_peak=True)
    np.testing.assert_array_equal(output[:39_000], loud[:39_000])
    np.testing.assert_array_equal(output[41_000:], loud[41_000:])
    assert abs(output[40_000]) < 0.8913


def test_gain_is_smooth() -> None:
    """A limited steady tone has no harmonics: the gain follows the level, not the wave."""
    tone = (2 * np.sin(2 * np.pi * 125 * np.arange(RATE) / RATE)).astype(np.float32)
    middle = limited(tone, -1.0, true_peak=True)[RATE // 4 : 3 * RATE // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    harmonics = [spectrum[round(125 * k * len(middle) / RATE)] for k in range(1, 10)]
    assert 20 * np.log10(max(harmonics[1:]) / harmonics[0]) < -60
    assert np.abs(middle).max() == pytest.approx(10 ** (-1 / 20), abs=0.005)


def test_chunks_make_no_difference(speech: NDArray[np.float32]) -> None:
    whole = limited(3 * speech, -1.0, true_peak=True, size=10**6)
    for size in (100, 777, 24_000):
        np.testing.assert_allclose(limited(3 * speech, -1.0, true_peak=True, size=size), whole, atol=1e-6)


def test_true_peak_of_speech_stays_under_the_ceiling(speech: NDArray[np.float32]) -> None:
    output = limited(4 * speech, -1.0, true_peak=True)
    assert 20 * np.log10(true_peaks(output).max()) < -0.9


def test_true_peak_finds_what_lies_between_samples() -> None:
    """A tone at a quarter of the rate, 45° off: its samples are 3 dB under its peaks (BS.1770-5, annex 2)."""
    tone = np.sin(2 * np.pi * 0.25 * np.arange(1000) + np.pi / 4).astype(np.float32)
    assert np.abs(tone).max() == pytest.approx(0.7071, abs=1e-4)
    assert true_peaks(tone)[50:-50].max() == pytest.approx(1, abs=0.005)


def test_one_channel_is_limited_as_none_is(speech: NDArray[np.float32]) -> None:
    limiter = Limiter(-1.0, RATE, true_peak=True, channels=1)
    output = np.concatenate((limiter.process(3 * speech[np.newaxis]), limiter.flush()), axis=1)
    np.testing.assert_array_equal(output[0], limited(3 * speech, -1.0, true_peak=True, size=10**6))


def test_channels_are_turned_down_together(speech: NDArray[np.float32]) -> None:
    limiter = Limiter(-1.0, RATE, true_peak=True, channels=2)
    both = np.stack((3 * speech, 0.5 * speech))
    output = np.concatenate((limiter.process(both), limiter.flush()), axis=1)
    assert output.shape == both.shape
    loud = np.abs(both[1]) > 0.01
    np.testing.assert_allclose(output[0][loud] / output[1][loud], 6, rtol=1e-4)
    assert np.abs(output).max() <= np.float32(10 ** (-1 / 20))

import numpy as np
import pytest

from declaim.acoustic.fastspeech import (
    F0_DEVIATION,
    F0_MEAN,
    MAX_FRAMES,
    AcousticModel,
    perform_pitch,
    whole_durations,
)
from declaim.prosody.prosody import NEUTRAL, Prosody

DURATIONS = np.array([5.4, 0.2, 3.6, 7.5, 0.4, 12.0], dtype=np.float32)


def test_durations_are_rounded_at_the_voice_s_own_rate() -> None:
    assert whole_durations(DURATIONS, np.ones(6, dtype=np.float32)).tolist() == [5, 0, 4, 8, 0, 12]


@pytest.mark.parametrize("rate", [0.5, 0.8, 1.3, 2.0])
def test_the_whole_keeps_the_rate(rate: float) -> None:
    many = np.tile(DURATIONS, 10)
    whole = whole_durations(many, np.full(60, rate, dtype=np.float32))
    assert whole.min() >= 0
    assert whole.sum() == pytest.approx(np.rint(many).sum() / rate, abs=0.51)
    assert np.abs(whole - np.rint(many) / rate).max() <= 1


def test_one_slow_symbol_does_not_slow_the_others() -> None:
    rates = np.array([1, 1, 1, 0.5, 1, 1], dtype=np.float32)
    assert whole_durations(DURATIONS, rates).tolist() == [5, 0, 4, 16, 0, 12]


def hertz(f0: np.ndarray) -> np.ndarray:
    return F0_MEAN + F0_DEVIATION * f0


F0 = np.array([0.0, 1.0, -1.0, 0.5], dtype=np.float32)
VOICED = [False, True, True, True]


def test_nothing_asked_nothing_changed() -> None:
    np.testing.assert_array_equal(perform_pitch(F0, [NEUTRAL] * 4, VOICED), F0)


def test_a_shift_is_in_semitones() -> None:
    moved = perform_pitch(F0, [Prosody(pitch=-2)] * 4, VOICED)
    assert moved[0] == 0
    assert 12 * np.log2(hertz(moved[1:]) / hertz(F0[1:])) == pytest.approx([-2, -2, -2], abs=1e-3)


def test_a_range_of_none_is_a_monotone() -> None:
    moved = perform_pitch(F0, [Prosody(pitch_range=0)] * 4, VOICED)
    assert np.ptp(moved[1:]) == pytest.approx(0, abs=1e-5)
    wide = perform_pitch(F0, [Prosody(pitch_range=1.5)] * 4, VOICED)
    before, after = np.log2(hertz(F0[1:])), np.log2(hertz(wide[1:]))
    assert np.ptp(after) == pytest.approx(1.5 * np.ptp(before), rel=1e-3)
    assert after.mean() == pytest.approx(before.mean(), abs=1e-4)


def test_no_more_is_asked_than_the_decoder_follows() -> None:
    assert perform_pitch(F0, [Prosody(pitch=12)] * 4, VOICED).max() == 2.5


class Fixed:
    def __init__(self, frames: float) -> None:
        self.frames = frames

    def run(self, *inputs: np.ndarray) -> list[np.ndarray]:
        if len(inputs) == 1:
            shape = inputs[0].shape
            lasting = np.full(shape, self.frames, dtype=np.float32)
            return [np.zeros((*shape, 2), dtype=np.float32), lasting, lasting * 0, lasting * 0]
        return [np.zeros((1, int(inputs[3].sum()), 80), dtype=np.float32)]


def test_what_is_longer_than_the_decoder_reaches_is_said_faster() -> None:
    model = AcousticModel(Fixed(60), Fixed(60))  # type: ignore[arg-type]
    frames = model(range(50), [NEUTRAL] * 50, [False] * 50, {})
    assert MAX_FRAMES - 50 <= len(frames) == frames.durations.sum() <= MAX_FRAMES
    shorter = model(range(50), [Prosody(rate=2)] * 50, [False] * 50, {3: 7})
    assert shorter.durations.tolist() == [30, 30, 30, 7, *[30] * 46]

import numpy as np
import pytest

from declaim.acoustic.frames import SAMPLES_PER_FRAME, VOICED_HZ, Frames
from declaim.acoustic.performance import gain_contour, perform_pitch
from declaim.prosody.prosody import NEUTRAL, Prosody

TOKENS, LENGTH = 6, 10


def frames(f0: np.ndarray | None = None) -> Frames:
    """Six tokens of ten frames between two boundaries; F0 glides from 100 Hz to 200 Hz, with a gap."""
    total = (TOKENS + 2) * LENGTH
    if f0 is None:
        f0 = np.geomspace(100, 200, 2 * total).astype(np.float32)
        f0[60:70] = 9.0
    return Frames(
        durations=np.full(TOKENS + 2, LENGTH),
        features=np.zeros((1, 512, total), np.float32),
        f0=f0,
        energy=np.zeros(2 * total, np.float32),
    )


def voiced(given: Frames) -> np.ndarray:
    return given.f0[given.f0 > VOICED_HZ]


def test_nothing_asked_gives_the_very_same_frames() -> None:
    given = frames()
    assert perform_pitch(given, [NEUTRAL] * TOKENS) is given
    assert perform_pitch(given, [Prosody(rate=0.5, energy=5)] * TOKENS) is given
    assert gain_contour(given, [Prosody(pitch=5)] * TOKENS) is None


@pytest.mark.parametrize("semitones", [-12, -2.5, 2, 12])
def test_semitones_are_exact(semitones: float) -> None:
    given = frames()
    moved = perform_pitch(given, [Prosody(pitch=semitones)] * TOKENS)
    assert voiced(moved) / voiced(given) == pytest.approx(2 ** (semitones / 12), rel=1e-5)


def test_unvoiced_frames_stay_as_they_are() -> None:
    given = frames()
    moved = perform_pitch(given, [Prosody(pitch=12, pitch_range=2)] * TOKENS)
    assert (moved.f0[60:70] == 9.0).all()
    assert moved.f0.dtype == np.float32
    everywhere = frames(np.full(160, 12.0, np.float32))
    assert perform_pitch(everywhere, [Prosody(pitch=12)] * TOKENS) is everywhere


def test_the_range_opens_and_closes_around_the_mean() -> None:
    given = frames()
    before = np.log2(voiced(given))
    for spread in (0.0, 0.5, 2.0):
        after = np.log2(voiced(perform_pitch(given, [Prosody(pitch_range=spread)] * TOKENS)))
        assert after.mean() == pytest.approx(before.mean(), abs=1e-4)
        assert after.std() == pytest.approx(before.std() * spread, abs=1e-4)


def test_one_words_pitch_glides_in_and_leaves_the_others_alone() -> None:
    given = frames(np.full(160, 120.0, np.float32))
    prosodies = [NEUTRAL] * TOKENS
    prosodies[2] = Prosody(pitch=12)
    f0 = perform_pitch(given, prosodies).f0
    begin, end = 2 * 3 * LENGTH, 2 * 4 * LENGTH  # the first token is a boundary
    assert f0[: begin - 3] == pytest.approx(120, rel=1e-5)
    assert f0[end + 3 :] == pytest.approx(120, rel=1e-5)
    assert f0[begin + 3 : end - 3] == pytest.approx(240, rel=1e-5)
    rise = f0[begin - 3 : begin + 3]
    assert (np.diff(rise) >= 0).all()
    assert np.diff(np.log2(f0)).max() < 0.5  # an octave takes more than two half-frames


def test_boundaries_move_with_the_first_and_last_word() -> None:
    given = frames(np.full(160, 120.0, np.float32))
    f0 = perform_pitch(given, [Prosody(pitch=12)] + [NEUTRAL] * 4 + [Prosody(pitch=-12)]).f0
    assert f0[0] == pytest.approx(240, rel=1e-5)
    assert f0[-1] == pytest.approx(60, rel=1e-5)


@pytest.mark.parametrize("decibels", [-20, -6, 10])
def test_decibels_are_exact(decibels: float) -> None:
    gains = gain_contour(frames(), [Prosody(energy=decibels)] * TOKENS)
    assert gains is not None
    assert gains.shape == ((TOKENS + 2) * LENGTH * SAMPLES_PER_FRAME,)
    assert gains.dtype == np.float32
    assert 20 * np.log10(gains) == pytest.approx(decibels, abs=1e-3)


def test_the_gain_changes_without_a_step() -> None:
    prosodies = [NEUTRAL] * 3 + [Prosody(energy=-20)] * 3
    gains = gain_contour(frames(), prosodies)
    assert gains is not None
    assert np.abs(np.diff(20 * np.log10(gains))).max() < 0.05  # dB a sample: far below what clicks
    middle = 4 * LENGTH * SAMPLES_PER_FRAME
    assert gains[middle - 1500] == pytest.approx(1, abs=1e-4)
    assert gains[middle + 1500] == pytest.approx(0.1, abs=1e-4)

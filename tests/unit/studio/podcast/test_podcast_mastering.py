from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from podcast_tones import MakeTake, laid, tone

from declaim.audio.limiter import true_peaks
from declaim.audio.loudness import LoudnessMeter
from declaim.errors import EngineError
from declaim.studio.podcast.mastering import TARGETS, mastered
from declaim.studio.podcast.mixer import MIX_RATE, Mix, SpeakerLevel

CEILING = 10 ** (-1 / 20)


class Played(Mix):
    """A mix of given samples."""

    def __init__(self, samples: NDArray[np.float32]) -> None:
        self.channels = len(samples)
        self._samples = samples

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        for start in range(0, self._samples.shape[1], MIX_RATE):
            yield self._samples[:, start : start + MIX_RATE]


def measured(samples: NDArray[np.float32]) -> float:
    meter = LoudnessMeter(MIX_RATE, channels=len(samples))
    meter.add(samples)
    assert meter.integrated is not None
    return meter.integrated


def test_meter_by_the_standards_own_numbers() -> None:
    sine = tone(4.0, 997.0, 0.0 - 3.0103, MIX_RATE)
    assert measured(sine[np.newaxis]) == pytest.approx(-3.01, abs=0.05)
    assert measured(np.stack((sine, sine))) == pytest.approx(0.0, abs=0.05)
    assert measured(np.stack((sine, 0 * sine))) == pytest.approx(-3.01, abs=0.05)
    mono = LoudnessMeter(MIX_RATE)
    mono.add(sine)
    assert mono.integrated == measured(sine[np.newaxis])


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("level", [-40.0, -23.0, -6.0])
def test_target_is_met(channels: int, level: float) -> None:
    samples = np.tile(tone(5.0, 300.0, level, MIX_RATE), (channels, 1))
    out = np.concatenate(list(mastered(Played(samples))), axis=1)
    assert out.shape == samples.shape
    assert measured(out) == pytest.approx(TARGETS[channels], abs=0.1)
    assert (TARGETS[1], TARGETS[2]) == (-19, -16)


def test_peaks_stay_under_the_ceiling_and_the_picture_stays() -> None:
    samples = np.tile(tone(4.0, 300.0, -24.0, MIX_RATE), (2, 1)) * np.array([[1.0], [0.5]], np.float32)
    samples[:, 60_000:60_400] *= 9
    out = np.concatenate(list(mastered(Played(samples))), axis=1)
    assert max(true_peaks(channel).max() for channel in out) <= CEILING * 1.012
    loud = np.abs(samples[0]) > 1e-3
    np.testing.assert_allclose(out[1][loud] / out[0][loud], 0.5, rtol=1e-3)


def test_silence_and_what_is_no_sound() -> None:
    with pytest.raises(EngineError, match="nothing to hear"):
        list(mastered(Played(np.zeros((2, MIX_RATE), np.float32))))
    with pytest.raises(EngineError, match="finite"):
        list(mastered(Played(np.full((1, MIX_RATE), np.nan, np.float32))))


def test_real_mix_to_its_target(make_take: MakeTake) -> None:
    timeline = laid([make_take(0, 0, "A", 3), make_take(0, 1, "B", 3)], "A: One.\nB: Two.")
    levels = {"A": SpeakerLevel(1.0, -0.3), "B": SpeakerLevel(1.0, 0.3)}
    out = np.concatenate(list(mastered(Mix(timeline, levels, channels=2))), axis=1)
    assert measured(out) == pytest.approx(-16, abs=0.1)

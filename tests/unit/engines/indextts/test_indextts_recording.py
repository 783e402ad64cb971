from pathlib import Path

import numpy as np
import pytest
from reference_package import recording

from declaim.engines.indextts.recording import LONGEST, read_recording, resample
from declaim.errors import ConfigError

NAME = Path("voice.wav")


def test_both_channels_are_one_voice() -> None:
    mono, stereo = (read_recording(recording(channels=count), NAME) for count in (1, 2))
    np.testing.assert_allclose(stereo.at_16k, mono.at_16k, atol=1e-6)


def test_a_recording_at_any_rate_is_heard_at_two() -> None:
    heard = read_recording(recording(seconds=1.5, rate=48_000), NAME)
    assert len(heard.at_22k) == pytest.approx(1.5 * 22_050, abs=1)
    assert len(heard.at_16k) == pytest.approx(1.5 * 16_000, abs=1)


def test_fifteen_seconds_are_heard() -> None:
    heard = read_recording(recording(seconds=20), NAME)
    assert (len(heard.at_22k), len(heard.at_16k)) == (LONGEST * 22_050, LONGEST * 16_000)


def test_the_end_of_what_is_heard_is_filtered_like_the_rest() -> None:
    longer, cut = (read_recording(recording(seconds=seconds), NAME).at_16k for seconds in (20, 15))
    np.testing.assert_allclose(longer[:-100], cut[:-100], atol=1e-6)
    assert np.abs(longer[-100:] - cut[-100:]).max() > 1e-3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"no audio", "cannot be decoded"),
        (b"", "cannot be decoded"),
        (recording(seconds=0.5), "shorter than a second"),
        (recording(seconds=2)[:44] + bytes(88_200), "is silent"),
    ],
)
def test_what_cannot_be_used_is_told(content: bytes, problem: str) -> None:
    with pytest.raises(ConfigError, match=rf"voice\.wav.*{problem}"):
        read_recording(content, NAME)


def test_resampling_keeps_a_tone_and_its_place() -> None:
    tone, wanted = (np.sin(2 * np.pi * 440 * np.arange(rate) / rate) for rate in (22_050, 16_000))
    heard = resample(tone.astype(np.float32), 22_050, 16_000)
    assert len(heard) == 16_000
    np.testing.assert_allclose(heard[100:-100], wanted[100:-100], atol=2e-3)


def test_resampling_takes_out_what_the_new_rate_cannot_hold() -> None:
    tone = np.sin(2 * np.pi * 10_000 * np.arange(22_050) / 22_050).astype(np.float32)
    assert np.abs(resample(tone, 22_050, 16_000)[100:-100]).max() < 0.02

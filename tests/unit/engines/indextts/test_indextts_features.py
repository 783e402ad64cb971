"""Against the definitions, computed frame by frame and band by band with no transform but sums."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.engines.indextts.features import (
    filters_of_the_mel,
    kaldi_bank,
    mel_spectrogram,
    semantic_features,
    style_features,
)


@pytest.fixture(scope="module")
def noise() -> NDArray[np.float32]:
    return (0.1 * np.random.default_rng(1).standard_normal(2_000)).astype(np.float32)


def kaldi_mel(hertz: float) -> float:
    return 1127 * math.log(1 + hertz / 700)


def bank_by_definition(samples: NDArray[np.float32], at: int) -> list[float]:
    """The frame that begins at a sample."""
    frame = samples[at : at + 400].astype(float)
    frame = frame - frame.mean()
    frame = np.array([frame[n] - 0.97 * frame[max(n - 1, 0)] for n in range(400)])
    frame *= [(0.5 - 0.5 * math.cos(2 * math.pi * n / 399)) ** 0.85 for n in range(400)]
    times = np.arange(400)
    power = [
        np.dot(frame, np.cos(2 * math.pi * k * times / 512)) ** 2
        + np.dot(frame, np.sin(2 * math.pi * k * times / 512)) ** 2
        for k in range(257)
    ]
    low, step = kaldi_mel(20), (kaldi_mel(8000) - kaldi_mel(20)) / 81
    bands = []
    for band in range(80):
        energy = 0.0
        for k in range(256):
            from_left = (kaldi_mel(k * 16000 / 512) - (low + band * step)) / step
            if 0 < from_left < 2:
                energy += power[k] * min(from_left, 2 - from_left)
        bands.append(math.log(max(energy, 1.1920929e-07)))
    return bands


def test_a_filter_bank_is_kaldis(noise: NDArray[np.float32]) -> None:
    bank = kaldi_bank(noise)
    assert bank.shape == (1 + (2_000 - 400) // 160, 80)
    for frame in (0, 5, 10):
        np.testing.assert_allclose(bank[frame], bank_by_definition(noise, 160 * frame), atol=1e-3)


def test_silence_has_the_least_energy_that_floats_tell() -> None:
    assert kaldi_bank(np.zeros(400, np.float32)) == pytest.approx(np.full((1, 80), math.log(2**-23)))


def test_style_features_have_no_mean(noise: NDArray[np.float32]) -> None:
    features = style_features(noise)
    assert features.shape == (1, 11, 80)
    assert np.abs(features.mean(axis=1)).max() < 1e-5
    np.testing.assert_allclose(
        features[0, 3] - features[0, 0], np.diff(kaldi_bank(noise)[[0, 3]], axis=0)[0], atol=1e-5
    )


@pytest.mark.parametrize(("samples", "last"), [(400 + 160 * 9, 1), (400 + 160 * 10, 0)])
def test_semantic_features_are_normalised_pairs_and_an_odd_one_is_masked(
    noise: NDArray[np.float32], samples: int, last: int
) -> None:
    features, mask = semantic_features(noise[:samples], padding=1)
    assert mask.tolist() == [[1] * (features.shape[1] - 1) + [last]]
    frames = features.reshape(-1, 80)
    whole = frames[: 1 + (samples - 400) // 160]
    assert np.abs(whole.mean(axis=0)).max() < 1e-5
    np.testing.assert_allclose(whole.std(axis=0, ddof=1), 1, atol=1e-4)
    assert len(whole) % 2 == 0 or (frames[-1] == 1).all()


def test_a_mel_spectrogram_shows_a_tone_where_it_is() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(22_050) / 22_050).astype(np.float32)
    mel = mel_spectrogram(tone)
    assert mel.shape == (1, 80, 86)
    # Slaney's scale has 15 mels at 1 kHz; its 82 edges share out the mels of 11,025 Hz.
    highest = 15 + 27 * math.log(11.025) / math.log(6.4)
    assert (mel[0, :, 20:60].argmax(axis=0) == round(15 * 81 / highest) - 1).all()
    assert mel[0, 70].max() < mel[0].max() - 6


def test_mel_filters_have_the_same_area() -> None:
    spacing = 22_050 / 1024
    assert (filters_of_the_mel().sum(axis=1)[40:] * spacing) == pytest.approx(1, abs=0.05)


def test_a_quiet_mel_is_floored() -> None:
    assert mel_spectrogram(np.zeros(2_000, np.float32)).min() >= math.log(1e-5)

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.vocoder.baker_griffin_lim import BakerGriffinLim, mel_statistics
from declaim.vocoder.mel_filters import mel_filters

MEAN, DEVIATION = mel_statistics()


def vowel(seconds: float = 0.8, f0: float = 220.0) -> NDArray[np.float32]:
    """Harmonics under two formants, with a gliding pitch."""
    times = np.arange(round(seconds * 24_000 / 300) * 300) / 24_000
    phase = 2 * np.pi * np.cumsum(f0 * (1 + 0.1 * np.sin(6 * times))) / 24_000
    sound = np.zeros_like(times)
    for k in range(1, 25):
        hertz = k * f0
        level = np.exp(-(((hertz - 700) / 300) ** 2)) + 0.5 * np.exp(-(((hertz - 1800) / 400) ** 2)) + 0.01
        sound += level * np.sin(k * phase)
    return (0.1 * sound).astype(np.float32)


def normalised_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """As the acoustic model draws it: (T, 80), frames centred at multiples of 300."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1200) / 1200)
    padded = np.pad(samples, 600)
    frames = np.lib.stride_tricks.sliding_window_view(padded, 1200)[::300][: len(samples) // 300]
    magnitudes = np.abs(np.fft.rfft(frames * window, 2048))
    amplitudes = magnitudes @ mel_filters(24_000, 2048, 80, 80.0, 7600.0).T
    return ((np.log10(np.maximum(amplitudes, 1e-10)) - MEAN) / DEVIATION).astype(np.float32)


VOWEL = vowel()
MEL = normalised_mel(VOWEL)


def distance(vocoder: BakerGriffinLim) -> float:
    """Mean difference in dB of the mel of what comes out from the mel that went in, where it is loud."""
    heard = normalised_mel(vocoder(MEL))[8:-8] * DEVIATION
    wanted = MEL[8:-8] * DEVIATION
    loud = wanted > wanted.max() - 2
    return float(20 * np.abs(heard - wanted)[loud].mean())


def test_what_comes_out_has_the_spectrogram_that_went_in() -> None:
    samples = BakerGriffinLim()(MEL)
    assert samples.shape == (300 * len(MEL),)
    assert samples.dtype == np.float32
    assert distance(BakerGriffinLim()) < 2
    level = np.sqrt((samples**2).mean() / (VOWEL**2).mean())
    assert level == pytest.approx(1, abs=0.15)


def test_turns_and_momentum_bring_it_nearer() -> None:
    few, many = distance(BakerGriffinLim(n_iter=2)), distance(BakerGriffinLim(n_iter=32))
    assert many < few
    assert distance(BakerGriffinLim(n_iter=16, momentum=0.99)) < distance(
        BakerGriffinLim(n_iter=16, momentum=0.0)
    )


@pytest.mark.parametrize("n_fft", [1200, 2048, 4096])
def test_the_length_of_the_transform_does_not_change_the_level(n_fft: int) -> None:
    samples = BakerGriffinLim(n_fft=n_fft)(MEL)
    assert np.sqrt((samples**2).mean() / (VOWEL**2).mean()) == pytest.approx(1, abs=0.2)


def test_the_same_each_time() -> None:
    np.testing.assert_array_equal(BakerGriffinLim()(MEL), BakerGriffinLim()(MEL))


def test_one_frame_is_enough() -> None:
    samples = BakerGriffinLim()(MEL[:1])
    assert samples.shape == (300,)
    assert np.isfinite(samples).all()

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.vocoder.griffin_lim import GriffinLim
from declaim.vocoder.mel_filters import mel_filters

RATE, HOP, WINDOW = 22_050, 256, 1024
FILTERS = mel_filters(RATE, WINDOW, 80, 0.0, RATE / 2)


def chirp(frames: int = 60) -> NDArray[np.float32]:
    """From 300 Hz to 3 kHz: what is early is low."""
    times = np.arange(frames * HOP) / RATE
    return (0.3 * np.sin(2 * np.pi * (300 * times + 0.5 * 2700 / times[-1] * times**2))).astype(np.float32)


def amplitudes(samples: NDArray[np.float32], centre: int) -> NDArray[np.float32]:
    """(T, 80): mel amplitudes, the first frame centred at a sample."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    padded = np.pad(samples, WINDOW // 2)[centre:]
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(padded, (0, WINDOW)), WINDOW)[::HOP]
    magnitudes = np.abs(np.fft.rfft(frames[: len(samples) // HOP] * window, WINDOW))
    return (magnitudes @ FILTERS.T).astype(np.float32)


@pytest.mark.parametrize("centre", [0, HOP // 2])
def test_what_comes_out_has_the_spectrogram_that_went_in(centre: int) -> None:
    wanted = amplitudes(chirp(), centre)
    heard = amplitudes(GriffinLim(FILTERS, hop=HOP, window=WINDOW, centre=centre)(wanted), centre)
    assert heard.shape == wanted.shape
    inner = slice(4, -4)
    assert np.abs(heard - wanted)[inner].sum() < 0.2 * wanted[inner].sum()


def test_a_shifted_centre_shifts_the_samples() -> None:
    wanted = amplitudes(chirp(), HOP // 2)
    right, wrong = (GriffinLim(FILTERS, hop=HOP, window=WINDOW, centre=c)(wanted) for c in (HOP // 2, 0))
    np.testing.assert_array_equal(right[HOP // 2 :], wrong[: -HOP // 2])

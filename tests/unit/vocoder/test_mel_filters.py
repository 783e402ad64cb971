import numpy as np
import pytest

from declaim.vocoder.mel_filters import mel_filters

FILTERS = mel_filters(24_000, 2048, 80, 80.0, 7600.0)


def test_shape_and_range() -> None:
    assert FILTERS.shape == (80, 1025)
    assert FILTERS.min() == 0
    hertz = np.arange(1025) * 24_000 / 2048
    assert not FILTERS[:, (hertz < 80) | (hertz > 7600)].any()


def test_every_filter_has_the_area_of_one() -> None:
    areas = FILTERS.sum(axis=1) * 24_000 / 2048
    # The lowest triangles are three bins wide, which is coarse.
    assert areas == pytest.approx(np.ones(80), abs=0.1)
    assert areas[20:] == pytest.approx(np.ones(60), abs=0.02)


def test_peaks_are_linear_below_1_khz_and_logarithmic_above() -> None:
    wide = mel_filters(24_000, 65_536, 80, 80.0, 7600.0)
    peaks = wide.argmax(axis=1) * 24_000 / 65_536
    low, high = peaks[peaks < 950], peaks[peaks > 1050]
    assert np.ptp(np.diff(low)) < 1
    ratios = high[1:] / high[:-1]
    assert np.ptp(ratios) < 0.002
    # Slaney's scale has 27 steps to a factor of 6.4, and 15 mel to 1 kHz.
    step = np.diff(low).mean() / (200 / 3)
    assert np.log(ratios.mean()) == pytest.approx(step * np.log(6.4) / 27, rel=0.01)

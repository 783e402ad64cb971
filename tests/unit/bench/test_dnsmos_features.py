import numpy as np

from bench.quality.dnsmos import FFT, MELS, SAMPLE_RATE, log_mel, mel_filters


def test_nine_seconds_make_the_frames_that_the_model_takes() -> None:
    assert log_mel(np.ones(9 * SAMPLE_RATE, np.float32)).shape == (900, MELS)


def test_filters_have_equal_area() -> None:
    areas = mel_filters().sum(1) * SAMPLE_RATE / FFT
    wide = areas[-MELS // 3 :]  # narrower ones fall between the FFT's bins
    assert np.allclose(wide, 1, atol=0.1)


def test_a_tone_peaks_in_its_band() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)
    loudest = log_mel(tone)[50].argmax()
    peak_hertz = mel_filters()[loudest].argmax() * SAMPLE_RATE / FFT
    assert abs(peak_hertz - 1000) < 60


def test_the_loudest_point_is_one_and_silence_is_minus_one() -> None:
    samples = np.zeros(SAMPLE_RATE, np.float32)
    samples[:1000] = np.random.default_rng(0).normal(size=1000)
    features = log_mel(samples)
    assert features.max() == 1
    assert features[-1].max() == -1

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.audio.resampling import Resampler


def resampled(samples: NDArray[np.float32], in_rate: int, out_rate: int, size: int) -> NDArray[np.float32]:
    resampler = Resampler(in_rate, out_rate)
    pieces = [resampler.process(samples[at : at + size]) for at in range(0, len(samples), size)]
    return np.concatenate([*pieces, resampler.flush()])


@pytest.mark.parametrize("out_rate", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("size", [97, 5000, 10**6])
def test_length_and_alignment(out_rate: int, size: int) -> None:
    time_in = np.arange(30_011) / 24_000
    tone = np.sin(2 * np.pi * 1000 * time_in).astype(np.float32)
    output = resampled(tone, 24_000, out_rate, size)
    assert abs(len(output) - len(tone) * out_rate / 24_000) <= 1
    expected = np.sin(2 * np.pi * 1000 * np.arange(len(output)) / out_rate)
    inside = slice(out_rate // 50, -out_rate // 50)
    np.testing.assert_allclose(output[inside], expected[inside], atol=2e-4)


def test_what_the_new_rate_cannot_carry_is_taken_out() -> None:
    tone = np.sin(2 * np.pi * 7000 * np.arange(24_000) / 24_000).astype(np.float32)
    output = resampled(tone, 24_000, 8000, 4096)
    assert np.abs(output[500:-500]).max() < 1e-4


def test_equal_rates_pass_through() -> None:
    samples = np.random.default_rng(1).standard_normal(1000).astype(np.float32)
    np.testing.assert_array_equal(resampled(samples, 24_000, 24_000, 333), samples)


def test_empty_stream() -> None:
    assert len(Resampler(24_000, 48_000).flush()) == 0

"""What the tests measure of speech: pitch, level, length."""

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
_FRAME, _HOP = 1200, 240  # 50 ms every 10 ms: two periods of the lowest voice


def frames_of(samples: NDArray[np.float32], length: int = _FRAME, hop: int = _HOP) -> NDArray[np.float64]:
    """(frames, length)."""
    return np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), length)[::hop]


def fundamental(samples: NDArray[np.float32], low: float = 60, high: float = 500) -> NDArray[np.float64]:
    """F0 in Hz of every frame, NaN where unvoiced, by YIN (de Cheveigné and Kawahara, 2002)."""
    longest, shortest = int(RATE / low), int(RATE / high)
    frames = frames_of(samples, _FRAME + longest)
    lags = np.arange(longest + 1)
    difference = np.stack(
        [((frames[:, :_FRAME] - frames[:, lag : lag + _FRAME]) ** 2).sum(axis=1) for lag in lags], axis=1
    )
    mean = np.cumsum(difference[:, 1:], axis=1) / lags[1:]
    normal = np.concatenate([np.ones((len(frames), 1)), difference[:, 1:] / np.maximum(mean, 1e-12)], axis=1)
    loud = (frames**2).mean(axis=1) > 1e-4
    return np.array([_pitch(row, shortest) if is_loud else np.nan for row, is_loud in zip(normal, loud, strict=True)])


def _pitch(row: NDArray[np.float64], shortest: int) -> float:
    under = np.flatnonzero(row[shortest:-1] < 0.1)
    if not len(under):
        return np.nan
    lag = shortest + int(under[0])
    while lag + 1 < len(row) - 1 and row[lag + 1] < row[lag]:
        lag += 1
    before, here, after = row[lag - 1 : lag + 2]
    bend = before - 2 * here + after
    return RATE / (lag + (0.5 * (before - after) / bend if bend else 0))


def median_pitch(samples: NDArray[np.float32]) -> float:
    """Hz, over voiced frames."""
    return float(np.nanmedian(fundamental(samples)))


def level(samples: NDArray[np.float32]) -> float:
    """Root mean square, in dB relative to full scale."""
    return float(10 * np.log10((samples.astype(np.float64) ** 2).mean() + 1e-12))


def seconds_of_speech(samples: NDArray[np.float32]) -> float:
    """From the first sound to the last, where 10 ms are above −40 dB of the loudest."""
    power = (frames_of(samples, _HOP, _HOP) ** 2).mean(axis=1)
    heard = np.flatnonzero(power > power.max() * 1e-4)
    return float((heard[-1] + 1 - heard[0]) * _HOP / RATE)

"""What can be measured of a voice in a recording: F0, its range, the speed and the level of speech."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import parselmouth

from bench.engines.engine import SAMPLE_RATE, Samples

_FLOOR, _CEILING = 60.0, 700.0
"""Hz between which F0 is looked for."""
_STEP = 0.01
"""Seconds from one value to the next."""
_SILENCE = 35.0
"""dB below the loudest 50 ms at which speech begins and ends."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Measurements of one utterance."""

    pitch: float
    """Mean F0 in semitones above 100 Hz."""
    pitch_range: float
    """From the 10th to the 90th percentile of F0, in semitones."""
    seconds: float
    """From the first sound to the last."""
    energy: float
    """RMS level of what lies between, in dB of full scale."""


def measure(samples: Samples) -> Voice:
    """Measure an utterance (n,) at 24 kHz; F0 by Praat's autocorrelation (Boersma, 1993)."""
    speech = _without_silence(samples)
    sound = parselmouth.Sound(speech.astype(np.float64), SAMPLE_RATE)
    track = sound.to_pitch_ac(time_step=_STEP, pitch_floor=_FLOOR, pitch_ceiling=_CEILING)
    hertz = track.selected_array["frequency"]
    semitones = 12 * np.log2(hertz[hertz > 0] / 100)
    low, high = np.percentile(semitones, [10, 90])
    level = 10 * np.log10(np.mean(speech.astype(np.float64) ** 2))
    return Voice(float(semitones.mean()), float(high - low), len(speech) / SAMPLE_RATE, float(level))


def _without_silence(samples: Samples) -> Samples:
    block = SAMPLE_RATE // 20
    whole = samples[: len(samples) // block * block].reshape(-1, block)
    levels = 10 * np.log10((whole.astype(np.float64) ** 2).mean(axis=1) + 1e-12)
    heard = np.flatnonzero(levels > levels.max() - _SILENCE)
    return samples[heard[0] * block : (heard[-1] + 1) * block]

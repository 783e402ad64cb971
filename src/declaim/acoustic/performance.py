"""Pitch and pitch range, performed on the predicted F0 at the seam between acoustic model and vocoder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from declaim.acoustic.frames import SAMPLES_PER_FRAME, VOICED_HZ, Frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from declaim.prosody.prosody import Prosody

_SMOOTHING = 5
"""Half-frames (62 ms) over which one word's setting glides into the next one's: about a syllable's onset."""


def perform_pitch(frames: Frames, prosodies: Sequence[Prosody]) -> Frames:
    """The frames with F0 moved as the prosody of each token asks.

    F0 is scaled on a logarithmic axis around the sentence's mean: the range by ``pitch_range``, then all of
    it by ``pitch`` semitones. Unvoiced frames stay as they are.

    Args:
        frames: the sentence as predicted.
        prosodies: one for each token, the two boundary tokens not included.
    """
    if all(p.pitch == 0 and p.pitch_range == 1 for p in prosodies):
        return frames
    voiced = frames.f0 > VOICED_HZ
    if not voiced.any():
        return frames
    shift = _contour(frames, [p.pitch for p in prosodies])
    spread = _contour(frames, [p.pitch_range for p in prosodies])
    octaves = np.log2(np.maximum(frames.f0, VOICED_HZ))
    mean = octaves[voiced].mean()
    moved = np.exp2(mean + (octaves - mean) * spread + shift / 12)
    return replace(frames, f0=np.where(voiced, moved, frames.f0).astype(np.float32))


def gain_contour(frames: Frames, prosodies: Sequence[Prosody]) -> NDArray[np.float32] | None:
    """(600 T,): the gain of each sample that the energies (dB) ask for; None where nothing is asked.

    The vocoder normalises level away, so a change of energy at the seam is not heard; it is performed on
    the samples.
    """
    if all(p.energy == 0 for p in prosodies):
        return None
    decibels = energy_contour(frames, prosodies)
    times = np.arange(len(frames) * SAMPLES_PER_FRAME, dtype=np.float32)
    centres = (np.arange(len(decibels), dtype=np.float32) + 0.5) * (SAMPLES_PER_FRAME / 2)
    return np.power(10, np.interp(times, centres, decibels) / 20).astype(np.float32)


def energy_contour(frames: Frames, prosodies: Sequence[Prosody]) -> NDArray[np.float32]:
    """(2T,): the change of level in dB that the energies of the tokens ask for."""
    return _contour(frames, [p.energy for p in prosodies])


def _contour(frames: Frames, values: Sequence[float]) -> NDArray[np.float32]:
    """(2T,): a value for each token, held while it lasts and smoothed where it changes."""
    padded = np.pad(np.asarray(values, dtype=np.float32), 1, mode="edge")
    steps = np.repeat(padded, frames.durations * 2)
    window = np.hanning(_SMOOTHING + 2)[1:-1]
    smooth = np.convolve(np.pad(steps, _SMOOTHING // 2, mode="edge"), window / window.sum(), mode="valid")
    return smooth.astype(np.float32)

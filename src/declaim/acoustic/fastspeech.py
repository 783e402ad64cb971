"""FastSpeech2: symbols → durations, F0 and energy → mel spectrogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.models.litert import LiteRtModel
    from declaim.prosody.prosody import Prosody

SAMPLE_RATE = 24_000
SAMPLES_PER_FRAME = 300
FRAME_RATE = SAMPLE_RATE // SAMPLES_PER_FRAME

MAX_FRAMES = 2048
"""Positions that the decoder knows: 25.6 s."""

F0_MEAN, F0_DEVIATION = 247.0, 36.0
"""Hz: what an F0 of 0 is, and how much one of 1 is above it. The release leaves its statistics out; these are
measured on what it says (docs/engines/fastspeech.md)."""
_F0_RANGE = (-3.0, 2.5)
"""Normalised F0 beyond which the decoder does not follow."""


@dataclass(frozen=True, slots=True)
class MelFrames:
    """An utterance between acoustic model and vocoder."""

    durations: NDArray[np.int64]
    """(L,): frames of each symbol. They sum to T."""
    mel: NDArray[np.float32]
    """(T, 80): log mel spectrogram, each band normalised to the mean and deviation it has in the corpus."""

    def __len__(self) -> int:
        return len(self.mel)


class AcousticModel:
    """Predicts how long, how high and how strong each symbol is, and draws the spectrogram of that."""

    def __init__(self, predictor: LiteRtModel, decoder: LiteRtModel) -> None:
        self._predictor = predictor
        self._decoder = decoder

    def __call__(
        self,
        ids: Sequence[int],
        prosodies: Sequence[Prosody],
        is_voiced: Sequence[bool],
        lasting: Mapping[int, int],
    ) -> MelFrames:
        """Predict an utterance.

        Args:
            ids: its symbols.
            prosodies: how each of them is to be performed.
            is_voiced: whether each has an F0 that is heard.
            lasting: frames for symbols whose length is given, by index.
        """
        states, durations, f0, energy = self._predictor.run(np.array([ids], dtype=np.int32))
        rates = np.array([p.rate for p in prosodies], dtype=np.float32)
        whole = _within_reach(whole_durations(durations[0], rates), lasting)
        f0 = perform_pitch(f0[0], prosodies, is_voiced)
        (mel,) = self._decoder.run(states, f0[None], energy, whole[None].astype(np.int32))
        return MelFrames(whole, mel[0])


def whole_durations(durations: NDArray[np.float32], rates: NDArray[np.float32]) -> NDArray[np.int64]:
    """Predicted durations (L,) in frames, divided by rates (L,); together they keep the rate to a frame.

    A symbol may last no frame at all: the alignments that the model was trained on have such initials, whose
    sound lies in their neighbours, and to draw them out costs intelligibility.
    """
    ends = np.rint(np.cumsum(np.rint(durations) / rates))
    return np.diff(ends, prepend=0).astype(np.int64)


def _within_reach(durations: NDArray[np.int64], lasting: Mapping[int, int]) -> NDArray[np.int64]:
    """Durations with those that are given, and no more in all than the decoder knows.

    Only an utterance that is both as long as they come and spoken at half its rate is more, by little.
    """
    for symbol, frames in lasting.items():
        durations[symbol] = frames
    excess = durations.sum() / MAX_FRAMES
    return durations if excess <= 1 else np.floor(durations / excess).astype(np.int64)


def perform_pitch(
    f0: NDArray[np.float32], prosodies: Sequence[Prosody], is_voiced: Sequence[bool]
) -> NDArray[np.float32]:
    """(L,): normalised F0 moved as the prosody of each symbol asks.

    The range is scaled on a logarithmic axis around the utterance's mean, then all of it is shifted.
    Voiceless symbols keep the zero that they have, or nearly have.
    """
    voiced = np.asarray(is_voiced)
    if not voiced.any() or all(p.pitch == 0 and p.pitch_range == 1 for p in prosodies):
        return f0
    octaves = np.log2(np.maximum(F0_MEAN + F0_DEVIATION * f0, F0_DEVIATION))
    mean = octaves[voiced].mean()
    spread = np.array([p.pitch_range for p in prosodies])
    shift = np.array([p.pitch for p in prosodies]) / 12
    moved = (np.exp2(mean + (octaves - mean) * spread + shift) - F0_MEAN) / F0_DEVIATION
    return np.where(voiced, np.clip(moved, *_F0_RANGE), f0).astype(np.float32)

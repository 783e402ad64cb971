"""Real acoustic features to vocode: clauses of one to six seconds, as the engine hands them on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import FRAME_RATE, SAMPLES_PER_FRAME, Frames
from declaim.acoustic.kokoro import AcousticModel
from declaim.engines.kokoro import KokoroEngine
from declaim.engines.kokoro_files import DURATION_FILE, FRAMES_FILE
from declaim.engines.voices import VoiceBank
from declaim.models.session import Session
from declaim.models.store import ModelStore
from declaim.prosody.score import Score
from declaim.text.frontend import TextFrontend
from declaim.vocoder.istftnet import Vocoder

TEXTS = (
    ("zf_xiaoxiao", "你好。"),
    ("af_heart", "The library opens at nine in the morning."),
    (
        "bm_george",
        "The first bus from the station gets there at ten and the last one leaves before midnight.",
    ),
)
"""Voices and what they say: each a clause that is vocoded in one piece."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What a vocoder is given at once."""

    features: NDArray[np.float32]
    """(1, 512, T)."""
    f0: NDArray[np.float32]
    """(1, 1, 2T), Hz."""
    energy: NDArray[np.float32]
    """(1, 1, 2T)."""
    style: NDArray[np.float32]
    """(1, 256)."""

    @property
    def seconds(self) -> float:
        """Of sound that it becomes."""
        return float(self.features.shape[2] / FRAME_RATE)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """By the names of the model's inputs."""
        return {name: getattr(self, name) for name in ("features", "f0", "energy", "style")}


class _Listener(Vocoder):
    """Notes what the vocoder is given, and is silent."""

    def __init__(self, heard: list[Clause]) -> None:
        self._heard = heard

    def __call__(
        self, frames: Frames, style: NDArray[np.float32], start: int, end: int
    ) -> NDArray[np.float32]:
        features = np.ascontiguousarray(frames.features[:, :, start:end])
        f0, energy = (
            np.ascontiguousarray(contour[None, None, 2 * start : 2 * end])
            for contour in (frames.f0, frames.energy)
        )
        self._heard.append(Clause(features, f0, energy, style))
        return np.zeros(SAMPLES_PER_FRAME * (end - start), np.float32)


def clauses(store: ModelStore, cut: Path) -> list[Clause]:
    """Run the acoustic model on the texts.

    Args:
        store: where the models are.
        cut: the folder into which Kokoro was cut.
    """
    heard: list[Clause] = []
    acoustic = AcousticModel(Session(cut / DURATION_FILE, 2), Session(cut / FRAMES_FILE, 2))
    vocabulary = (store.ensure("kokoro") / "vocab.json").read_text(encoding="utf-8")
    voices = VoiceBank(store.ensure("kokoro-voices"))
    engine = KokoroEngine(acoustic, _Listener(heard), voices, json.loads(vocabulary)["vocab"])
    for voice, text in TEXTS:
        for sentence in TextFrontend().read(text):
            for _ in engine.speak(sentence, Score(), voice):
                pass
    return heard

"""The acoustic model: what is said by whom and how, to a mel."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from declaim.engines.indextts.decoder import Decoder
from declaim.engines.indextts.flow import INPUTS, flow
from declaim.engines.indextts.graph import Graph
from declaim.engines.indextts.sampling import Sampling
from declaim.engines.indextts.voice import Voice, stretched
from declaim.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from declaim.engines.indextts.layout import ModelFolder
    from declaim.engines.indextts.settings import IndexTTSConfig

_FRAMES_PER_STATE: Final = 1.72
"""Mel frames (86.1 a second) for each of the codec's (50 a second), as the model was taught."""
_ROWS: Final = 3
"""Of the condition. Only the first says anything in 2.5."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of text to be spoken."""

    tokens: list[int]
    language: int
    duration: float
    """Ratio to the model's own."""


class AcousticModel:
    """Makes mels of text tokens.

    Args:
        decoder: says the codes.
        codec: makes states of codes.
        regulator: stretches states to a number of frames.
        estimator: the velocity of the flow from noise to mel.
        projection: weight (1280, 192) and bias (1280,): a voice's style as the decoder takes it.
        settings: how to speak.
    """

    def __init__(
        self,
        decoder: Decoder,
        codec: Graph,
        regulator: Graph,
        estimator: Graph,
        *,
        projection: tuple[NDArray[np.float32], NDArray[np.float32]],
        settings: IndexTTSConfig,
    ) -> None:
        self._decoder = decoder
        self._codec = codec
        self.regulator = regulator
        self._estimator = estimator
        self._weight, self._bias = projection
        self._settings = settings
        self._sampling = Sampling(
            settings.temperature, settings.top_k, settings.top_p, settings.repetition_penalty
        )

    @classmethod
    def load(cls, folder: ModelFolder, settings: IndexTTSConfig, threads: int) -> Self:
        """Load the graphs.

        Raises:
            ModelError: one is damaged, or another than we know.
        """
        return cls(
            Decoder.load(folder, threads),
            Graph(folder.graph("semantic_codec_decode"), threads, ("codes",)),
            Graph(folder.graph("length_regulator"), threads, ("x", "template")),
            Graph(folder.graph("cfm_estimator"), threads, INPUTS),
            projection=_projection(folder.projection),
            settings=settings,
        )

    def __call__(
        self,
        spoken: Spoken,
        voice: Voice,
        emotion: NDArray[np.float32],
        chance: np.random.Generator,
    ) -> NDArray[np.float32]:
        """The mel (1, 80, T) of a piece.

        Args:
            spoken: what is said.
            voice: who says it.
            emotion: (1, 1280): how.
            chance: gives the seeds, first of the codes, then of the noise.

        Raises:
            EngineError: a model failed, said nothing, or did not end.
            RunInterrupted: the thread's interrupt was set.
        """
        codes = self._decoder.codes(
            spoken.tokens,
            self._condition(voice, emotion),
            spoken.language,
            sampling=self._sampling,
            seed=_seed(chance),
            limit=self._settings.max_codes,
        )
        states = self._codec(codes=codes[None])
        frames = max(1, int(states.shape[1] * _FRAMES_PER_STATE * spoken.duration))
        said = stretched(self.regulator, states, frames)
        return flow(
            self._estimator,
            np.concatenate([voice.prompt, said], axis=1),
            voice.mel,
            voice.style,
            steps=self._settings.steps,
            guidance=self._settings.guidance,
            seed=_seed(chance),
        )

    def _condition(self, voice: Voice, emotion: NDArray[np.float32]) -> NDArray[np.float32]:
        speaker = voice.style @ self._weight.T + self._bias
        condition = np.zeros((1, _ROWS, speaker.shape[1]), dtype=np.float32)
        condition[:, 0] = speaker + emotion
        return condition


def _seed(chance: np.random.Generator) -> int:
    return int(chance.integers(0, 2**31 - 1))


def _projection(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            return arrays["weight"].astype(np.float32), arrays["bias"].astype(np.float32)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} cannot be read: {error}", hint="Copy it anew.") from error

"""kokoro-onnx: ``create`` for a file, ``create_stream`` to listen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.engines.engine import SAMPLE_RATE
from bench.engines.kokoro_onnx_engine import KokoroOnnxEngine, opened


class KokoroOnnxSpeaker:
    """`KokoroOnnxEngine` as a `Speaker`."""

    sample_rate = SAMPLE_RATE

    def __init__(self, engine: KokoroOnnxEngine) -> None:
        self._engine = engine

    def speak(
        self, text: str, voice: str, language: str, *, stream: bool
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Yield what its API gives."""
        del language  # the engine looks for Chinese characters
        if stream:
            yield from self._engine.stream(text, voice)
        else:
            yield self._engine.whole(text, voice)


def load(files: Mapping[str, str], threads: int) -> KokoroOnnxSpeaker:
    """Open the int8 model."""
    return KokoroOnnxSpeaker(opened(Path(files["model"]), Path(files["voices"]), threads))

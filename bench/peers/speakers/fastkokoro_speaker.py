"""fastkokoro on kokoro-onnx's files, which it reads in place of its own model of fixed length.

Its fusion of AdaIN is off, as it is by default: it needs a library that a C compiler has to make.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from fastkokoro.engine import FastKokoro

from bench.peers.speakers.fastkokoro_settings import variables

_LANGUAGES = {"zh": "zh", "en": "en-us"}
_FULL_SCALE = 32_768


class FastKokoroSpeaker:
    """``fastkokoro.engine.FastKokoro`` as a `Speaker`."""

    sample_rate = 24_000

    def __init__(self, engine: FastKokoro) -> None:
        self._engine = engine

    def speak(
        self, text: str, voice: str, language: str, *, stream: bool
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the 200 ms frames of ``create_stream``, or all that ``create`` gives."""
        spoken = {"voice": voice, "lang": _LANGUAGES[language], "response_format": "pcm"}
        if not stream:
            yield _samples(self._engine.create(text, **spoken))
            return
        frames = self._engine.create_stream(text, **spoken)
        with asyncio.Runner() as runner:
            while frame := runner.run(anext(frames, b"")):
                yield _samples(frame)


def load(files: Mapping[str, str], threads: int) -> FastKokoroSpeaker:
    """Load it with its own settings but for the files and the threads."""
    os.environ.update(variables(files, threads))
    return FastKokoroSpeaker(FastKokoro())


def _samples(pcm: bytes) -> npt.NDArray[np.float32]:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / _FULL_SCALE

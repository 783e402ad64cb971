"""kokoro-onnx on the same weights, used as its own examples show.

- English goes to its built-in phonemizer (espeak-ng, ``en-us``).
- Text with Chinese characters follows its ``examples/chinese.py``: ``misaki.zh.ZHG2P`` makes the phonemes,
  which go in with ``is_phonemes=True``.
- English words inside Chinese (``mixed=documented``, the default) are not phonemised on that path: for the
  v1.0 weights ``ZHG2P`` passes letters through, and its ``en_callable`` is only for the v1.1-zh weights.
  ``mixed=runs`` is what a careful user would write around it: Latin runs through espeak-ng, the others
  through misaki, joined by spaces.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from kokoro_onnx import Kokoro

from bench.engines.engine import Engine, Samples

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_RUN = re.compile(r"([A-Za-z][A-Za-z'’ -]*[A-Za-z]|[A-Za-z])")


class KokoroOnnxEngine:
    """``kokoro_onnx.Kokoro.create_stream`` as an `Engine`."""

    def __init__(self, kokoro: Kokoro, *, speed: float = 1.0, mixed_by_runs: bool = False) -> None:
        self._kokoro = kokoro
        self._speed = speed
        self._mixed_by_runs = mixed_by_runs
        self._chinese: Callable[[str], str] | None = None

    def stream(self, text: str, voice: str) -> Iterator[Samples]:
        """Yield what ``create_stream`` yields, driven from a private event loop."""
        stream = self.stream_async(text, voice)
        with asyncio.Runner() as runner:
            while (piece := runner.run(_next(stream))) is not None:
                yield piece[0].astype(np.float32, copy=False)

    def stream_async(self, text: str, voice: str) -> AsyncGenerator[tuple[Samples, int], None]:
        """Return ``create_stream`` of a text: samples and their rate in Hz."""
        given, is_phonemes = self._input(text)
        return self._kokoro.create_stream(
            given, voice, speed=self._speed, lang="en-us", is_phonemes=is_phonemes
        )

    def whole(self, text: str, voice: str) -> Samples:
        """Return what ``create`` returns."""
        given, is_phonemes = self._input(text)
        samples, _ = self._kokoro.create(
            given, voice, speed=self._speed, lang="en-us", is_phonemes=is_phonemes
        )
        return samples.astype(np.float32, copy=False)

    def _input(self, text: str) -> tuple[str, bool]:
        """What kokoro-onnx is given for a text, and whether that is phonemes."""
        return (self.phonemize(text), True) if HAN.search(text) else (text, False)

    def phonemize(self, text: str) -> str:
        """Return the phonemes of a text with Chinese characters in it."""
        if not self._mixed_by_runs:
            return self._phonemize_chinese(text)
        runs = (run.strip() for run in LATIN_RUN.split(text))
        return " ".join(self._phonemize_run(run) for run in runs if run)

    def _phonemize_run(self, run: str) -> str:
        if LATIN_RUN.fullmatch(run):
            return str(self._kokoro.tokenizer.phonemize(run, "en-us"))
        return self._phonemize_chinese(run)

    def _phonemize_chinese(self, text: str) -> str:
        if self._chinese is None:
            from misaki import zh  # noqa: PLC0415  # loads jieba's dictionary, which English does not need

            converter = zh.ZHG2P()
            self._chinese = lambda part: str(converter(part)[0])
        return self._chinese(text)


async def _next(stream: AsyncGenerator[tuple[Samples, int], None]) -> tuple[Samples, int] | None:
    return await anext(stream, None)


def load(threads: int, *, speed: float = 1.0, mixed: str = "documented") -> Engine:
    """Load the int8 model that declaim starts from into a session with ``threads`` threads.

    Args:
        threads: intra-op threads of ONNX Runtime.
        speed: kokoro-onnx's own ``speed``.
        mixed: ``documented`` or ``runs``; see the module's description.
    """
    if mixed not in {"documented", "runs"}:
        raise ValueError(f"kokoro-onnx: mixed is 'documented' or 'runs', not {mixed!r}")
    # A peer's own environment, which imports this module too, has no Declaim and so no model store.
    from bench.peers.environments import folder  # noqa: PLC0415
    from bench.peers.files import prepare  # noqa: PLC0415

    files = prepare(folder(), sherpa=False)
    return opened(
        Path(files["model"]), Path(files["voices"]), threads, speed=speed, mixed_by_runs=mixed == "runs"
    )


def opened(
    model: Path, voices: Path, threads: int, *, speed: float = 1.0, mixed_by_runs: bool = False
) -> KokoroOnnxEngine:
    """Open a model file and an ``.npz`` of voices."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    kokoro = Kokoro.from_session(session, str(voices))
    return KokoroOnnxEngine(kokoro, speed=speed, mixed_by_runs=mixed_by_runs)

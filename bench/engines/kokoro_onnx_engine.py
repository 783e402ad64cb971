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
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from kokoro_onnx import Kokoro

from bench.engines.engine import Engine, Samples
from declaim.models.store import ModelStore

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_RUN = re.compile(r"([A-Za-z][A-Za-z'’ -]*[A-Za-z]|[A-Za-z])")


class KokoroOnnxEngine:
    """``kokoro_onnx.Kokoro.create_stream`` as an `Engine`."""

    def __init__(
        self, kokoro: Kokoro, folder: tempfile.TemporaryDirectory[str], *, speed: float, mixed_by_runs: bool
    ) -> None:
        self._kokoro = kokoro
        self._folder = folder  # holds the voices, which kokoro-onnx reads when it needs them
        self._speed = speed
        self._mixed_by_runs = mixed_by_runs
        self._chinese: Callable[[str], str] | None = None

    def stream(self, text: str, voice: str) -> Iterator[Samples]:
        """Yield what ``create_stream`` yields, driven from a private event loop."""
        if HAN.search(text):
            stream = self._open(self.phonemize(text), voice, is_phonemes=True)
        else:
            stream = self._open(text, voice, is_phonemes=False)
        with asyncio.Runner() as runner:
            while (piece := runner.run(_next(stream))) is not None:
                yield piece[0].astype(np.float32, copy=False)

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

    def _open(self, text: str, voice: str, *, is_phonemes: bool) -> AsyncGenerator[tuple[Samples, int], None]:
        return self._kokoro.create_stream(
            text, voice, speed=self._speed, lang="en-us", is_phonemes=is_phonemes
        )


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
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    store = ModelStore()
    model = store.ensure("kokoro") / "kokoro.int8.onnx"
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    folder = tempfile.TemporaryDirectory()
    voices = _pack_voices(store.ensure("kokoro-voices"), Path(folder.name) / "voices.npz")
    kokoro = Kokoro.from_session(session, str(voices))
    return KokoroOnnxEngine(kokoro, folder, speed=speed, mixed_by_runs=mixed == "runs")


def _pack_voices(folder: Path, target: Path) -> Path:
    """Write every voice's (510, 1, 256) style table into the one ``.npz`` that kokoro-onnx reads."""
    tables = {path.stem: np.fromfile(path, np.float32).reshape(510, 1, 256) for path in folder.glob("*.bin")}
    np.savez(target, **tables)  # type: ignore[arg-type]  # numpy's stub reads **tables as allow_pickle
    return target

"""The model store's weights and voices, in the files that the peers read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from declaim.models.store import ModelStore

STYLES = (510, 1, 256)
"""Shape of a Kokoro voice: a style for each number of phonemes."""


def prepare(folder: Path, *, sherpa: bool) -> dict[str, str]:
    """Write what is not there yet.

    Args:
        folder: for what has to be written.
        sherpa: also what only sherpa-onnx reads: a copy of the model, 92 MB.

    Returns:
        Paths: ``model`` (int8 ONNX) and ``voices`` (npz); ``fastkokoro_cache``, a folder of its own; with
        ``sherpa`` also ``sherpa_model``, ``sherpa_voices`` and ``tokens``. And ``voice_names``, joined by
        commas.
    """
    store = ModelStore()
    source, voices = store.ensure("kokoro"), store.ensure("kokoro-voices")
    names = sorted(path.stem for path in voices.glob("*.bin"))
    tables = [np.fromfile(voices / f"{name}.bin", np.float32).reshape(STYLES) for name in names]
    model = source / "kokoro.int8.onnx"
    files = {
        "model": str(model),
        "voices": _once(folder / "voices.npz", lambda path: _pack(path, names, tables)),
        "voice_names": ",".join(names),
        "fastkokoro_cache": str(folder / "fastkokoro-cache"),
    }
    if sherpa:
        files |= {
            "sherpa_model": _once(folder / "sherpa.onnx", lambda path: describe(model, path, names)),
            "sherpa_voices": _once(folder / "sherpa.bin", np.concatenate(tables).tofile),
            "tokens": _once(folder / "tokens.txt", lambda path: _write_tokens(source / "vocab.json", path)),
        }
    return files


def describe(source: Path, target: Path, voices: Sequence[str]) -> None:
    """Copy a Kokoro model, with the metadata that sherpa-onnx wants in it (``csrc/offline-tts-kokoro-*``)."""
    model = onnx.load(str(source))
    described = {
        "model_type": "kokoro",
        "language": "English, Chinese",
        "has_espeak": "1",
        "sample_rate": "24000",
        "version": "2",
        "voice": "en-us",
        "style_dim": ",".join(map(str, STYLES)),
        "n_speakers": str(len(voices)),
        "speaker_names": ",".join(voices),
    }
    onnx.helper.set_model_props(model, described)
    onnx.save(model, str(target))


def _once(path: Path, write: Callable[[Path], object]) -> str:
    """Write a file unless it is there; it appears complete or not at all."""
    if not path.exists():
        unfinished = path.with_name(f"unfinished-{path.name}")
        write(unfinished)
        unfinished.replace(path)
    return str(path)


def _pack(path: Path, names: Sequence[str], tables: Sequence[npt.NDArray[np.float32]]) -> None:
    np.savez(path, **dict(zip(names, tables, strict=True)))  # type: ignore[arg-type]  # numpy's stub


def _write_tokens(vocabulary: Path, path: Path) -> None:
    ids: dict[str, int] = json.loads(vocabulary.read_text(encoding="utf-8"))["vocab"]
    path.write_text("".join(f"{symbol} {number}\n" for symbol, number in ids.items()), encoding="utf-8")

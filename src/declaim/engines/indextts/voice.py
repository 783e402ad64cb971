"""A voice: what the models make of a recording of it. Computed once, then found by the recording's hash."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import zipfile
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from declaim.engines.indextts.features import mel_spectrogram, semantic_features, style_features
from declaim.engines.indextts.graph import Graph
from declaim.engines.indextts.recording import read_recording
from declaim.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from declaim.engines.indextts.layout import ModelFolder

_LOG = logging.getLogger(__name__)

_RECIPE = 1
"""Goes up whenever the features change, so that no voice of an older recipe is found."""
_GRAPHS = ("semantic_model", "emo_vec", "campplus", "length_regulator")
"""What a voice is computed with."""


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """What is known of a voice, from a recording of P frames."""

    style: NDArray[np.float32]
    """(1, 192): who speaks, from CAM++."""
    emotion: NDArray[np.float32]
    """(1, 1280): how he speaks in the recording."""
    mel: NDArray[np.float32]
    """(1, 80, P): the recording."""
    prompt: NDArray[np.float32]
    """(1, P, 512): what is said in it, frame by frame."""

    def packed(self) -> bytes:
        """As bytes, which :meth:`unpacked` reads."""
        file = io.BytesIO()
        np.savez(file, **asdict(self))
        return file.getvalue()

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """Read what :meth:`packed` wrote.

        Raises:
            ValueError, KeyError, zipfile.BadZipFile: it is damaged.
        """
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(**{field.name: arrays[field.name] for field in fields(cls)})


class Analyser:
    """Computes voices. Its large models are in memory only while it does.

    Args:
        folder: of the weights.
        regulator: stretches what is said to a number of frames.
        threads: cores that one run may use.

    Raises:
        ModelError: how the features are to be padded cannot be read.
    """

    def __init__(self, folder: ModelFolder, regulator: Graph, threads: int) -> None:
        self._folder = folder
        self._regulator = regulator
        self._threads = threads
        self._padding = _padding(folder.feature_settings)

    def __call__(self, content: bytes, path: Path) -> Voice:
        """The voice of a recording.

        Args:
            content: of the file.
            path: its name, for errors.

        Raises:
            ConfigError: it is no recording that can be used.
            ModelError: a model is damaged.
            EngineError: a model failed.
        """
        recording = read_recording(content, path)
        features, mask = semantic_features(recording.at_16k, self._padding)
        said = self._run("semantic_model", input_features=features, attention_mask=mask)
        frames = np.array([said.shape[1]], dtype=np.int64)
        mel = mel_spectrogram(recording.at_22k)
        return Voice(
            style=self._run("campplus", fbank=style_features(recording.at_16k)),
            emotion=self._run("emo_vec", feat=said, ilens=frames),
            mel=mel,
            prompt=stretched(self._regulator, said, mel.shape[2]),
        )

    def _run(self, name: str, **inputs: NDArray[np.float32] | NDArray[np.int64]) -> NDArray[np.float32]:
        return Graph(self._folder.graph(name), self._threads, inputs)(**inputs)


def stretched(regulator: Graph, said: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """(1, ``frames``, 512): what is said (1, T, 1024), at the mel's rate."""
    return regulator(x=said, template=np.zeros((1, frames, 1), dtype=np.float32))


def _padding(path: Path) -> float:
    try:
        return float(json.loads(path.read_text(encoding="utf-8"))["padding_value"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} does not say its padding_value: {error}", hint="Copy it anew.") from error


class VoiceCache:
    """Voices by their recordings' content, in memory and in a folder.

    Args:
        analyse: computes a voice.
        weights: of the models it computes them with; with others, voices are computed again.
        folder: where they are kept, made if need be.
    """

    def __init__(self, analyse: Analyser, weights: ModelFolder, folder: Path) -> None:
        self._analyse = analyse
        self._folder = folder
        self._models = _fingerprint(weights)
        self._voices: dict[str, Voice] = {}

    def __getitem__(self, path: Path) -> Voice:
        """The voice of a recording.

        Raises:
            ConfigError: the recording is missing or cannot be used.
            ModelError: a model is damaged.
            EngineError: a model failed.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"the recording {path} cannot be read: {error.strerror}") from error
        key = hashlib.sha256(self._models + content).hexdigest()
        if key not in self._voices:
            self._voices[key] = self._kept(key) or self._computed(key, content, path)
        return self._voices[key]

    def _kept(self, key: str) -> Voice | None:
        file = self._folder / f"{key}.npz"
        try:
            return Voice.unpacked(file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            _LOG.warning("%s is damaged and computed again: %s", file, error)
            return None

    def _computed(self, key: str, content: bytes, path: Path) -> Voice:
        voice = self._analyse(content, path)
        try:
            self._keep(key, voice)
        except OSError as error:  # the voice is there; the next process computes it again
            _LOG.warning("%s cannot keep the voice of %s: %s", self._folder, path, error.strerror)
        return voice

    def _keep(self, key: str, voice: Voice) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f"{key}.{os.getpid()}.writing"
        unfinished.write_bytes(voice.packed())
        unfinished.replace(self._folder / f"{key}.npz")


def _fingerprint(folder: ModelFolder) -> bytes:
    """Changes when the models or our features do; gigabytes are not hashed for that."""
    files = sorted(file for name in _GRAPHS for file in folder.path.rglob(f"{name}.onnx*"))
    stats = [(file.name, stat.st_size, stat.st_mtime_ns) for file in files for stat in [file.stat()]]
    return repr((_RECIPE, stats)).encode()

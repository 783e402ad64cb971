"""sherpa-onnx 2, which takes phonemes from outside: sentence by sentence, as its own examples give them.

They are made as kokoro-onnx's are: espeak-ng for English, ``misaki.zh.ZHG2P`` for Chinese.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Iterator, Mapping

import espeakng_loader
import numpy as np
import numpy.typing as npt
import sherpa_onnx
from phonemizer.backend import EspeakBackend
from phonemizer.backend.espeak.wrapper import EspeakWrapper

_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+")


class SherpaOnnxSpeaker:
    """``sherpa_onnx.OfflineTts`` as a `Speaker`."""

    def __init__(self, engine: sherpa_onnx.OfflineTts, voices: list[str]) -> None:
        self._engine = engine
        self._voices = voices
        self._english = EspeakBackend("en-us", preserve_punctuation=True, with_stress=True)
        self._chinese: Callable[[str], tuple[str, object]] | None = None
        self.sample_rate = engine.sample_rate

    def speak(
        self, text: str, voice: str, language: str, *, stream: bool
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Yield a chunk for each sentence, as its callback gives them; it has no other way."""
        del stream
        config = sherpa_onnx.GenerationConfig()
        config.sid = self._voices.index(voice)
        sentences = [part for part in _SENTENCE_END.split(text) if part.strip()]
        config.phoneme_codepoints = [
            [ord(symbol) for symbol in self._phonemize(part, language)] for part in sentences
        ]
        return _as_iterator(self._engine, config)

    def _phonemize(self, text: str, language: str) -> str:
        if language == "en":
            return str(self._english.phonemize([text])[0]).strip()
        if self._chinese is None:
            from misaki import zh  # noqa: PLC0415  # loads jieba's dictionary, which English does not need

            self._chinese = zh.ZHG2P()
        phonemes, _ = self._chinese(text)
        return phonemes.strip()


def _as_iterator(
    engine: sherpa_onnx.OfflineTts, config: sherpa_onnx.GenerationConfig
) -> Iterator[npt.NDArray[np.float32]]:
    """Turn the callback round: chunks are taken here while the next is made in a thread."""
    made: queue.SimpleQueue[npt.NDArray[np.float32] | BaseException | None] = queue.SimpleQueue()

    def keep(samples: npt.NDArray[np.float32], progress: float) -> int:
        del progress
        made.put(np.array(samples, np.float32))
        return 1

    def generate() -> None:
        try:
            engine.generate("", config, callback=keep)
        except Exception as error:  # noqa: BLE001 - handed to whoever takes the chunks
            made.put(error)
        else:
            made.put(None)

    threading.Thread(target=generate, daemon=True).start()
    while (chunk := made.get()) is not None:
        if isinstance(chunk, BaseException):
            raise chunk
        yield chunk


def load(files: Mapping[str, str], threads: int) -> SherpaOnnxSpeaker:
    """Open the same weights, with sherpa-onnx's metadata in the file."""
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    kokoro = sherpa_onnx.OfflineTtsKokoroModelConfig(
        model=files["sherpa_model"], voices=files["sherpa_voices"], tokens=files["tokens"]
    )
    model = sherpa_onnx.OfflineTtsModelConfig(kokoro=kokoro, num_threads=threads)
    engine = sherpa_onnx.OfflineTts(sherpa_onnx.OfflineTtsConfig(model=model))
    return SherpaOnnxSpeaker(engine, files["voice_names"].split(","))

"""Declaim's understudy for Mandarin, behind the same text and prosody stages as its main engine."""

from __future__ import annotations

from collections.abc import Iterator

from bench.engines.engine import SAMPLE_RATE, Engine, Samples
from declaim.composer import Composer
from declaim.config import Config
from declaim.engines.fastspeech.engine import FastSpeechEngine
from declaim.engines.fastspeech.settings import FastSpeechConfig
from declaim.manner import manner_of
from declaim.models.store import ModelStore


class FastSpeechBench:
    """``FastSpeechEngine`` as an `Engine`."""

    def __init__(self, config: Config, composer: Composer, engine: FastSpeechEngine) -> None:
        self._config, self._composer, self._engine = config, composer, engine

    def stream(self, text: str, voice: str) -> Iterator[Samples]:
        """Yield the chunks of every sentence."""
        manner = manner_of(self._config, text, voice=voice)
        for sentence, score in self._composer.compose(text, manner):
            for chunk in self._engine.speak(sentence, score, voice):
                yield chunk.samples


def load(threads: int, **settings: float | str) -> Engine:
    """Load the engine; the settings that are its own go there, the rest to ``Config``."""
    own = {key: value for key, value in settings.items() if key in FastSpeechConfig.model_fields}
    config = Config(threads=threads, **{key: settings[key] for key in settings.keys() - own.keys()})
    store = ModelStore()
    engine = FastSpeechEngine.load(store, FastSpeechConfig.model_validate(own), threads=threads)
    if engine.sample_rate != SAMPLE_RATE:
        raise ValueError(f"fastspeech gives {engine.sample_rate} Hz; the benches compare at {SAMPLE_RATE}")
    return FastSpeechBench(config, Composer(config, store, threads=threads), engine)

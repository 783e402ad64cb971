"""The stages of worker processes with the tiny model: a new process knows nothing of a test's patches."""

import os
from collections.abc import Iterator
from pathlib import Path

import declaim.models.store
import declaim.vocoder.pieces
import tiny_kokoro
from declaim.audio.chunk import AudioChunk
from declaim.config import Config
from declaim.engines.choice import ChannelName
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError, ModelMissingError
from declaim.server.workers import stages
from declaim.server.workers.process import Stage


def load_tiny_reader(config: Config, threads: int) -> Stage:
    _use_tiny_models()
    return stages.load_reader(config, threads)


def load_tiny_speaker(config: Config, threads: int, name: ChannelName) -> Stage:
    _use_tiny_models()
    return stages.load_speaker(config, threads, name)


def _use_tiny_models() -> None:
    """The models, and pieces for sentences that last a second."""
    models = Path(os.environ["DECLAIM_MODELS"])
    declaim.models.store.packaged_manifest = lambda: tiny_kokoro.manifest(models)
    declaim.vocoder.pieces._WORTH_CUTTING = 0
    declaim.vocoder.pieces._FIRST_PIECE = 32


def load_unless_kokoro(config: Config, threads: int, name: ChannelName) -> Stage:
    """Kokoro cannot start; whoever stands in for it is the tiny model."""
    if name == "kokoro":
        raise ModelMissingError("there is no model", hint="get one")
    return load_tiny_speaker(config, threads, "kokoro")


def load_failing_kokoro(config: Config, threads: int, name: ChannelName) -> Stage:
    """Kokoro fails behind the first chunk of what it is given."""
    speak = load_tiny_speaker(config, threads, "kokoro")

    def fail(said: ToSay, skip: int) -> Iterator[AudioChunk]:
        for number, chunk in enumerate(speak(said, 0)):
            if number >= skip:
                if number:
                    raise EngineError("the model failed")
                yield chunk

    return fail if name == "kokoro" else speak

"""The stages of worker processes with the tiny model: a new process knows nothing of a test's patches."""

import os
from pathlib import Path

import declaim.models.store
import declaim.vocoder.pieces
import tiny_kokoro
from declaim.config import Config
from declaim.engines.choice import ChannelName
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

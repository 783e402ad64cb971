"""Stages for the processes of a cluster in tests: the words of a text as tones, at a pace that it names."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from declaim.audio.chunk import AudioChunk
from declaim.config import Config
from declaim.engines.choice import ChannelName
from declaim.engines.to_say import ToSay
from declaim.models.interrupt import raise_if_interrupted
from declaim.prosody.score import Score
from declaim.server.service import SpeechRequest
from declaim.server.workers.process import Stage
from toy_channels import chunk_of, sentences_of

PACE = 0.2
"""Seconds that a chunk takes at rate 1."""
STEP = 0.02
"""Seconds between two looks whether the work is still wanted."""


def load_reader(config: Config, threads: int) -> Stage:
    del config, threads
    return read


def read(request: SpeechRequest, skip: int) -> Iterator[ToSay]:
    """Sentences whose chunks take longer the lower the rate is."""
    for sentence in sentences_of(request.text)[skip:]:
        yield ToSay(sentence, Score(rate=request.rate or 1.0), request.voice or "zf_toy")


def load_speaker(config: Config, threads: int, name: ChannelName) -> Stage:
    del config, threads, name
    return speak


def speak(said: ToSay, skip: int) -> Iterator[AudioChunk]:
    """A clause is a chunk; the file that ``TOY_LOG`` names tells who spoke it, and who was stopped."""
    for number, clause in enumerate(said.sentence.clauses):
        if number >= skip:
            try:
                _work(PACE / said.score.rate)
            except BaseException:
                _log("stopped", clause.words[0].spoken)
                raise
            _log("spoke", clause.words[0].spoken)
            yield _large(chunk_of([clause]))


def _work(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        raise_if_interrupted()
        time.sleep(STEP)


def _large(chunk: AudioChunk) -> AudioChunk:
    """With a second of silence, as large as real chunks are: they go another way than small ones in Ray."""
    return replace(chunk, samples=np.concatenate([chunk.samples, np.zeros(24_000, np.float32)]))


def _log(what: str, word: str) -> None:
    with Path(os.environ["TOY_LOG"]).open("a", encoding="utf-8") as log:
        log.write(f"{what} {os.environ['TOY_NODE']} {os.getpid()} {word}\n")

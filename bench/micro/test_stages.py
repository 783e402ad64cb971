"""Each stage by itself: ``pytest bench/micro``. What is compared between commits are medians.

Inputs stay the same between commits: a name here, once used, keeps its input.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from bench.micro.conftest import SENTENCES, THREADS, Spoken
from declaim.acoustic.frames import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME
from declaim.audio.encoder import Encoder
from declaim.audio.formats import FORMATS
from declaim.engines.kokoro import KokoroEngine
from declaim.models.store import ModelStore
from declaim.prosody.embedded import EmbeddedReader
from declaim.prosody.rules import RulesReader
from declaim.text.frontend import TextFrontend
from declaim.text.sentence import Sentence

_CHUNK = SAMPLE_RATE
"""Samples of a chunk to encode: a second."""


@pytest.mark.benchmark(group="1 text")
def test_text(benchmark: BenchmarkFixture, frontend: TextFrontend, language: str) -> None:
    """Text to a sentence of words with phonemes."""
    sentences = benchmark(lambda: list(frontend.read(SENTENCES[language])))
    assert len(sentences) == 1


@pytest.mark.benchmark(group="2 prosody")
def test_rules(benchmark: BenchmarkFixture, sentence: Sentence, language: str) -> None:
    """A score by the rules."""
    scores = benchmark(lambda: list(RulesReader().read([sentence], SENTENCES[language])))
    assert len(scores) == 1


@pytest.fixture(scope="module")
def reader(store: ModelStore) -> EmbeddedReader:
    """The sentence encoder and the language model."""
    return EmbeddedReader.load(store, threads=THREADS)


@pytest.mark.benchmark(group="2 prosody")
def test_models(
    benchmark: BenchmarkFixture, reader: EmbeddedReader, sentence: Sentence, language: str
) -> None:
    """A score by the models: the encoder for Chinese, the language model too for English."""
    scores = benchmark(lambda: list(reader.read([sentence], SENTENCES[language])))
    assert len(scores) == 1


@pytest.mark.benchmark(group="3 acoustic model")
def test_acoustic(benchmark: BenchmarkFixture, engine: KokoroEngine, spoken: Spoken) -> None:
    """Phonemes of a sentence of thirty characters to frames."""
    frames = benchmark(lambda: engine._frames(spoken.tokens, spoken.style))  # noqa: SLF001 - by itself
    assert len(frames) == len(spoken.frames)


@pytest.mark.benchmark(group="4 vocoder")
@pytest.mark.parametrize("seconds", [1, 3])
def test_vocoder(benchmark: BenchmarkFixture, engine: KokoroEngine, spoken: Spoken, seconds: int) -> None:
    """Frames of a clause to samples."""
    frames = seconds * FRAME_RATE
    vocoder = engine._vocoder  # noqa: SLF001 - a stage by itself
    samples = benchmark(lambda: vocoder(spoken.frames, spoken.style, 0, frames))
    assert len(samples) == frames * SAMPLES_PER_FRAME


@pytest.mark.benchmark(group="5 encoding")
@pytest.mark.parametrize("name", FORMATS)
def test_encoding(benchmark: BenchmarkFixture, samples: NDArray[np.float32], name: str) -> None:
    """A chunk of a second, in a stream that goes on."""
    encoder = Encoder(FORMATS[name], SAMPLE_RATE)
    encoder.encode(samples)  # the stream has begun: no header, buffers filled
    assert isinstance(benchmark(encoder.encode, samples[:_CHUNK]), bytes)

"""Fixtures: the tiny language model and the tiny encoder, built by the real code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tiny_encoder
import tiny_llama
from declaim.prosody.emotion_reader import EmotionReader
from declaim.prosody.encoder import bert_graph
from declaim.prosody.encoder.classifier import EncoderClassifier
from declaim.prosody.encoder.packed_file import PackedFile
from declaim.prosody.language_model import llama_graph
from declaim.prosody.language_model.classifier import StateClassifier
from declaim.prosody.language_model.gguf_file import GgufFile
from declaim.prosody.language_model.model import LanguageModel
from declaim.prosody.ngrams import NgramClassifier, ngrams


@pytest.fixture(scope="session")
def gguf_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama.write(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="session")
def model(gguf_path: Path, tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    folder = tmp_path_factory.mktemp("language-model")
    llama_graph.build(GgufFile(gguf_path), folder)
    return LanguageModel(folder, threads=1)


@pytest.fixture
def build_model(tmp_path: Path) -> Callable[..., LanguageModel]:
    """Build a tiny model that differs from the usual one."""

    def build(**changes: Any) -> LanguageModel:
        folder = tmp_path / "graph"
        folder.mkdir()
        llama_graph.build(GgufFile(tiny_llama.write(tmp_path / "tiny.gguf", **changes)), folder)
        return LanguageModel(folder, threads=1)

    return build


@pytest.fixture(scope="session")
def packed_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder.write(tmp_path_factory.mktemp("packed") / "tiny.bin")


@pytest.fixture(scope="session")
def encoder(packed_path: Path, tmp_path_factory: pytest.TempPathFactory) -> EncoderClassifier:
    folder = tmp_path_factory.mktemp("encoder")
    bert_graph.build(PackedFile(packed_path), tiny_encoder.head(), folder)
    return EncoderClassifier(folder, threads=1)


@pytest.fixture(scope="session")
def states() -> StateClassifier:
    """Linear on the tiny language model's states, at random."""
    weights = np.random.default_rng(7).normal(size=(2 * tiny_llama.WIDTH, 8)) * 0.2
    return StateClassifier(weights.astype(np.float32), np.zeros(8, np.float32))


@pytest.fixture(scope="session")
def wordings() -> NgramClassifier:
    """Knows the n-grams of two words, the first for "happy", the other for "sad"."""
    happy = np.setdiff1d(ngrams("sang"), ngrams("sat"))
    sad = np.setdiff1d(ngrams("sat"), ngrams("sang"))
    vocabulary = np.sort(np.concatenate([happy, sad]))
    weights = np.zeros((len(vocabulary), 8), np.float32)
    weights[:, 0], weights[:, 2] = np.isin(vocabulary, happy), np.isin(vocabulary, sad)
    return NgramClassifier(vocabulary, np.ones(len(vocabulary), np.float32), weights, np.zeros(8, np.float32))


@pytest.fixture(scope="session")
def emotion_reader(
    encoder: EncoderClassifier, wordings: NgramClassifier, states: StateClassifier
) -> EmotionReader:
    return EmotionReader(encoder, wordings, states)

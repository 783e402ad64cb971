"""Fixtures: the tiny language model and the tiny encoder, built by the real code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tiny_encoder
import tiny_llama
from declaim.prosody.encoder import bert_graph
from declaim.prosody.encoder.classifier import EmotionClassifier
from declaim.prosody.encoder.packed_file import PackedFile
from declaim.prosody.language_model import llama_graph
from declaim.prosody.language_model.gguf_file import GgufFile
from declaim.prosody.language_model.model import LanguageModel


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
def classifier(packed_path: Path, tmp_path_factory: pytest.TempPathFactory) -> EmotionClassifier:
    folder = tmp_path_factory.mktemp("encoder")
    bert_graph.build(PackedFile(packed_path), tiny_encoder.head(), folder)
    return EmotionClassifier(folder, threads=1)

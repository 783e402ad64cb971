"""Fixtures: the tiny language model, and the configurations of the tiny Kokoro, read by rules."""

import pytest

import tiny_llama
from declaim.ablation import configurations
from declaim.ablation.configurations import Configuration
from declaim.config import Config
from declaim.models.store import ModelStore
from declaim.prosody.language_model import llama_graph
from declaim.prosody.language_model.gguf_file import GgufFile
from declaim.prosody.language_model.model import LanguageModel
from declaim.prosody.rules import RulesReader
from declaim.synthesizer import Synthesizer


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    folder = tmp_path_factory.mktemp("language-model")
    llama_graph.build(GgufFile(tiny_llama.write(folder / "tiny.gguf")), folder)
    return LanguageModel(folder, threads=1)


@pytest.fixture
def of_kokoro(
    tiny_store: ModelStore, synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch
) -> list[Configuration]:
    monkeypatch.setattr("declaim.composer.TextFrontend", lambda **_: synthesizer._composer._frontend)
    monkeypatch.setattr(configurations, "load_readers", lambda *_, **__: (RulesReader(), RulesReader()))
    config = Config(engines={"kokoro": {"vocoder": "float"}})
    return configurations.configurations("kokoro", config, tiny_store, threads=1)

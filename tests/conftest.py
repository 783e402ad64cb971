"""Fixtures for all tests: the tiny generated model, where the model store finds it."""

import os
import signal
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

import tiny_kokoro
from declaim.engines.kokoro import KokoroEngine
from declaim.models.store import ModelStore
from declaim.synthesizer import Synthesizer
from taking_turns import turn


def pytest_configure() -> None:
    """Let Ctrl-C reach the commands that tests start, also where a shell started the tests without it."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let nothing else run beside tests marked so."""
    alone = item.get_closest_marker("alone") is not None
    with turn(os.environ.get("PYTEST_XDIST_TESTRUNUID"), alone=alone):
        return (yield)


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for `DECLAIM_MODELS`."""
    return tiny_kokoro.write_models(tmp_path_factory.mktemp("tiny") / "models")


@pytest.fixture(scope="session")
def tiny_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for `DECLAIM_CACHE`, shared so that the graph is cut once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def tiny_store(tiny_models: Path, tiny_cache: Path) -> ModelStore:
    manifest = tiny_kokoro.manifest(tiny_models)
    return ModelStore(tiny_cache / "models", local=tiny_models, manifest=manifest, offline=True)


@pytest.fixture(scope="session")
def tiny_engine(tiny_store: ModelStore) -> KokoroEngine:
    return KokoroEngine.load(tiny_store, threads=1, vocoder="float")


@pytest.fixture
def tiny_machine(tiny_models: Path, tiny_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine has the tiny model, and no other: prosody follows rules."""
    monkeypatch.setattr("declaim.models.store.packaged_manifest", lambda: tiny_kokoro.manifest(tiny_models))
    monkeypatch.setenv("DECLAIM_MODELS", str(tiny_models))
    monkeypatch.setenv("DECLAIM_CACHE", str(tiny_cache))
    monkeypatch.setenv("DECLAIM_PROSODY", "rules")
    monkeypatch.setenv("DECLAIM_ENGINES__KOKORO__VOCODER", "float")


@pytest.fixture(scope="session")
def _tiny_synthesizer(tiny_models: Path, tiny_cache: Path) -> Synthesizer:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("declaim.models.store.packaged_manifest", lambda: tiny_kokoro.manifest(tiny_models))
        patch.setenv("DECLAIM_MODELS", str(tiny_models))
        patch.setenv("DECLAIM_CACHE", str(tiny_cache))
        patch.setenv("DECLAIM_CONFIG", str(tiny_cache / "none.toml"))
        patch.setenv("DECLAIM_PROSODY", "rules")
        patch.setenv("DECLAIM_ENGINES__KOKORO__VOCODER", "float")
        return Synthesizer()


@pytest.fixture
def synthesizer(_tiny_synthesizer: Synthesizer) -> Synthesizer:
    """Speaks with the tiny model."""
    return _tiny_synthesizer

"""The tiny model and a recording, made once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import reference_package
import tiny_indextts

from declaim.engines.indextts.engine import IndexTTSEngine
from declaim.engines.indextts.layout import ModelFolder
from declaim.engines.indextts.settings import IndexTTSConfig
from declaim.text.frontend import TextFrontend
from declaim.text.sentence import Sentence


@pytest.fixture(scope="session")
def read() -> Callable[[str], Sentence]:
    """Gives a text's only sentence."""
    frontend = TextFrontend()

    @cache
    def only(text: str) -> Sentence:
        (sentence,) = frontend.read(text, language=None)
        return sentence

    return only


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    return ModelFolder(tiny_indextts.write_folder(tmp_path_factory.mktemp("indextts") / "model"))


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("voices") / "reference.wav"
    path.write_bytes(reference_package.recording())
    return path


@pytest.fixture(scope="session")
def voices_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, so that the recording's voice is computed once."""
    return tmp_path_factory.mktemp("voice-cache")


@pytest.fixture
def indextts(tiny_folder: ModelFolder, reference: Path, voices_folder: Path) -> Callable[..., IndexTTSEngine]:
    """Loads the engine with these settings."""

    def load(**settings: Any) -> IndexTTSEngine:
        chosen = {"model_dir": tiny_folder.path, "accept_licence": True, "voices": {"default": reference}}
        return IndexTTSEngine.load(IndexTTSConfig(**(chosen | settings)), threads=1, cache=voices_folder)

    return load

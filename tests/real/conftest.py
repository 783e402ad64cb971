"""Fixtures: the real model, from where the model store keeps it; no setting of the person who runs the tests."""

import os

import pytest

from declaim.synthesizer import Synthesizer

_WHERE = {"DECLAIM_CACHE", "DECLAIM_MODELS"}


@pytest.fixture(autouse=True, scope="session")
def no_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DECLAIM_") and name not in _WHERE]:
            patch.delenv(name)
        patch.setenv("DECLAIM_CONFIG", str(tmp_path_factory.mktemp("settings") / "none.toml"))
        yield


@pytest.fixture(scope="session")
def speaker() -> Synthesizer:
    return Synthesizer()

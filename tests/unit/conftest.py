"""No setting of the person who runs the tests reaches a unit test."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def no_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DECLAIM_")]:
        monkeypatch.delenv(name)
    empty: Path = tmp_path_factory.getbasetemp() / "no-settings"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(empty))


@pytest.fixture(autouse=True)
def _pieces_for_a_tiny_model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model's sentences last a second: cut them as if they were long."""
    if not {"tiny_engine", "tiny_machine", "tiny_cache"}.isdisjoint(request.fixturenames):
        monkeypatch.setattr("declaim.vocoder.pieces._WORTH_CUTTING", 0)
        monkeypatch.setattr("declaim.vocoder.pieces._FIRST_PIECE", 32)

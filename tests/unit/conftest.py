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

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from declaim.commands.serve import _config, _fetch
from declaim.config import Config
from declaim.errors import FetchError

SERVER = {"fastapi", "starlette", "uvicorn", "diskcache", "prometheus_client", "limits", "anyio", "sqlite3"}


@pytest.mark.parametrize("statement", ["import declaim.commands", "import declaim.synthesizer"])
def test_only_serving_imports_the_server(statement: str) -> None:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert not modules & SERVER
    ours = {name for name in modules if name.startswith("declaim.server")}
    assert ours <= {"declaim.server", "declaim.server.settings"}


def test_options_come_before_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DECLAIM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("DECLAIM_SERVER__PORT", "1")
    monkeypatch.setenv("DECLAIM_SERVER__WORKERS", "2")
    config = _config({"port": 3, "workers": None}, threads=1)
    assert (config.server.port, config.server.workers, config.threads) == (3, 2, 1)
    assert _config({}, None).threads is None


@pytest.fixture
def ensured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def ensure(_store: object, name: str, _progress: Callable[..., None]) -> Path:
        names.append(name)
        return Path()

    monkeypatch.setattr("declaim.models.store.ModelStore.ensure", ensure)
    return names


def test_without_the_models_that_read_rules_will(ensured: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def ensure(_store: object, name: str, _progress: Callable[..., None]) -> Path:
        if name == "multilingual-e5-small":
            raise FetchError("no network")
        ensured.append(name)
        return Path()

    monkeypatch.setattr("declaim.models.store.ModelStore.ensure", ensure)
    _fetch(Config(prosody="llm"))
    assert ensured == ["kokoro", "kokoro-voices"]


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ({"prosody": "off"}, []),
        ({"prosody": "rules"}, []),
        ({"prosody": "llm"}, ["multilingual-e5-small", "smollm2"]),
        ({"prosody": "llm", "language_model": "other.gguf"}, ["multilingual-e5-small"]),
    ],
)
def test_what_the_workers_need_is_fetched_before(
    ensured: list[str], given: dict[str, Any], more: list[str]
) -> None:
    _fetch(Config(**given))
    assert ensured == ["kokoro", "kokoro-voices", *more]

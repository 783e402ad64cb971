import dataclasses
import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_artifact import WHEELS, manifest_of

from declaim.errors import ModelError, StorageError
from declaim.models.graphs import derive, derived_size, remove_derived

TINY = manifest_of(WHEELS)["tiny"]
DAY = 24 * 3600

WRITER = f"""
import sys, time
from pathlib import Path
sys.path.append({str(Path(__file__).parent)!r})
from tiny_artifact import WHEELS, manifest_of
from declaim.models.graphs import derive

def make(folder):
    with open(sys.argv[2], "a") as log:
        log.write("made\\n")
    (folder / "first.onnx").write_bytes(b"1")
    time.sleep(float(sys.argv[3]))
    (folder / "second.onnx").write_bytes(b"2")

folder = derive(Path(sys.argv[1]), manifest_of(WHEELS)["tiny"], "recipe-1", make)
print(sorted(path.name for path in folder.iterdir()))
"""


def write(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"graph")


def refuse(folder: Path) -> None:
    pytest.fail(f"made again: {folder}")


def test_it_is_made_once(tmp_path: Path) -> None:
    root = tmp_path / "cache" / "graphs"
    folder = derive(root, TINY, "recipe-1", write)
    assert (folder / "model.onnx").read_bytes() == b"graph"
    assert derive(root, TINY, "recipe-1", refuse) == folder


def test_another_source_or_recipe_is_another_folder(tmp_path: Path) -> None:
    other = dataclasses.replace(TINY, members=TINY.members[:1])
    keys = [(TINY, "recipe-1"), (other, "recipe-1"), (TINY, "recipe-2"), (TINY, "other-1")]
    assert len({derive(tmp_path, source, recipe, write) for source, recipe in keys}) == 4


def test_a_failure_leaves_nothing_and_the_next_try_succeeds(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        write(folder)
        raise ModelError("not this graph")

    with pytest.raises(ModelError, match="not this graph"):
        derive(tmp_path, TINY, "recipe-1", fail)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
    assert derive(tmp_path, TINY, "recipe-1", write).is_dir()


def test_two_processes_at_once_make_it_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", WRITER, str(tmp_path / "graphs"), str(log), "0.3"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=30)[0] for process in both]
    assert answers == ["['first.onnx', 'second.onnx']\n"] * 2
    assert log.read_text() == "made\n"


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_one_killed_half_way_leaves_no_half_folder(tmp_path: Path) -> None:
    root, log = tmp_path / "graphs", tmp_path / "log"
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(root), str(log), "60"])
    for _ in range(300):
        if list(root.glob(".*/first.onnx")):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not list(root.glob("tiny-recipe-1-*/"))  # nothing under the final name
    folder = derive(root, TINY, "recipe-1", write)
    assert [path.name for path in folder.iterdir()] == ["model.onnx"]
    assert [path for path in root.iterdir() if path.is_dir()] == [folder]


def test_a_full_disk_is_a_storage_error_and_leaves_nothing(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        write(folder)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match="full"):
        derive(tmp_path, TINY, "recipe-1", fill)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_root_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError) as caught:
        derive(tmp_path / "file" / "graphs", TINY, "recipe-1", write)
    assert "DECLAIM_CACHE" in caught.value.hint


def test_a_read_only_root_is_a_storage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refused)  # root may write everywhere: chmod would not tell
    with pytest.raises(StorageError, match="cannot be used"):
        derive(tmp_path, TINY, "recipe-1", write)


@pytest.mark.parametrize("unused_days", [0, 30])
def test_a_read_only_cache_that_has_the_graphs_serves_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_days: int
) -> None:
    folder = derive(tmp_path, TINY, "recipe-1", write)
    age(folder, unused_days)

    def refused(*_: object) -> None:
        raise PermissionError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("declaim.models.graphs.lock_of", refused)
    assert derive(tmp_path, TINY, "recipe-1", refuse) == folder


def age(folder: Path, days: float) -> None:
    """Make a folder look as if it had last been asked for so many days ago."""
    then = time.time() - days * DAY
    os.utime(folder, (then, then))


def folders(root: Path) -> set[str]:
    return {path.name for path in root.iterdir() if path.is_dir()}


@pytest.mark.parametrize(("days", "stays"), [(0, True), (6.9, True), (7.1, False), (1000, False)])
def test_what_no_version_has_asked_for_in_a_week_is_removed(tmp_path: Path, days: float, stays: bool) -> None:
    old = derive(tmp_path, TINY, "recipe-1", write)
    age(old, days)
    new = derive(tmp_path, TINY, "recipe-2", write)
    assert folders(tmp_path) == ({old.name, new.name} if stays else {new.name})


def test_it_is_removed_too_when_the_new_graphs_were_made_long_before(tmp_path: Path) -> None:
    old, new = (derive(tmp_path, TINY, recipe, write) for recipe in ("recipe-1", "recipe-2"))
    age(old, 8)
    age(new, 1.1)
    assert derive(tmp_path, TINY, "recipe-2", refuse) == new
    assert folders(tmp_path) == {new.name}


def test_an_older_version_that_is_still_used_keeps_its_graphs(tmp_path: Path) -> None:
    old = derive(tmp_path, TINY, "recipe-1", write)
    age(old, 100)
    assert derive(tmp_path, TINY, "recipe-1", refuse) == old  # notes that it is used
    derive(tmp_path, TINY, "recipe-2", write)
    assert old.is_dir()


def test_only_what_another_process_has_abandoned_is_removed(tmp_path: Path) -> None:
    left, being_made = (tmp_path / f".tiny-recipe-1-0123456789abcdef.{end}" for end in ("left", "made"))
    for folder, days in ((left, 8), (being_made, 0)):
        folder.mkdir()
        age(folder, days)
    new = derive(tmp_path, TINY, "recipe-2", write)
    assert folders(tmp_path) == {new.name, being_made.name}


def test_the_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    theirs = {"tiny", "tiny-2024", "tiny-voices-recipe-1-0123456789abcdef", "plots"}
    for name in theirs:
        (tmp_path / name).mkdir()
        age(tmp_path / name, 1000)
    new = derive(tmp_path, TINY, "recipe-1", write)
    assert folders(tmp_path) == theirs | {new.name}
    remove_derived(tmp_path, "tiny")
    assert folders(tmp_path) == theirs


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files")
def test_a_process_that_has_them_open_goes_on(tmp_path: Path) -> None:
    old = derive(tmp_path, TINY, "recipe-1", write)
    with (old / "model.onnx").open("rb") as model:
        age(old, 8)
        derive(tmp_path, TINY, "recipe-2", write)
        assert not old.exists()
        assert model.read() == b"graph"


def test_a_removal_that_is_killed_leaves_no_half_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = derive(tmp_path, TINY, "recipe-1", write)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            remove_derived(tmp_path, "tiny")
    assert not folder.exists()
    assert remove_derived(tmp_path, "tiny") == len(b"graph")
    assert folders(tmp_path) == set()


def test_what_cannot_be_removed_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = derive(tmp_path, TINY, "recipe-1", write)
    age(old, 8)

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "open in another program")

    monkeypatch.setattr("declaim.models.graphs._discard", refused)
    assert derive(tmp_path, TINY, "recipe-2", write).is_dir()
    with pytest.raises(StorageError, match="open in another program"):
        remove_derived(tmp_path, "tiny")


def test_sizes(tmp_path: Path) -> None:
    assert derived_size(tmp_path / "none", "tiny") == remove_derived(tmp_path / "none", "tiny") == 0
    for recipe in ("recipe-1", "recipe-2"):
        derive(tmp_path, TINY, recipe, write)
    assert derived_size(tmp_path, "tiny") == 2 * len(b"graph")
    assert remove_derived(tmp_path, "tiny") == 2 * len(b"graph")
    assert derived_size(tmp_path, "tiny") == 0

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from declaim.errors import ModelError, StorageError
from declaim.models.graphs import derive

WRITER = """
import sys, time
from pathlib import Path
from declaim.models.graphs import derive

def make(folder):
    with open(sys.argv[2], "a") as log:
        log.write("made\\n")
    (folder / "first.onnx").write_bytes(b"1")
    time.sleep(float(sys.argv[3]))
    (folder / "second.onnx").write_bytes(b"2")

folder = derive(Path(sys.argv[1]), "source", "recipe-1", make)
print(sorted(path.name for path in folder.iterdir()))
"""


def write(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"graph")


def refuse(folder: Path) -> None:
    pytest.fail("made again")


def test_it_is_made_once(tmp_path: Path) -> None:
    root = tmp_path / "cache" / "graphs"
    folder = derive(root, "source", "recipe-1", write)
    assert (folder / "model.onnx").read_bytes() == b"graph"
    assert derive(root, "source", "recipe-1", refuse) == folder


def test_another_source_or_recipe_is_another_folder(tmp_path: Path) -> None:
    keys = [("a", "recipe-1"), ("b", "recipe-1"), ("a", "recipe-2")]
    assert len({derive(tmp_path, source, recipe, write) for source, recipe in keys}) == 3


def test_a_failure_leaves_nothing_and_the_next_try_succeeds(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        write(folder)
        raise ModelError("not this graph")

    with pytest.raises(ModelError, match="not this graph"):
        derive(tmp_path, "source", "recipe-1", fail)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
    assert derive(tmp_path, "source", "recipe-1", write).is_dir()


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
    assert not list(root.glob("recipe-1-*[!k]/"))  # nothing under the final name
    folder = derive(root, "source", "recipe-1", write)
    assert [path.name for path in folder.iterdir()] == ["model.onnx"]
    assert [path for path in root.iterdir() if path.is_dir()] == [folder]


def test_a_full_disk_is_a_storage_error_and_leaves_nothing(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        write(folder)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match="full"):
        derive(tmp_path, "source", "recipe-1", fill)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_root_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError) as caught:
        derive(tmp_path / "file" / "graphs", "source", "recipe-1", write)
    assert "DECLAIM_CACHE" in caught.value.hint


def test_a_read_only_root_is_a_storage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refused)  # root may write everywhere: chmod would not tell
    with pytest.raises(StorageError, match="cannot write"):
        derive(tmp_path, "source", "recipe-1", write)


def test_a_read_only_cache_that_has_the_graphs_serves_them(tmp_path: Path) -> None:
    folder = derive(tmp_path, "source", "recipe-1", write)
    for lock in tmp_path.glob("*.lock"):
        lock.unlink()
    tmp_path.chmod(0o500)
    try:
        assert derive(tmp_path, "source", "recipe-1", refuse) == folder
        assert not list(tmp_path.glob("*.lock"))
    finally:
        tmp_path.chmod(0o700)

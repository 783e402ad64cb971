import os
import pickle
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import diskcache
import pytest

from declaim.errors import StorageError
from declaim.server.disk_cache import DiskCache, largest_entry

MB = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "speech"


@pytest.fixture
def disk(folder: Path) -> Iterator[DiskCache]:
    cache = DiskCache(folder, 10 * MB)
    yield cache
    cache.close()


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*/*"))


def size_of(folder: Path) -> int:
    return sum(
        path.stat().st_size for path in folder.rglob("*") if path.is_file() and "-wal" not in path.name
    )


def test_what_is_put_is_there_for_other_processes_too(disk: DiskCache, folder: Path) -> None:
    assert disk.get("k") is None
    disk.put("k", b"speech" * 1000)
    disk.put("k", b"other" * 1000)
    disk.put("tiny", b"")
    script = (
        "import sys; from pathlib import Path; from declaim.server.disk_cache import DiskCache\n"
        f"cache = DiskCache(Path({str(folder)!r}), 10_000_000); cache.put('from', b'there')\n"
        "sys.stdout.buffer.write(cache.get('k')); cache.close()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"other" * 1000
    assert (disk.get("from"), disk.get("tiny")) == (b"there", b"")
    disk.remove("k")
    assert disk.get("k") is None
    assert len(files(folder)) == 2
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_least_recently_used_make_room(disk: DiskCache, folder: Path) -> None:
    for number in range(60):
        disk.put(str(number), bytes([number]) * 400_000)
        assert disk.get("0") is not None
        assert disk.size() <= 10 * MB
        assert disk.get(str(number)) is not None
    assert disk.get("1") is None
    assert size_of(folder) <= 10 * MB + 100_000


def test_large_ones_after_many_small_ones_keep_the_bound(disk: DiskCache) -> None:
    for number in range(600):
        disk.put(f"small {number}", b"x" * 15_000)
    for number in range(5):
        disk.put(f"large {number}", b"x" * disk.largest)
        assert disk.size() <= 10 * MB
        assert disk.get(f"large {number}") is not None


def test_what_is_too_large_is_not_kept(disk: DiskCache, folder: Path) -> None:
    disk.put("k", b"x" * (disk.largest + 1))
    assert disk.get("k") is None
    assert files(folder) == []
    assert largest_entry(10**12) == 32 * MB


def test_threads_and_processes_write_at_once(folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from declaim.server.disk_cache import DiskCache\n"
        f"cache = DiskCache(Path({str(folder)!r}), 10_000_000)\n"
        "for n in range(40): cache.put(f'{n % 7}', bytes([n % 7]) * 90_000); "
        "v = cache.get(f'{n % 7}'); assert v in (None, bytes([n % 7]) * 90_000)\n"
        "cache.close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in running] == [b""] * 3
    assert [process.returncode for process in running] == [0] * 3
    assert len(files(folder)) == 7


def hostile(folder: Path, **columns: object) -> None:
    with sqlite3.connect(folder / "cache.db") as index:
        for name, value in columns.items():
            index.execute(f"UPDATE Cache SET {name} = ? WHERE key = 'k'", (value,))
    index.close()


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(Path.cwd() / "exploded"),)


def test_nothing_is_unpickled(
    disk: DiskCache, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    disk.put("k", b"speech")
    payload = pickle.dumps(Bomb())
    files(folder)[0].write_bytes(payload)
    assert disk.get("k") == payload  # bytes, whatever they are
    hostile(folder, mode=diskcache.core.MODE_PICKLE)
    with pytest.raises(StorageError, match="no bytes"):
        disk.get("k")
    hostile(folder, value=payload, filename=None)
    with pytest.raises(StorageError, match="no bytes"):
        disk.get("k")
    hostile(folder, raw=0, key=payload)
    assert disk.get("k") is None
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a/../../secret"])
def test_no_file_outside_of_the_folder_is_read_or_removed(
    disk: DiskCache, folder: Path, tmp_path: Path, name: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    disk.put("k", b"speech")
    hostile(folder, filename=name)
    for use in (lambda: disk.get("k"), lambda: disk.remove("k")):
        with pytest.raises(StorageError, match="outside"):
            use()
    assert secret.exists()


def test_a_file_that_is_gone_is_a_miss(disk: DiskCache, folder: Path) -> None:
    disk.put("k", b"speech")
    files(folder)[0].unlink()
    assert disk.get("k") is None
    disk.put("k", b"again")
    assert disk.get("k") == b"again"


@pytest.mark.parametrize("damage", ["no database", "middle", "empty"])
def test_a_damaged_index_is_a_storage_error(folder: Path, damage: str) -> None:
    cache = DiskCache(folder, 10 * MB)
    for number in range(200):
        cache.put(str(number), b"speech")
    cache.close()
    index = folder / "cache.db"
    whole = index.read_bytes()
    if damage == "no database":
        index.write_bytes(b"no database at all" * 1000)
    elif damage == "middle":
        index.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    else:
        index.write_bytes(b"")
        DiskCache(folder, 10 * MB).close()  # begins anew
        return
    with pytest.raises(StorageError, match=str(folder)):
        DiskCache(folder, 10 * MB).get("1")


def test_an_index_that_is_damaged_while_in_use(disk: DiskCache, folder: Path) -> None:
    disk.put("k", b"speech")
    for path in folder.glob("cache.db*"):
        with path.open("r+b") as file:
            file.write(b"\xa5" * path.stat().st_size)
    with ThreadPoolExecutor(1) as thread:  # with a connection of its own
        for use in (lambda: disk.get("k"), lambda: disk.put("k", b"speech")):
            with pytest.raises(StorageError):
                thread.submit(use).result()
        thread.submit(disk.close).result()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        DiskCache(tmp_path / "file" / "speech", 10 * MB)


def test_files_that_a_killed_process_left_are_removed(disk: DiskCache, folder: Path) -> None:
    disk.put("k", b"speech")
    old, new = (folder / "aa" / "bb" / name for name in ("old.val", "new.val"))
    old.parent.mkdir(parents=True)
    for path in (old, new):
        path.write_bytes(b"left")
    for path in (old, *files(folder)):
        if path != new:
            os.utime(path, (time.time() - 7200,) * 2)
    DiskCache(folder, 10 * MB).close()
    assert not old.exists()
    assert new.exists()
    assert disk.get("k") == b"speech"


FULL = """
import resource, signal, sys
from pathlib import Path
from declaim.errors import StorageError
from declaim.server.disk_cache import DiskCache

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that a write beyond the limit fails, as on a full disk
folder = Path(sys.argv[1])
cache = DiskCache(folder, 100_000_000)
cache.put("before", b"speech" * 1000)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for number in range(50):
    try:
        cache.put(str(number), bytes(1_000_000))
    except StorageError as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert cache.get("before") == b"speech" * 1000
for number in range(50):
    assert cache.get(str(number)) is None
cache.put("after", b"speech")
assert cache.get("after") == b"speech"
cache.close()
"""


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [500_000, 0])  # the file is cut short; even the index cannot grow
def test_a_full_disk_keeps_nothing_and_leaves_nothing(folder: Path, limit: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, folder, str(limit)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("cannot be used") == 50
    assert len(files(folder)) == 2


def test_an_index_that_cannot_grow_leaves_no_file(
    disk: DiskCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    disk.put("k", b"speech")
    monkeypatch.setattr(disk._cache, "_row_insert", full)
    with pytest.raises(StorageError, match="disk is full"):
        disk.put("l", b"speech")
    monkeypatch.undo()
    assert len(files(folder)) == 1
    assert disk.get("k") == b"speech"


def test_a_lock_that_another_process_holds_is_not_waited_for_long(disk: DiskCache, folder: Path) -> None:
    disk.put("k", b"speech")
    other = sqlite3.connect(folder / "cache.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StorageError, match="locked"):
        disk.get("k")
    with pytest.raises(StorageError, match="locked"):
        disk.put("l", b"speech")
    assert time.monotonic() - began < 5
    other.execute("ROLLBACK")
    other.close()
    assert disk.get("k") == b"speech"
    assert len(files(folder)) == 1


def test_a_hit_takes_milliseconds(disk: DiskCache) -> None:
    disk.put("k", b"x" * 400_000)
    times = []
    for _ in range(50):
        began = time.perf_counter()
        assert disk.get("k")
        times.append(time.perf_counter() - began)
    assert sorted(times)[25] < 0.02

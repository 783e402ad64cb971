"""Bytes by name on disk, within a bound, shared by processes: the least recently used ones make room."""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import diskcache

from declaim.errors import StorageError

_PARTS_OF_THE_BOUND: Final = 20
"""No entry is larger than this part of the bound: diskcache makes room by ten entries at a time, so that
the one just added is never among them."""
_LARGEST: Final = 32_000_000
"""Bytes of an entry, however large the bound is: an entry is held in memory. An hour of Opus or MP3."""
_PATIENCE: Final = 1.0
"""Seconds to wait for another process's lock; speaking anew is better than waiting longer."""
_ORPHANED: Final = 3600.0
"""Seconds after which a file that the index does not name is nobody's who is still writing."""
_FAILURES: Final = (OSError, sqlite3.Error, diskcache.Timeout, ValueError, KeyError, TypeError)
"""What a full disk, a folder that may not be written or a damaged index raise."""


class DiskCache:
    """Entries in a folder, with their index in SQLite (`diskcache`). Blocks.

    One thread may write while others read; each of them has a connection, which it has to close.

    Values are bytes and are only ever read as bytes. diskcache would unpickle what its index says is a pickle
    (CVE-2025-69872), which lets whoever can write in the folder run code in this process: `_BytesDisk`
    cannot, and opens no file outside of the folder.

    Args:
        folder: made if need be, for this user alone.
        bound: bytes on disk, the index included.

    Raises:
        StorageError: the folder cannot be used, or its index is damaged.
    """

    def __init__(self, folder: Path, bound: int) -> None:
        self.largest = largest_entry(bound)
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._remove_orphans()
            self._cache = _opened(folder, bound)
        except _FAILURES as error:
            raise _storage_error(folder, error) from error

    def get(self, key: str) -> bytes | None:
        """The entry, which counts as used now; None if there is none.

        Raises:
            StorageError: the index cannot be read or, since the use is noted in it, written.
        """
        try:
            value = self._cache.get(key)
        except _FAILURES as error:
            raise _storage_error(self._folder, error) from error
        return value if isinstance(value, bytes) else None

    def put(self, key: str, value: bytes) -> None:
        """Keep an entry, completely or not at all; one that is larger than ``largest`` is not kept.

        Raises:
            StorageError: the disk is full, or the folder or its index cannot be written.
        """
        if len(value) > self.largest:
            return
        try:
            self._set(key, value)
            self._cache.cull()
        except _FAILURES as error:
            raise _storage_error(self._folder, error) from error

    def remove(self, key: str) -> None:
        """Forget an entry.

        Raises:
            StorageError: the index cannot be written.
        """
        try:
            self._cache.delete(key)
        except _FAILURES as error:
            raise _storage_error(self._folder, error) from error

    def size(self) -> int:
        """Bytes on disk.

        Raises:
            StorageError: the index cannot be read.
        """
        try:
            return int(self._cache.volume())
        except _FAILURES as error:
            raise _storage_error(self._folder, error) from error

    def close(self) -> None:
        """Close this thread's connection to the index."""
        self._cache.close()

    def _set(self, key: str, value: bytes) -> None:
        try:
            self._cache.set(key, value)
        except BaseException:
            self._cache.disk.remove_unnamed()  # diskcache leaves it behind
            raise
        self._cache.disk.unnamed = None

    def _remove_orphans(self) -> None:
        """Delete files that a process left when it was killed between writing one and naming it."""
        old = time.time() - _ORPHANED
        found = [path for path in self._values() if _changed_at(path) < old]
        if not found or not (self._folder / diskcache.core.DBNAME).exists():
            return
        with contextlib.closing(sqlite3.connect(self._folder / diskcache.core.DBNAME)) as index:
            named = {name for (name,) in index.execute("SELECT filename FROM Cache")}
        for path in found:
            if os.path.relpath(path, self._folder) not in named:
                path.unlink(missing_ok=True)

    def _values(self) -> Iterator[Path]:
        """All files but the index's. Others may remove some meanwhile, with their folders."""
        for folder, _, names in os.walk(self._folder):
            if Path(folder) != self._folder:
                yield from (Path(folder, name) for name in names)


def _opened(folder: Path, bound: int) -> Any:  # noqa: ANN401 - diskcache has no types
    cache = diskcache.Cache.__new__(diskcache.Cache)  # so that it can be closed when its index is damaged
    try:
        cache.__init__(
            str(folder),
            timeout=_PATIENCE,
            disk=_BytesDisk,
            size_limit=bound,
            eviction_policy="least-recently-used",
            cull_limit=0,  # `put` makes room itself, until there is
            sqlite_mmap_size=0,  # a damaged or shortened index is an error to read, not a bus error
        )
    except BaseException:
        cache.close()
        raise
    return cache


def _changed_at(path: Path) -> float:
    """When a file was written, in seconds; never, for one that another process has just removed."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def largest_entry(bound: int) -> int:
    """Bytes that an entry of a cache may have."""
    return min(bound // _PARTS_OF_THE_BOUND, _LARGEST)


class _BytesDisk(diskcache.Disk):  # type: ignore[misc] # diskcache has no types
    """Keys are text, values are bytes in a file each; no other kind is written or read."""

    unnamed: str | None = None
    """The last file that was written, until the index names it."""

    def put(self, key: object) -> tuple[str, bool]:
        if not isinstance(key, str):
            _refuse("a key that is no text")
        return key, True

    def get(self, key: object, raw: object) -> str:
        if not isinstance(key, str) or not raw:
            _refuse("a key that is no text")
        return key

    def store(self, value: object, read: object, key: object = None) -> tuple[int, int, str, None]:
        if not isinstance(value, bytes) or read:
            _refuse("a value that is no bytes")
        name, path = self.filename(key, value)
        self.unnamed = name
        self._write(path, [value], "xb")
        return len(value), diskcache.core.MODE_BINARY, name, None

    def remove_unnamed(self) -> None:
        """Delete what was written of a value that the index does not name."""
        if self.unnamed is not None:
            self.remove(self.unnamed)
            self.unnamed = None

    def fetch(self, mode: object, filename: object, value: object, read: object) -> bytes:
        if mode != diskcache.core.MODE_BINARY or not isinstance(filename, str) or value is not None or read:
            _refuse("a value that is no bytes")
        return self._inside(filename).read_bytes()

    def remove(self, file_path: Any) -> None:  # noqa: ANN401 - from the index
        super().remove(str(self._inside(str(file_path)).relative_to(self._root)))

    @property
    def _root(self) -> Path:
        return Path(self._directory).resolve()

    def _inside(self, name: str) -> Path:
        """The path of a file that the index names."""
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            _refuse("a file outside of the folder")
        return path


def _refuse(what: str) -> NoReturn:
    raise ValueError(f"the cache's index names {what}")


def _storage_error(folder: Path, error: Exception) -> StorageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or "it is locked"
    return StorageError(f"the cache folder {folder} cannot be used: {reason}")

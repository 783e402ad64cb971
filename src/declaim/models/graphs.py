"""Graphs derived from model artifacts: made once, kept in the cache folder, keyed by what they came of."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from filelock import FileLock

from declaim.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def derive(root: Path, source: str, recipe: str, make: Callable[[Path], None]) -> Path:
    """The folder of graphs that ``make`` derives from an artifact; made now if this is the first time.

    Safe when several processes ask at once, and when one is killed half-way: the folder appears by one
    rename, complete.

    Args:
        root: folder of all derived graphs.
        source: sha256 of what it is derived from.
        recipe: name and version of the derivation.
        make: writes the graphs into the empty folder it is given.

    Raises:
        StorageError: the folder cannot be written.
    """
    key = hashlib.sha256(f"{source}\n{recipe}".encode()).hexdigest()[:16]
    folder = root / f"{recipe}-{key}"
    if folder.is_dir():
        return folder
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / f"{folder.name}.lock"):
            if not folder.is_dir():
                _make_in_place(folder, make)
    except OSError as error:
        raise _storage_error(root, error) from error
    return folder


def _make_in_place(folder: Path, make: Callable[[Path], None]) -> None:
    for abandoned in folder.parent.glob(f".{folder.name}.*"):  # we hold the lock: its maker is dead
        shutil.rmtree(abandoned, ignore_errors=True)
    unfinished = tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)
    try:
        path = folder.parent / unfinished
        make(path)
        os.replace(path, folder)
    except BaseException:
        with contextlib.suppress(OSError):
            shutil.rmtree(unfinished)
        raise


def _storage_error(root: Path, error: OSError) -> StorageError:
    if error.errno == errno.ENOSPC:
        return StorageError(f"the disk is full at {root}", hint="free about 300 MB there, or set DECLAIM_CACHE")
    return StorageError(f"cannot write to {root}: {error.strerror}", hint="make it writable, or set DECLAIM_CACHE")

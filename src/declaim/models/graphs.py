"""Graphs derived from model artifacts: made once, kept in the cache folder, keyed by what they came of."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from typing import TYPE_CHECKING

from filelock import FileLock

from declaim.models.files import typed_disk_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NEEDED = 300_000_000
"""Bytes that Kokoro's float graphs take."""


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
    with typed_disk_errors(root, _NEEDED):
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / f"{folder.name}.lock"):
            if not folder.is_dir():
                _make_in_place(folder, make)
    return folder


def _make_in_place(folder: Path, make: Callable[[Path], None]) -> None:
    for abandoned in folder.parent.glob(f".{folder.name}.*"):  # we hold the lock: its maker is dead
        shutil.rmtree(abandoned, ignore_errors=True)
    unfinished = tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)
    try:
        path = folder.parent / unfinished
        make(path)
        path.replace(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            shutil.rmtree(unfinished)
        raise

"""Graphs derived from model artifacts: made once, kept in the cache folder, keyed by what they came of.

Other processes, and other versions of this package, may share the folder. So nothing is taken away because
it is of an older recipe, but what no process has asked for in a week: an older version that is still in use
keeps its graphs, and whoever comes back later makes them again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
import re
import secrets
import shutil
import tempfile
import time
from typing import TYPE_CHECKING

from declaim.errors import StorageError
from declaim.models.files import lock_of, size_below, sync_file, sync_folder, typed_disk_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from declaim.models.manifest import Artifact

_LOG = logging.getLogger(__name__)

_NEEDED = 300_000_000
"""Bytes that Kokoro's float graphs take."""

_DAY = 24 * 3600.0
_UNUSED = 7 * _DAY
"""Seconds after which graphs that nobody has asked for are removed. A folder's time of modification says
when it was last asked for, to the day: nobody is between asking and opening for the days that are left."""


def derive(root: Path, artifact: Artifact, recipe: str, make: Callable[[Path], None]) -> Path:
    """The folder of graphs that ``make`` derives from an artifact; made now if this is the first time.

    Safe when several processes ask at once, and when one is killed half-way: the folder appears by one
    rename, complete.

    Args:
        root: folder of all derived graphs.
        artifact: what they are derived from.
        recipe: of the derivation, ``VARIANT-VERSION``.
        make: writes the graphs into the empty folder it is given.

    Raises:
        StorageError: the folder cannot be written.
    """
    key = hashlib.sha256(f"{artifact.folder}\n{artifact.name}-{recipe}".encode()).hexdigest()[:16]
    folder = root / f"{artifact.name}-{recipe}-{key}"
    if _unused_for(folder) < _DAY:
        return folder
    try:
        with typed_disk_errors(root, _NEEDED):
            root.mkdir(parents=True, exist_ok=True)
            with lock_of(root, artifact.name):
                if not folder.is_dir():
                    _make_in_place(folder, make)
                os.utime(folder)
                _remove_unused(root, artifact.name)
    except StorageError as error:
        if not folder.is_dir():
            raise
        _LOG.info("the use of %s cannot be noted: %s", folder, error)  # where nothing can be removed either
    return folder


def derived_size(root: Path, name: str) -> int:
    """Bytes of all that was derived from the artifact called ``name``, by any version."""
    return sum(map(size_below, _folders_of(root, name)))


def remove_derived(root: Path, name: str) -> int:
    """Delete all that was derived from the artifact called ``name``; gives the bytes freed.

    Raises:
        StorageError: a folder cannot be deleted.
    """
    if not root.is_dir():
        return 0
    with typed_disk_errors(root, 0), lock_of(root, name):
        freed = derived_size(root, name)
        for folder in _folders_of(root, name):
            _discard(folder)
        return freed


def _folders_of(root: Path, name: str) -> list[Path]:
    """Every folder derived from ``name``: finished, left unfinished, and half removed."""
    pattern = re.compile(rf"\.?{re.escape(name)}-([a-z0-9]+-)?[0-9]+-[0-9a-f]{{16}}(\..+)?")
    if not root.is_dir():
        return []
    return [path for path in root.iterdir() if pattern.fullmatch(path.name) and path.is_dir()]


def _unused_for(folder: Path) -> float:
    """Seconds since the folder was last asked for; infinite when it is not there."""
    try:
        return time.time() - folder.stat().st_mtime
    except (FileNotFoundError, NotADirectoryError):
        return math.inf


def _make_in_place(folder: Path, make: Callable[[Path], None]) -> None:
    for abandoned in folder.parent.glob(f".{folder.name}.*"):  # we hold the lock: its maker is dead
        shutil.rmtree(abandoned, ignore_errors=True)
    unfinished = tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)
    try:
        path = folder.parent / unfinished
        make(path)
        for file in path.iterdir():
            sync_file(file)
        path.replace(folder)
        sync_folder(folder.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            shutil.rmtree(unfinished)
        raise


def _remove_unused(root: Path, name: str) -> None:
    for folder in _folders_of(root, name):
        if _unused_for(folder) > _UNUSED:
            try:
                _discard(folder)
            except OSError as error:  # another user's, or open on Windows: it costs space and nothing else
                _LOG.info("%s is not used any more and cannot be removed: %s", folder, error)


def _discard(folder: Path) -> None:
    """Delete a folder; under its own name it is there complete or not at all, however this ends."""
    doomed = folder.with_name(f".{folder.name.lstrip('.')}.{secrets.token_hex(4)}")
    folder.replace(doomed)
    shutil.rmtree(doomed)

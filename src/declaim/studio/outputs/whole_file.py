"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from declaim.replacing import replacing, storing


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a hidden name beside ``path`` to write to, which takes its place when the block succeeds.

    Raises:
        StorageError: the disk is full, or the file cannot be written.
        OptionError: ``path`` is a folder.
    """
    with replacing(path) as temporary, storing(path):
        yield temporary


def make_folder(folder: Path) -> None:
    """Make a folder, with those above it, unless it is there.

    Raises:
        StorageError: it cannot be made.
    """
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)

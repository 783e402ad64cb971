"""Stamps: a note of what a folder looked like when its bytes were hashed, so that they are hashed once."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import TypeAlias

from declaim.models.manifest import Artifact

_Stamp: TypeAlias = dict[str, list[int]]


def stamp_matches(stamp: Path, folder: Path, artifact: Artifact) -> bool:
    """Whether ``folder`` looks as it did when ``stamp`` was written: same files, sizes and times."""
    try:
        noted = json.loads(stamp.read_bytes())
        return bool(noted == _look(folder, artifact))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def write_stamp(stamp: Path, folder: Path, artifact: Artifact) -> None:
    """Note what ``folder``, whose bytes are known to be right, looks like now."""
    unfinished = stamp.with_suffix(f".stamp-{os.getpid()}-{threading.get_ident()}")
    unfinished.write_text(json.dumps(_look(folder, artifact)))
    unfinished.replace(stamp)


def _look(folder: Path, artifact: Artifact) -> _Stamp:
    """Size and modification time of each member.

    Whole seconds: images and archives that carry a cache to another machine drop the rest. The path is left
    out for the same reason.
    """
    look = {}
    for member in artifact.members:
        status = os.stat(f"{folder}/{member.name}")  # noqa: PTH116 - 54 voices: a Path for each costs as much again
        look[member.name] = [status.st_size, int(status.st_mtime)]
    return look

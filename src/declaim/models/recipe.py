"""Versions of the code that derives graphs, so that none is used that older code made."""

from __future__ import annotations

import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def recipe_version(*patterns: str) -> int:
    """A number that changes whenever a file of the recipe does, even by a comment.

    Graphs are made anew too often, then, by some seconds for each release that touches these files. A number
    raised by hand is forgotten once, and what an older recipe left in somebody's cache is read as if it were
    of this one.

    Args:
        patterns: files of this package, such as ``engines/kokoro_*.py``.

    Raises:
        ValueError: a pattern names no file.
    """
    digest = hashlib.sha256()
    for pattern in patterns:
        files = sorted(_PACKAGE.glob(pattern))
        if not files:
            raise ValueError(f"the package has no {pattern}")
        for file in files:
            digest.update(file.read_bytes())
    return int.from_bytes(digest.digest()[:4], "big")

"""Runs of ``declaim book`` with the real weights, and what they leave."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import av

_PATIENCE = 1800.0


def command(book: Path, output: Path) -> list[str]:
    """Makes a book into a folder of FLAC files, one a chapter."""
    return [sys.executable, "-m", "declaim.cli", "book", str(book), "-o", str(output), "--format", "flac"]


def takes(output: Path) -> int:
    """How many sentences are kept, finished, for an output."""
    return len(take_names(output))


def take_names(output: Path) -> set[str]:
    """The names of these sentences' files."""
    paths = output.parent.glob(f"{output.name}.declaim/takes/*/*.flac")
    return {path.name for path in paths if not path.name.startswith(".")}  # those are not finished


def finished(book: Path, output: Path) -> list[str]:
    """Run to the end; gives the digest of each chapter's samples."""
    subprocess.run(command(book, output), check=True, timeout=_PATIENCE, stdout=subprocess.DEVNULL)
    return [_digest(path) for path in sorted(output.glob("*.flac"))]


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            digest.update(frame.to_ndarray().tobytes())
    return digest.hexdigest()

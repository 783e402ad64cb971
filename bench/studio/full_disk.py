"""A book whose disk is full in the middle, beside one that had room: the same samples, or not.

``python -m bench.studio.full_disk`` runs ``declaim book`` with the real weights on a small file system in
memory (as root, on Linux: it is mounted). Somebody else fills it to the last byte while the book is being
spoken; the command has to end and say why. Then the room is given back, and the same command goes on. The
second time there is less room than is left alone for the database, and it has to end before it begins.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.studio.runs import command, finished, takes
from bench.studio.small_book import written

_SIZE = 64
"""MiB of the file system: the takes of the book, and more than what is left alone for the database."""
_PATIENCE = 600.0


def main() -> None:
    """Print how each run ended, and whether the samples are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=3, help="of the book, in each language a chapter")
    parser.add_argument("--behind", type=int, default=8, help="takes behind which the disk is filled")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _mounted(Path(name) / "small") as small:
        book = written(Path(name) / "book.txt", given.lines)
        alone = finished(book, Path(name) / "alone")
        _filled(book, small, given.behind)
        (small / "ballast").unlink()
        _little_room(book, small)
        (small / "ballast").unlink()
        same = alone == finished(book, small / "book")
        print(f"samples {'are the same' if same else 'DIFFER'}")
    sys.exit(0 if same else 1)


@contextmanager
def _mounted(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def _filled(book: Path, small: Path, behind: int) -> None:
    """Fill the disk to the last byte while sentences are being spoken, and keep it full."""
    process = subprocess.Popen(
        command(book, small / "book"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and takes(small / "book") < behind:
        time.sleep(0.01)
    _fill(small / "ballast", 0)
    _, told = process.communicate(timeout=_PATIENCE)
    _tell("filled to the last byte", process.returncode, told, takes(small / "book"))


def _little_room(book: Path, small: Path) -> None:
    """Leave some room, but less than is kept for the database."""
    _fill(small / "ballast", 8_000_000)
    done = subprocess.run(
        command(book, small / "book"), capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    _tell("8 MB left", done.returncode, done.stderr, takes(small / "book"))


def _fill(path: Path, leave: int) -> None:
    block = bytes(4096)
    try:
        with path.open("wb", buffering=0) as file:
            while file.write(block) == len(block):
                pass
    except OSError:
        pass
    with path.open("rb+") as file:
        file.truncate(max(0, path.stat().st_size - leave))


def _tell(what: str, code: int, told: str, kept: int) -> None:
    if code == 0 or "Traceback" in told:
        sys.exit(f"{what}: ended with {code}\n{told}")
    lines = [line for line in told.splitlines() if "RTF" not in line]
    print(f"{what}: ended with {code}, {kept} takes kept: {' '.join(lines)}", flush=True)


if __name__ == "__main__":
    main()

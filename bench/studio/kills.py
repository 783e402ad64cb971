"""A book that is killed again and again, beside one that is left alone: the same samples, or not.

``python -m bench.studio.kills [--kills 20] [--text FILE]`` runs ``declaim book`` with the real weights, ends
it with SIGKILL at random moments (up to seconds behind the first new take, or before it), and compares
the FLAC files of the chapters with an undisturbed run's.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.studio.runs import command, finished, takes
from bench.studio.small_book import written

_LINES = 6
"""In each language a chapter: so many that the book is not done before its last kill."""
_EARLY = 0.2
"""Share of the kills that do not wait for a take."""


def main() -> None:
    """Print a line for each kill, and whether the samples are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--longest", type=float, default=4.0, help="seconds from a take to a kill, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", type=Path, help="a book; by default one of some 80 sentences is made")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = given.text or written(folder / "book.txt", _LINES)
        began = time.monotonic()
        alone = finished(book, folder / "alone")
        whole = takes(folder / "alone")
        print(
            f"undisturbed: {time.monotonic() - began:.1f} s, {len(alone)} chapters, {whole} takes", flush=True
        )
        draw = random.Random(given.seed)  # noqa: S311 - moments, no secrets
        kills = _killed(book, folder / "killed", given.kills, given.longest, draw)
        at = takes(folder / "killed")
        again = finished(book, folder / "killed")
        same = alone == again
        print(
            f"killed {kills} times, the last at {at} of {whole} takes: "
            f"samples {'are the same' if same else 'DIFFER'}"
        )
    sys.exit(0 if same else 1)


def _killed(book: Path, output: Path, kills: int, longest: float, draw: random.Random) -> int:
    """Kill it again and again; gives how often it was met alive."""
    met = 0
    for number in range(kills):
        process = subprocess.Popen(
            command(book, output), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        before, early = takes(output), draw.random() < _EARLY
        while process.poll() is None and takes(output) == before and not early:
            time.sleep(0.01)
        time.sleep(draw.uniform(0, longest))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        ended = process.wait()
        met += ended == -signal.SIGKILL
        print(f"{number + 1:2}: ended with {ended}, {takes(output)} takes", flush=True)
    return met


if __name__ == "__main__":
    main()

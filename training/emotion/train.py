"""Train the emotion experts: ``python -m training.emotion.train``.

Needs ``requirements/training.txt`` and both models (``declaim models pull multilingual-e5-small smollm2``).
On two cores the encoder takes half an hour, the language model a quarter, the n-grams a minute. Writes what
the package reads; ``python -m training.emotion.report`` then measures it.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

import numpy as np

from training.emotion.corpus import read_examples, split

PARTS = {"encoder": "encoder", "language-model": "states", "ngrams": "ngrams"}
"""Each with the module that trains it, which is imported when it is needed: the encoder alone needs JAX."""
DATA = Path(__file__).parents[2] / "src/declaim/prosody/data"


def main() -> None:
    """Train all experts, or one."""
    line = argparse.ArgumentParser(prog="python -m training.emotion.train", description=__doc__)
    line.add_argument("--part", choices=PARTS, action="append", help="which expert (default: all)")
    line.add_argument("--output", type=Path, default=DATA, help="folder for the files")
    options = line.parse_args()
    learned_from, _ = split(read_examples())
    for part in options.part or PARTS:
        arrays: dict[str, np.ndarray] = importlib.import_module(f"training.emotion.{PARTS[part]}").train(
            learned_from
        )
        path = options.output / f"emotion_{PARTS[part]}.npz"
        np.savez_compressed(path, **arrays)
        print(f"{path}: {path.stat().st_size} bytes", flush=True)


if __name__ == "__main__":
    main()

"""Train the weights of ``declaim.text.polyphones`` on labelled sentences of the CPP format.

``python training/polyphones/train.py SENT LB`` cross-validates and prints accuracy with its confidence
interval; ``--write`` then trains on all lines and writes ``src/declaim/text/data/polyphones.npz``.
Needs scipy (training only).
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from declaim.text.pinyin import parse_pinyin
from declaim.text.polyphones import Candidate, PolyphoneResolver, choose
from declaim.text.segmentation import segment

DATA = Path(__file__).parents[2] / "src/declaim/text/data/polyphones.npz"
SHARED_PENALTY = 0.02
"""L2 on the features that all characters share, relative to the per-character ones."""
PRUNE = 0.02
"""Weights below this are left out of the file: no accuracy lost in cross-validation."""


class Example(NamedTuple):
    """A labelled character."""

    character: str
    candidates: list[Candidate]
    gold: int


def read(sentences: Path, labels: Path) -> list[Example]:
    """The candidates of every labelled character, and which is right."""
    resolver = PolyphoneResolver(weights={})
    examples = []
    pairs = zip(sentences.read_text("utf-8").splitlines(), labels.read_text("utf-8").split(), strict=True)
    for line, label in pairs:
        at, text = line.index("▁"), line.replace("▁", "")
        candidates = resolver.candidates(text, segment(text), {})[at]
        gold = [candidate.reading for candidate in candidates].index(parse_pinyin(label))
        examples.append(Example(text[at], candidates, gold))
    return examples


def ambiguous(examples: list[Example]) -> set[str]:
    """Characters seen with more than one reading.

    Of the others nothing can be learned but that they never vary, which is not so: they go by the features
    that all characters share.
    """
    seen = {(example.character, example.gold) for example in examples}
    counts = Counter(character for character, _ in seen)
    return {character for character, readings in counts.items() if readings > 1}


def is_shared(name: str) -> bool:
    """Whether a feature is one that all characters share."""
    return " " not in name


def fit(examples: list[Example], penalty: float) -> dict[str, float]:
    """Maximum conditional likelihood with an L2 penalty, by L-BFGS."""
    index: dict[str, int] = {}
    rows, columns, values, owner, right = [], [], [], [], []
    varying = ambiguous(examples)
    for number, example in enumerate(examples):
        right.append(len(owner) + example.gold)
        for candidate in example.candidates:
            features = {
                name: value
                for name, value in candidate.features.items()
                if is_shared(name) or example.character in varying
            }
            rows += [len(owner)] * len(features)
            columns += [index.setdefault(name, len(index)) for name in features]
            values += features.values()
            owner.append(number)
    matrix = csr_matrix((values, (rows, columns)), (len(owner), len(index)))
    group, gold_rows = np.array(owner), np.array(right)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    strength = np.array([penalty * (SHARED_PENALTY if is_shared(name) else 1) for name in index])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ weights
        scores -= np.maximum.reduceat(scores, starts)[group]
        exponentials = np.exp(scores)
        totals = np.add.reduceat(exponentials, starts)
        gradient = exponentials / totals[group]
        gradient[gold_rows] -= 1
        value = np.log(totals).sum() - scores[gold_rows].sum() + 0.5 * (strength * weights**2).sum()
        return float(value), matrix.T @ gradient + strength * weights

    start = np.zeros(len(index))
    start[index["network"]] = 2.0  # the network alone, to begin with
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {name: float(solution[at]) for name, at in index.items() if abs(solution[at]) >= PRUNE}


def cross_validate(examples: list[Example], penalty: float, folds: int, seed: int = 0) -> NDArray[np.bool_]:
    """For every example, whether a model trained without its fold gets it right."""
    order = np.random.default_rng(seed).permutation(len(examples))
    right = np.zeros(len(examples), bool)
    for fold in range(folds):
        held_out = set(order[fold::folds].tolist())
        weights = fit([e for n, e in enumerate(examples) if n not in held_out], penalty)
        for number in held_out:
            _, candidates, gold = examples[number]
            right[number] = choose(candidates, weights) is candidates[gold]
    return right


def wilson(right: NDArray[np.bool_]) -> str:
    """Accuracy with its 95 % Wilson score interval."""
    n, p, z = len(right), float(right.mean()), 1.96
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{100 * p:.2f} % ({100 * (centre - half):.2f} to {100 * (centre + half):.2f})"


def main() -> None:
    """Cross-validate, and write the weights when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--folds", type=int, default=10, help="0: no cross-validation")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    examples = read(options.sentences, options.labels)
    if options.folds:
        right = cross_validate(examples, options.penalty, options.folds)
        print(f"{options.folds}-fold: all {len(right)} {wilson(right)}, first 3,000 {wilson(right[:3000])}")
    if options.write:
        weights = fit(examples, options.penalty)
        names = np.frombuffer("\n".join(weights).encode(), np.uint8)
        np.savez_compressed(DATA, names=names, weights=np.array(list(weights.values()), np.float16))
        print(f"{DATA.name}: {len(weights)} weights, {DATA.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()

"""The n-grams' part: their vocabulary, and logistic regression on it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from declaim.prosody.ngrams import ngrams
from training.emotion.corpus import Example, labels

FEWEST = 2
"""Sentences in which an n-gram must occur to be considered."""
KEPT = 20_000
"""N-grams that stay, of 53,000: those that move the logits most."""
STRENGTH = 10.0
"""Inverse of the regularisation."""
_LARGEST = 127


def train(learned_from: list[Example]) -> dict[str, np.ndarray]:
    """Train on the sentences; gives the arrays of the file."""
    wanted = labels(learned_from)
    counts, vocabulary = _counts([example.text for example in learned_from])
    rarity = np.log((1 + len(wanted)) / (1 + counts.getnnz(axis=0))) + 1
    counts.data = 1 + np.log(counts.data)
    features = counts @ diags(rarity)
    whole = _fitted(_to_unit_length(features), wanted)
    reach = np.abs(whole.coef_).max(axis=0) * np.sqrt(np.asarray(features.power(2).sum(axis=0)).ravel())
    kept = np.sort(np.argsort(-reach)[:KEPT])
    model = _fitted(_to_unit_length(features[:, kept]), wanted)
    step = np.abs(model.coef_).max() / _LARGEST
    return {
        "vocabulary": vocabulary[kept],
        "rarity": rarity[kept].astype(np.float16),
        "weights": np.rint(model.coef_.T / step).astype(np.int8),
        "step": np.float32(step),
        "bias": model.intercept_.astype(np.float32),
    }


def _counts(texts: list[str]) -> tuple[csr_matrix, np.ndarray]:
    """How often (N, K) each text has each n-gram that occurs in several of them, and these n-grams (K,)."""
    found = [np.unique(ngrams(text), return_counts=True) for text in texts]
    grams, texts_with = np.unique(np.concatenate([hashes for hashes, _ in found]), return_counts=True)
    starts = np.cumsum([0, *(len(hashes) for hashes, _ in found)])
    columns = np.searchsorted(grams, np.concatenate([hashes for hashes, _ in found]))
    often = np.concatenate([count for _, count in found]).astype(np.float32)
    counts = csr_matrix((often, columns, starts), shape=(len(texts), len(grams)))
    usual = texts_with >= FEWEST
    return counts[:, usual], grams[usual]


def _to_unit_length(features: csr_matrix) -> csr_matrix:
    lengths = np.sqrt(np.asarray(features.power(2).sum(axis=1)).ravel())
    return diags(1 / np.maximum(lengths, 1.0)) @ features


def _fitted(features: csr_matrix, wanted: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3).fit(features, wanted)

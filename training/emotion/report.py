"""Scores on the held-out kinds: macro-F1 by language and batch, and the confusion matrix."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score

from declaim.prosody.emotion import EMOTIONS
from training.emotion.corpus import Example


def ngram_predictions(learned: list[Example], held: list[Example]) -> np.ndarray:
    """The baseline: logistic regression on character n-grams of one to four, of sentence and context."""

    def written(examples: list[Example]) -> list[str]:
        return [f"{each.context} {each.text}" for each in examples]

    features = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=10, max_iter=300)
    model.fit(features.fit_transform(written(learned)), _labels(learned))
    return np.asarray(model.predict(features.transform(written(held))))


def _labels(examples: list[Example]) -> np.ndarray:
    return np.array([EMOTIONS.index(each.emotion) for each in examples])


def report(held: list[Example], predictions: dict[str, np.ndarray]) -> str:
    """Markdown: a row for each predictor, then the first one's confusions."""
    labels = _labels(held)
    groups = {
        f"{language} {batch}".strip(): np.array(
            [each.language == language and each.batch.startswith(batch) for each in held]
        )
        for language in ("en", "zh")
        for batch in ("", "plain", "implicit")
    }
    lines = [f"| macro-F1 | {' | '.join(groups)} |", "|---" * (len(groups) + 1) + "|"]
    for name, said in predictions.items():
        scores = (f1_score(labels[of], said[of], average="macro") for of in groups.values())
        lines.append(f"| {name} | {' | '.join(f'{score:.3f}' for score in scores)} |")
    said = next(iter(predictions.values()))
    for language in ("en", "zh"):
        lines += ["", *_confusions(labels[groups[language]], said[groups[language]], language)]
    return "\n".join(lines)


def _confusions(labels: np.ndarray, said: np.ndarray, language: str) -> list[str]:
    matrix = confusion_matrix(labels, said, labels=range(len(EMOTIONS)))
    rows = (f"| {name} | {' | '.join(map(str, row))} |" for name, row in zip(EMOTIONS, matrix, strict=True))
    return [
        f"| {language}: written as, read as | {' | '.join(EMOTIONS)} |",
        "|---" * (len(EMOTIONS) + 1) + "|",
        *rows,
    ]

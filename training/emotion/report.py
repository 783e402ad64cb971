"""What the packaged experts make of the held-out kinds: ``python -m training.emotion.report`` (some minutes).

Prints, as Markdown, macro-F1 by language and batch, of sentences by themselves and of the same sentences in
passages, the confusions, and how well the weights are calibrated.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score

from declaim.models.store import ModelStore
from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.emotion_reader import EmotionReader, joined
from declaim.prosody.language_model.model import LanguageModel
from training.emotion.corpus import Example, alone, in_passages, labels, read_examples, split
from training.emotion.states import read_through

EXPERTS = ("encoder", "n-grams", "language model")


def ngram_predictions(learned: list[Example], held: list[Example]) -> np.ndarray:
    """The baseline: logistic regression on character n-grams of one to four, of sentence and context."""

    def written(examples: list[Example]) -> list[str]:
        return [f"{each.context} {each.text}" for each in examples]

    features = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=10, max_iter=300)
    model.fit(features.fit_transform(written(learned)), labels(learned))
    return np.asarray(model.predict(features.transform(written(held))))


def opinions_on(
    passages: list[list[Example]], reader: EmotionReader, model: LanguageModel
) -> tuple[list[Example], np.ndarray]:
    """The examples in the order of the passages, and what the experts say of them (N, 3, 8)."""
    read = list(read_through(model, passages))
    said = [reader.opinions(example.text, context, state) for example, context, state in read]
    return [example for example, *_ in read], np.array(said)


def by_group(held: list[Example]) -> dict[str, np.ndarray]:
    """Which examples (N,) are of each language, and of each of its batches."""
    return {
        f"{language} {batch}".strip(): np.array(
            [each.language == language and each.batch.startswith(batch) for each in held]
        )
        for language in ("en", "zh")
        for batch in ("", "plain", "implicit")
    }


def score_table(held: list[Example], predictions: dict[str, np.ndarray]) -> str:
    """Macro-F1 of each predictor."""
    groups, wanted = by_group(held), labels(held)
    rows = [
        (name, *(f"{f1_score(wanted[of], said[of], average='macro'):.3f}" for of in groups.values()))
        for name, said in predictions.items()
    ]
    return table(("macro-F1", *groups), rows)


def packaged_weights(held: list[Example], opinions: np.ndarray) -> np.ndarray:
    """The weights (N, 8) that the package gives: the language model is not asked about Chinese."""
    english = by_group(held)["en"][:, None]
    return np.where(english, joined(opinions), joined(opinions[:, :2]))


def choices(held: list[Example], opinions: np.ndarray) -> dict[str, np.ndarray]:
    """What (N,) comes first in the package, to each expert, and to some or all of them together."""
    together = {
        "as packaged": packaged_weights(held, opinions),
        **{name: opinions[:, i] for i, name in enumerate(EXPERTS)},
        "encoder and n-grams": joined(opinions[:, :2]),
        "all three": joined(opinions),
    }
    return {name: weights.argmax(axis=1) for name, weights in together.items()}


def confusion_table(held: list[Example], said: np.ndarray, language: str) -> str:
    """Rows are what was meant, columns what was read."""
    of = by_group(held)[language]
    matrix = confusion_matrix(labels(held)[of], said[of], labels=range(len(EMOTIONS)))
    rows = [(name, *map(str, row)) for name, row in zip(EMOTIONS, matrix, strict=True)]
    return table((f"{language}: written as, read as", *EMOTIONS), rows)


def calibration_table(held: list[Example], opinions: np.ndarray) -> str:
    """How often the emotion with the largest weight is the right one, beside that weight."""
    weights = packaged_weights(held, opinions)
    largest, right = weights.max(axis=1), weights.argmax(axis=1) == labels(held)
    edges = np.array([0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    bins = np.digitize(largest, edges[1:-1])
    rows = [
        (
            f"{low:.1f} to {high:.1f}",
            f"{of.sum()}",
            f"{largest[of].mean():.2f}",
            f"{right[of].mean():.2f}",
        )
        for i, (low, high) in enumerate(pairwise(edges))
        if (of := bins == i).any()
    ]
    error = sum(abs(largest[bins == i].sum() - right[bins == i].sum()) for i in set(bins)) / len(bins)
    loss = -np.log(weights[np.arange(len(held)), labels(held)]).mean()
    header = ("largest weight", "sentences", "its mean", "right")
    return f"{table(header, rows)}\n\nExpected calibration error {error:.3f}, log loss {loss:.3f}."


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure and print."""
    store = ModelStore()
    reader, model = EmotionReader.load(store, threads=2), LanguageModel.load(store, threads=2)
    learned_from, held = split(read_examples())
    by_themselves, opinions = opinions_on(alone(held), reader, model)
    rows = choices(by_themselves, opinions) | {"baseline": ngram_predictions(learned_from, by_themselves)}
    print(f"By themselves:\n\n{score_table(by_themselves, rows)}\n")
    for language in ("en", "zh"):
        print(f"{confusion_table(by_themselves, rows['as packaged'], language)}\n")
    print(f"{calibration_table(by_themselves, opinions)}\n")
    placed, opinions = opinions_on(in_passages(held, seed=2), reader, model)
    print(f"In passages:\n\n{score_table(placed, choices(placed, opinions))}\n")
    print(calibration_table(placed, opinions))


if __name__ == "__main__":
    main()

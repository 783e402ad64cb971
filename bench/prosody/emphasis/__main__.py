"""``python -m bench.prosody.emphasis``: are the words that are emphasised those that a reader would stress?

Precision: the share of the words chosen that are marked as stressed. Recall: the share of the words marked
that are chosen. Harm: the share of the words chosen that are marked as not to be stressed.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.prosody.emphasis.choosers import CHOOSERS, Case
from bench.prosody.emphasis.marked import Marked, load
from bench.quality.report import table
from declaim.models.store import ModelStore
from declaim.prosody.language_model.model import LanguageModel, Passage
from declaim.prosody.reading import reading_of
from declaim.text.frontend import TextFrontend

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from declaim.text.sentence import Language, Span

HEAD = ("words chosen", "chosen", "precision", "recall", "F1", "harm")


@dataclass
class Count:
    """What was chosen in a number of sentences."""

    chosen: int = 0
    right: int = 0
    harmful: int = 0
    stressed: int = 0
    found: int = 0

    def add(self, marked: Marked, spans: Iterable[Span]) -> None:
        """Count the words chosen in a sentence. A word counts as right if any of it is marked so."""
        chosen = set(spans)
        right = {span for span in chosen if touches(span, marked.stressed)}
        self.chosen += len(chosen)
        self.right += len(right)
        self.harmful += sum(touches(span, marked.unstressed) for span in chosen - right)
        self.stressed += len(marked.stressed)
        self.found += sum(touches(span, chosen) for span in marked.stressed)

    def row(self) -> tuple[str, ...]:
        """Return the cells of a table."""
        precision = self.right / max(1, self.chosen)
        recall = self.found / self.stressed
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        harm = self.harmful / max(1, self.chosen)
        return (str(self.chosen), *(f"{value:.2f}" for value in (precision, recall, f1, harm)))


def touches(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether a span has a character in common with any of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def main() -> None:
    """Print a table for each language."""
    line = argparse.ArgumentParser(prog="python -m bench.prosody.emphasis", description=__doc__)
    line.add_argument("--split", choices=("dev", "test"), default="test")
    line.add_argument("--threads", type=int, default=2)
    options = line.parse_args()
    model, frontend = LanguageModel.load(ModelStore(), threads=options.threads), TextFrontend()
    for language in ("zh", "en"):
        cases = read(language, options.split, frontend, model)
        print(f"\n{language}, {options.split}: {len(cases)} sentences, {options.threads} threads\n")
        print(table(HEAD, [(name, *counted(name, cases).row()) for name in CHOOSERS]))
        print(f"\nThe language model reads one in {cost(model, cases):.0f} ms (median).")


def read(
    language: Language, split: str, frontend: TextFrontend, model: LanguageModel
) -> list[tuple[Marked, Case]]:
    """Return the marked sentences, read."""
    return [(marked, Case(language, *marked.read(frontend), model)) for marked in load(language, split)]


def counted(name: str, cases: Sequence[tuple[Marked, Case]]) -> Count:
    """Count what a chooser chooses."""
    count = Count()
    for marked, case in cases:
        count.add(marked, (case.reading.words[index].word.span for index in CHOOSERS[name](case)))
    return count


def cost(model: LanguageModel, cases: Sequence[tuple[Marked, Case]]) -> float:
    """Return the milliseconds that the language model takes for a sentence: the median."""
    times = []
    passage = Passage(model)
    for _, case in cases:
        text = reading_of(case.sentence).text
        started = time.perf_counter()
        passage.read(text)
        times.append(1000 * (time.perf_counter() - started))
    return median(times)


if __name__ == "__main__":
    main()

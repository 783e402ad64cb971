"""Would the package's language model choose better? ``python -m bench.dialogue.language_model``.

For every annotated quote that no tag gives a speaker, the surprisal of each candidate's name in “…,” said
NAME, or “…”NAME说, behind what stands before; the least surprising one is its choice. The rules' choice is
beside it.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np

from bench.dialogue.annotations import EITHER, GROUP, Annotation, GoldLine, annotations
from declaim.models.store import ModelStore
from declaim.prosody.language_model.model import LanguageModel, Passage
from declaim.studio.book import Block
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.lines import Dialogue, Evidence

_GUESSED = {Evidence.ALTERNATION, Evidence.NEARBY, Evidence.NONE, Evidence.ADDRESSED}
_BLOCKS_BEFORE = 8
_CONTEXT = 240
"""Characters of the text before the quote that the model reads."""


def main() -> None:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only each so-manieth quote that is guessed")
    parser.add_argument("--only", default="", help="the name of one annotated chapter")
    options = parser.parse_args()
    model = LanguageModel.load(ModelStore(), threads=options.threads)
    totals: dict[str, Counter[str]] = {"zh": Counter(), "en": Counter()}
    begun = time.perf_counter()
    for annotation in annotations():
        if options.only not in {"", annotation.name}:
            continue
        score = _compare(model, annotation, options.every)
        print(f"{annotation.name:10}", dict(score), flush=True)
        totals[annotation.language].update(score)
    for language, score in totals.items():
        if not score["all"]:
            continue
        print(
            f"{language}: {score['all']} quotes; rules {score['rules']}, model {score['model']}, "
            f"either {score['either']}, chance {score['chance'] / 1000:.0f}"
        )
    print(f"{time.perf_counter() - begun:.0f} s")


def _compare(model: LanguageModel, annotation: Annotation, every: int) -> Counter[str]:
    dialogue = attribute(annotation.book)
    blocks = annotation.book.chapters[0].blocks
    score: Counter[str] = Counter()
    guessed = 0
    for line in dialogue.lines:
        gold = next(
            (g for g in annotation.lines if (g.block, g.start) == (line.place.block, line.place.start)), None
        )
        if gold is None or gold.kind == EITHER or gold.speaker == GROUP or line.evidence not in _GUESSED:
            continue
        candidates = _candidates(dialogue, blocks, gold)
        guessed += len(candidates) > 1
        if len(candidates) < 2 or guessed % every:
            continue
        called = annotation.names[gold.speaker]
        chosen = _chosen(model, annotation, blocks, gold, candidates)
        rules, by_model = line.speaker in called, chosen in called
        score.update(
            all=1,
            rules=int(rules),
            model=int(by_model),
            either=int(rules or by_model),
            chance=1000 * sum(one in called for one in candidates) // len(candidates),
        )
    return score


def _candidates(dialogue: Dialogue, blocks: tuple[Block, ...], gold: GoldLine) -> list[str]:
    """Who is named or speaks a little before."""
    near = range(max(0, gold.block - _BLOCKS_BEFORE), gold.block)
    text = "".join(blocks[index].text for index in near)
    speaking = {line.speaker for line in dialogue.lines if line.place.block in near and line.speaker}
    named = {one.name for one in dialogue.people if any(name in text for name in (one.name, *one.aliases))}
    return sorted(speaking | named)


def _chosen(
    model: LanguageModel,
    annotation: Annotation,
    blocks: tuple[Block, ...],
    gold: GoldLine,
    candidates: list[str],
) -> str:
    before = "\n\n".join(block.text for block in blocks[: gold.block])
    context = (before + "\n\n" + blocks[gold.block].text[: gold.end])[-_CONTEXT:]
    costs = []
    for name in candidates:
        passage = Passage(model)
        passage.read(context)
        _, surprisals = passage.read(f"{name}说。" if annotation.language == "zh" else f" said {name}.")
        costs.append(float(np.sum(surprisals)))
    return candidates[int(np.argmin(costs))]


if __name__ == "__main__":
    main()

"""The labelled sentences: reading them, and telling what is learned from what is held out."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from declaim.prosody.emotion import EMOTIONS

DATA = Path(__file__).parent / "data"
HELD_OUT = ("news", "diary")
"""Kinds of text that the head never sees in training."""
_STRAY_CONTEXT = 0.4
"""Share of the sentences without a context that are shown a second time behind one that says nothing of them:
in a text, what comes before a sentence often has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, what comes before it, and how it is read aloud."""

    language: str
    kind: str
    batch: str
    """``implicit`` or ``plain``: whether the emotion is to be inferred or lies open."""
    emotion: str
    context: str
    text: str


def read_examples() -> list[Example]:
    """All of them."""
    examples = []
    for path in sorted(DATA.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            examples.append(Example(**{"batch": "implicit", **entry}))
    return examples


def split(examples: list[Example]) -> tuple[list[Example], list[Example]]:
    """What is learned from, and the held-out kinds."""
    held = [example for example in examples if example.kind in HELD_OUT]
    shown = {example.text for example in held}
    learned = [each for each in examples if each.kind not in HELD_OUT and each.text not in shown]
    return learned, held


def with_stray_contexts(examples: list[Example], seed: int) -> list[Example]:
    """The examples, and some of them again behind a sentence of the same language and kind."""
    choose = random.Random(seed)  # noqa: S311 - nothing secret
    by_place: dict[tuple[str, str], list[str]] = {}
    for each in examples:
        by_place.setdefault((each.language, each.kind), []).append(each.text)
    strays = [
        replace(each, context=choose.choice(by_place[each.language, each.kind]))
        for each in examples
        if not each.context and choose.random() < _STRAY_CONTEXT
    ]
    return [*examples, *strays]


def labels(examples: list[Example]) -> np.ndarray:
    """The place (N,) of each example's emotion among the eight."""
    return np.array([EMOTIONS.index(each.emotion) for each in examples])


def alone(examples: list[Example]) -> list[list[Example]]:
    """Each example as a text of its own."""
    return [[example] for example in examples]


def in_passages(examples: list[Example], seed: int) -> list[list[Example]]:
    """All examples of a language as one text, in any order: whatever stands before one says nothing of it."""
    passages = [[each for each in examples if each.language == language] for language in ("en", "zh")]
    for passage in passages:
        random.Random(seed).shuffle(passage)  # noqa: S311 - nothing secret
    return passages

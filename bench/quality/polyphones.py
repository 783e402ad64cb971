"""Accuracy on Chinese polyphones: ``python bench/quality/polyphones.py FILE.sent FILE.lb [--first N]``.

The files are of the CPP format (Park & Lee, "g2pM", Interspeech 2020): a sentence a line with the character
in question between two U+2581 marks, and its pinyin on the same line of the other file. Compared are the
readings before tone sandhi: pypinyin on the sentence, pypinyin on the segmenter's words, g2pM, and Declaim.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from pathlib import Path

import rjieba
from g2pM import G2pM
from pypinyin import Style, lazy_pinyin
from rich.console import Console
from rich.table import Table

from declaim.errors import LexiconError
from declaim.text.chinese import ChinesePhonemizer
from declaim.text.pinyin import parse_pinyin

Method = Callable[[str], list[str]]
"""From a sentence to one reading (or anything else) a character."""


def with_pypinyin(text: str) -> list[str]:
    """Pypinyin's own phrase matching."""
    return lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=list)


def on_words(text: str) -> list[str]:
    """Pypinyin on jieba's words."""
    return [syllable for word in rjieba.cut(text) for syllable in with_pypinyin(word)]


def methods() -> dict[str, Method]:
    """What is compared, by name."""
    network, ours = G2pM(), ChinesePhonemizer()
    return {
        "pypinyin": with_pypinyin,
        "pypinyin on jieba's words": on_words,
        "g2pM": lambda text: network(text, tone=True, char_split=True),
        "Declaim": ours.citation,
    }


def is_right(reading: str, label: str) -> bool:
    """Whether both are one syllable, however it is spelled."""
    try:
        return parse_pinyin(reading) == parse_pinyin(label)
    except LexiconError:
        return False


def interval(right: int, total: int) -> tuple[float, float]:
    """Wilson score interval, 95 %."""
    p, z = right / total, 1.96
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return centre - half, centre + half


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--first", type=int, help="only the first N lines")
    options = parser.parse_args()
    lines = options.sentences.read_text("utf-8").splitlines()[: options.first]
    labels = options.labels.read_text("utf-8").split()[: options.first]
    table = Table("method", "accuracy", "95 % interval", "ms a sentence", title=f"{len(lines)} sentences")
    for name, method in methods().items():
        start = time.perf_counter()
        answers = [method(line.replace("▁", ""))[line.index("▁")] for line in lines]
        spent = (time.perf_counter() - start) / len(lines)
        right = sum(map(is_right, answers, labels))
        low, high = interval(right, len(lines))
        table.add_row(name, f"{right / len(lines):.2%}", f"{low:.2%} to {high:.2%}", f"{1000 * spent:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()

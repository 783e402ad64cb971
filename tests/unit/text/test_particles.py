"""得 and 地 by their context, on sentences that the rules were made on and on some they were not."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from declaim.text.chinese import ChinesePhonemizer

DATA = Path(__file__).parent / "data"


def labelled(name: str) -> Iterator[tuple[str, int, str]]:
    """Sentence, place and reading; the file has the reading behind each character that is asked for."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        text = re.sub(r"\[(.)\w+]", r"\1", line)
        for number, match in enumerate(re.finditer(r"\[.(\w+)]", line)):
            before = sum(len(m.group()) - 1 for m in list(re.finditer(r"\[.\w+]", line))[:number])
            yield text, match.start() - before, match[1]


@pytest.mark.parametrize(
    ("name", "at_least", "accuracy"),
    [("particles_tuning.txt", 350, 0.97), ("particles_holdout.txt", 55, 0.95)],
)
@pytest.mark.parametrize("mark", ["", "。"])
def test_particles_are_read_by_context(
    phonemizer: ChinesePhonemizer, name: str, at_least: int, accuracy: float, mark: str
) -> None:
    cases = list(labelled(name))
    wrong = [
        (text, got, want) for text, at, want in cases if (got := phonemizer.citation(text + mark)[at]) != want
    ]
    assert len(cases) >= at_least
    assert 1 - len(wrong) / len(cases) >= accuracy, wrong


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("测得风速很高，分得清楚", {1: "de2", 8: "de5"}),
        ("彼得来了", {1: "de2"}),
        ("人人地位平等", {2: "di4"}),
        ("雨淅淅沥沥地下着", {5: "de5"}),
        ("鞋在地下", {2: "di4"}),
        ("他慢慢地，慢慢地走", {3: "de5", 7: "de5"}),
        ("得", {0: "de2"}),
        ("地", {0: "di4"}),
    ],
)
def test_edges(phonemizer: ChinesePhonemizer, text: str, readings: dict[int, str]) -> None:
    found = phonemizer.citation(text)
    assert {at: found[at] for at in readings} == readings

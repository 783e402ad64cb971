"""The sentence sets: what is read aloud, and what a recogniser should write down."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SETS = ("zh", "en", "mixed")
FOLDER = Path(__file__).parent / "sentences"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a set."""

    id: str
    kind: str
    """What it tries: ``number``, ``name``, ``question``, ``long``, …"""
    text: str
    """What the engine gets."""
    spoken: tuple[str, ...]
    """Accepted readings in words, where they differ from ``text`` (the TSV parts them by ``|``)."""

    @property
    def references(self) -> tuple[str, ...]:
        """Every transcript that counts as right; digits are normalised later, as in the hypothesis."""
        return (self.text, *self.spoken)


def load(name: str, limit: int | None = None) -> list[Sentence]:
    """Read a set; with ``limit``, that many sentences spread evenly over it, so that every kind stays."""
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    sentences = [_sentence(row) for row in rows]
    if limit is None or limit >= len(sentences):
        return sentences
    return [sentences[index * len(sentences) // limit] for index in range(limit)]


def _sentence(row: dict[str, str]) -> Sentence:
    spoken = tuple(reading.strip() for reading in row["spoken"].split("|") if reading.strip())
    return Sentence(row["id"], row["kind"], row["text"], spoken)

"""One row a sentence and engine: kept as JSON, so that a peer need not be measured again each time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.quality.corpus import SETS, Sentence, load
from bench.quality.metrics import count_errors, count_syllable_errors
from bench.quality.normalise import language_of


@dataclass(frozen=True, slots=True)
class Result:
    """One sentence in one voice by one engine."""

    engine: str
    set_name: str
    voice: str
    id: str
    kind: str
    text: str
    heard: str
    """The recogniser's transcript, as it wrote it."""
    errors: int
    tokens: int
    syllable_errors: int
    syllables: int
    p808: float
    overall: float
    audio_seconds: float
    synthesis_seconds: float


def count(sentence: Sentence, heard: str) -> dict[str, int]:
    """Return the error counts of a transcript, under their names in `Result`."""
    language = language_of(sentence.text)
    words = count_errors(sentence.references, heard, language)
    syllables = count_syllable_errors(sentence.references, heard, language)
    return {
        "errors": words.errors,
        "tokens": words.length,
        "syllable_errors": syllables.errors,
        "syllables": syllables.length,
    }


def write(results: Iterable[Result], path: Path) -> None:
    """Write all rows as one JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(result) for result in results]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def read(path: Path) -> list[Result]:
    """Read earlier rows and count their errors anew: the transcript is the measurement, scoring may change.

    Rows of sentences whose text has changed since, or that are gone, are left out.
    """
    sentences = {sentence.id: sentence for name in SETS for sentence in load(name)}
    rows = [Result(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    current = (row for row in rows if row.id in sentences and row.text == sentences[row.id].text)
    return [Result(**(asdict(row) | count(sentences[row.id], row.heard))) for row in current]

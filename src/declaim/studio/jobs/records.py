"""What came of a batch: which take each sentence is, or why it has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from declaim.models.files import sync_folder, typed_disk_errors
from declaim.replacing import replacing
from declaim.text.sentence import Span

_LAYOUT: Final = 1
_TYPICAL: Final = 100_000
"""Bytes of a record, for the message when a disk is full."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A sentence and its take.

    Attributes:
        key: of the take.
        samples: in it.
        text: as printed.
        span: where that stands in the passage's printed text.
        words: for each word the printed stretch, counted as ``span`` is, and its start and end in seconds.
        pause: seconds of silence to follow.
        identity: see :func:`~declaim.studio.jobs.take_key.identity`.
        score: as it was performed, as JSON.
        channel: who spoke.
    """

    key: str
    samples: int
    text: str
    span: Span
    words: tuple[tuple[Span, float, float], ...]
    pause: float
    identity: str
    score: dict[str, Any]
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What was not spoken.

    Attributes:
        text: as printed.
        span: where it stands in the passage's printed text.
        why: for the report.
    """

    text: str
    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A passage, spoken.

    Attributes:
        lines: its sentences, in order.
        gaps: those that could not be spoken.
        pause: seconds of silence that its markup asks for behind the last word.
    """

    lines: tuple[SpokenLine, ...] = ()
    gaps: tuple[Gap, ...] = ()
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """The passages of a batch, spoken."""

    passages: tuple[PassageRecord, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Whether every sentence has a take."""
        return not any(passage.gaps for passage in self.passages)

    def lines(self) -> Iterator[SpokenLine]:
        """All sentences in order."""
        return (line for passage in self.passages for line in passage.lines)

    def write(self, path: Path) -> None:
        """Keep it; the file appears complete or not at all.

        Raises:
            StorageError: the disk is full or the folder cannot be written.
        """
        content = {"layout": _LAYOUT, "passages": [asdict(passage) for passage in self.passages]}
        with typed_disk_errors(path.parent, _TYPICAL):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as temporary:
                temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            sync_folder(path.parent)

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The record that was kept; None if there is none, or one of another layout."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        if content["layout"] != _LAYOUT:
            return None
        return cls(tuple(_passage(each) for each in content["passages"]))


def _passage(written: dict[str, Any]) -> PassageRecord:
    lines = tuple(
        SpokenLine(**each | {"span": tuple(each["span"]), "words": tuple(map(_word, each["words"]))})
        for each in written["lines"]
    )
    gaps = tuple(Gap(**each | {"span": tuple(each["span"])}) for each in written["gaps"])
    return PassageRecord(lines, gaps, written["pause"])


def _word(written: list[Any]) -> tuple[Span, float, float]:
    (first, last), start, end = written
    return (first, last), start, end

"""What a job is going to speak: chapters of passages, in batches, as a file in the project's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from declaim.prosody.score import Score
from declaim.replacing import replacing, storing
from declaim.studio.jobs.speaking_time import speaking_time
from declaim.studio.passage import Passage, Place

BATCH_SECONDS: Final = 120.0
"""Estimated speech in a batch: what one step of a workflow speaks. A step costs the database 4 ms and the
sentence that is last in it leaves other workers idle, which is a hundredth of such a batch."""


@dataclass(frozen=True, slots=True)
class PlannedChapter:
    """A chapter to be spoken.

    Attributes:
        title: for players and file names.
        level: depth in the table of contents, from 1.
        passages: what is said.
        printed: for each passage, the printed text that it is.
    """

    title: str
    level: int
    passages: tuple[Passage, ...]
    printed: tuple[str, ...]

    def batches(self) -> list[range]:
        """The passages in stretches of about two minutes; none for a chapter without any."""
        found: list[range] = []
        start, seconds = 0, 0.0
        for index, passage in enumerate(self.passages):
            seconds += speaking_time(passage.text)
            if seconds >= BATCH_SECONDS:
                found.append(range(start, index + 1))
                start, seconds = index + 1, 0.0
        return [*found, range(start, len(self.passages))] if start < len(self.passages) else found


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the book's file has and nobody can speak: a chapter that is damaged or empty.

    Attributes:
        where: the chapter's title, or the file in the archive, or the page.
        why: one sentence for the report.
    """

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole book or script.

    Attributes:
        title: of the whole.
        chapters: in order.
        left_out: what is missing before anything is spoken.
    """

    title: str
    chapters: tuple[PlannedChapter, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def digest(self) -> str:
        """Another one for every change of what is said, or by whom."""
        return hashlib.sha256(json.dumps(self._content(), sort_keys=True).encode()).hexdigest()

    def write(self, path: Path) -> None:
        """Keep it; the file appears complete or not at all.

        Raises:
            StorageError: the disk is full or the folder cannot be written.
        """
        with replacing(path) as temporary, storing(path):
            temporary.write_text(json.dumps(self._content(), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The plan that was kept.

        Raises:
            FileNotFoundError: there is none.
        """
        content = json.loads(path.read_text(encoding="utf-8"))
        chapters = tuple(
            PlannedChapter(
                chapter["title"],
                chapter["level"],
                tuple(_passage(each) for each in chapter["passages"]),
                tuple(each["printed"] for each in chapter["passages"]),
            )
            for chapter in content["chapters"]
        )
        left_out = tuple(LeftOut(**each) for each in content.get("left_out", ()))
        return cls(content["title"], chapters, left_out)

    def _content(self) -> dict[str, Any]:
        chapters = [
            {
                "title": chapter.title,
                "level": chapter.level,
                "passages": [
                    _written(passage) | {"printed": printed}
                    for passage, printed in zip(chapter.passages, chapter.printed, strict=True)
                ],
            }
            for chapter in self.chapters
        ]
        # Only where there is something: a book that was begun before this was kept is still the same one.
        left_out = {"left_out": [asdict(each) for each in self.left_out]} if self.left_out else {}
        return {"title": self.title, "chapters": chapters, **left_out}


def said_digest(passage: Passage) -> str:
    """What of a passage shapes its takes: not where it stands, nor the silence after it."""
    written = _written(passage)
    said = [written[name] for name in ("text", "voice", "score", "expressiveness")]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def batch_digest(passages: Sequence[Passage], before: Passage | None, manner: str) -> str:
    """The name of a batch's record.

    Args:
        passages: those of the batch.
        before: the one before them, in whose light they are read.
        manner: digest of the configuration and the models.
    """
    parts = [manner, said_digest(before) if before else "", *map(said_digest, passages)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _written(passage: Passage) -> dict[str, Any]:
    score = passage.score
    given = None if score is None else score.model_dump(mode="json", exclude_unset=True)
    return {
        "text": passage.text,
        "place": asdict(passage.place),
        "voice": passage.voice,
        "speaker": passage.speaker,
        "score": given,
        "expressiveness": passage.expressiveness,
        "pause": passage.pause,
    }


def _passage(written: dict[str, Any]) -> Passage:
    return Passage(
        text=written["text"],
        place=Place(**written["place"]),
        voice=written["voice"],
        speaker=written["speaker"],
        score=None if written["score"] is None else Score.model_validate(written["score"]),
        expressiveness=written["expressiveness"],
        pause=written["pause"],
    )

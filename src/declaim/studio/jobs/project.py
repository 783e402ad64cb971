"""A job's folder: the plan, the takes, and a record for each batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from declaim.replacing import replacing, storing
from declaim.studio.jobs.plan import Plan, PlannedChapter, batch_digest, said_digest
from declaim.studio.jobs.records import BatchRecord, PassageRecord
from declaim.studio.jobs.rendering import Batch
from declaim.studio.jobs.score_memory import Earlier, Remembered, remembered
from declaim.studio.jobs.take_store import TakeStore
from declaim.studio.passage import Passage, Place
from declaim.studio.recording import RecordedChapter, Take
from declaim.timings import WordTiming

_PLAN: Final = "plan.json"
_MEMORY: Final = "scores.json"


class Project:
    """The folder in which a book is made.

    Args:
        folder: it, which is there.
        manner: digest of all that shapes the sound but the passages.
    """

    def __init__(self, folder: Path, manner: str) -> None:
        self.folder = folder
        self.store = TakeStore(folder / "takes")
        self._manner = manner

    def begin(self, plan: Plan) -> None:
        """Take up a plan. What an earlier one has in common with it keeps its scores.

        Raises:
            StorageError: the folder cannot be written.
        """
        earlier = self._earlier()
        if earlier is not None and earlier.digest == plan.digest:
            return
        if earlier is not None:
            self._note_memory(plan, earlier)
        plan.write(self.folder / _PLAN)
        self.__dict__.pop("plan", None)
        self.__dict__.pop("_memory", None)

    @cached_property
    def plan(self) -> Plan:
        """What was taken up."""
        return Plan.read(self.folder / _PLAN)

    @property
    def run(self) -> str:
        """A short name for this plan, spoken in this manner."""
        return hashlib.sha256(f"{self.plan.digest}{self._manner}".encode()).hexdigest()[:16]

    def batch(self, chapter: int, number: int) -> Batch:
        """One of the batches of a chapter."""
        planned = self.plan.chapters[chapter]
        stretch = planned.batches()[number]
        first = sum(len(each.passages) for each in self.plan.chapters[:chapter]) + stretch.start
        known = self._memory[first : first + len(stretch)] if self._memory else ()
        part = slice(stretch.start, stretch.stop)
        return Batch(planned.passages[part], planned.printed[part], _before(planned, stretch), known)

    def record_path(self, chapter: PlannedChapter, stretch: range) -> Path:
        """Where the record of a batch is, or would be."""
        passages = chapter.passages[stretch.start : stretch.stop]
        name = batch_digest(passages, _before(chapter, stretch), self._manner)
        return self.folder / "records" / name[:2] / f"{name}.json"

    def record(self, chapter: int, number: int) -> BatchRecord | None:
        """What came of a batch, if all of it is still there."""
        planned = self.plan.chapters[chapter]
        record = BatchRecord.read(self.record_path(planned, planned.batches()[number]))
        if record is None or not all(self.store.path(line.key).exists() for line in record.lines()):
            return None
        return record

    def keep(self, chapter: int, number: int, record: BatchRecord) -> None:
        """Note what came of a batch.

        Raises:
            StorageError: the disk is full, or the folder cannot be written.
        """
        planned = self.plan.chapters[chapter]
        record.write(self.record_path(planned, planned.batches()[number]))

    def recorded(self) -> list[RecordedChapter]:
        """All chapters as they were spoken; those batches that have no record are missing."""
        return [self.recorded_chapter(index) for index in range(len(self.plan.chapters))]

    def passages(self, plan: Plan | None = None) -> Iterator[tuple[Place, Passage, PassageRecord | None]]:
        """Every passage with what came of it, in order."""
        for chapter in (plan or self.plan).chapters:
            for stretch in chapter.batches():
                record = BatchRecord.read(self.record_path(chapter, stretch))
                for offset, index in enumerate(stretch):
                    passage = chapter.passages[index]
                    yield passage.place, passage, record.passages[offset] if record else None

    def recorded_chapter(self, index: int) -> RecordedChapter:
        """One of them."""
        chapter = self.plan.chapters[index]
        takes: list[Take] = []
        for stretch in chapter.batches():
            record = BatchRecord.read(self.record_path(chapter, stretch))
            for offset, passage in enumerate(chapter.passages[stretch.start : stretch.stop]):
                if record is not None:
                    takes += self._takes(passage, record.passages[offset])
        return RecordedChapter(chapter.title, tuple(takes), chapter.level)

    def _takes(self, passage: Passage, record: PassageRecord) -> Iterator[Take]:
        place, last = passage.place, len(record.lines) - 1
        for number, line in enumerate(record.lines):
            start, end = (place.start + offset for offset in line.span)
            words = tuple(
                WordTiming(
                    line.text[first - line.span[0] : stop - line.span[0]],
                    (place.start + first, place.start + stop),
                    begin,
                    until,
                )
                for (first, stop), begin, until in line.words
            )
            after = record.pause + passage.pause if number == last else 0.0
            yield Take(
                path=self.store.path(line.key),
                samples=line.samples,
                text=line.text,
                place=Place(place.chapter, place.block, start, end),
                speaker=passage.speaker,
                words=words,
                pause=line.pause + after,
            )

    def _earlier(self) -> Plan | None:
        try:
            return Plan.read(self.folder / _PLAN)
        except FileNotFoundError:
            return None

    def _note_memory(self, plan: Plan, earlier: Plan) -> None:
        """Lay the earlier plan beside the new one; what was not spoken yet has what it remembered itself."""
        before = self._memory_of(earlier)
        known = [
            Earlier(said_digest(passage), _scores(record) if record else before[index] if before else ())
            for index, (_, passage, record) in enumerate(self.passages(earlier))
        ]
        digests = [said_digest(passage) for chapter in plan.chapters for passage in chapter.passages]
        content = {"plan": plan.digest, "manner": self._manner, "passages": remembered(known, digests)}
        memory = self.folder / _MEMORY
        with replacing(memory) as temporary, storing(memory):
            temporary.write_text(json.dumps(content), encoding="utf-8")

    @cached_property
    def _memory(self) -> list[tuple[Remembered, ...]]:
        return self._memory_of(self.plan)

    def _memory_of(self, plan: Plan) -> list[tuple[Remembered, ...]]:
        """For each passage of a plan, what is remembered of an earlier run; empty if nothing is."""
        try:
            content: dict[str, Any] = json.loads((self.folder / _MEMORY).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        if content["plan"] != plan.digest or content["manner"] != self._manner:
            return []
        return [tuple((name, score) for name, score in each) for each in content["passages"]]


def _before(chapter: PlannedChapter, stretch: range) -> Passage | None:
    return chapter.passages[stretch.start - 1] if stretch.start else None


def _scores(record: PassageRecord) -> tuple[Remembered, ...]:
    return tuple((line.identity, line.score) for line in record.lines)

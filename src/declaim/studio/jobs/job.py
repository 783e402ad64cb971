"""One book or episode that is being made: its state, its progress, and who listens to that."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.errors import StorageError
from declaim.replacing import replacing, storing
from declaim.studio.jobs.control import JobControl
from declaim.studio.jobs.progress import ChapterProgress, Progress
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.speaking_time import speaking_time

logger = logging.getLogger(__name__)

JobState: TypeAlias = Literal["draft", "queued", "running", "paused", "done", "failed", "cancelled"]
"""A draft has a book and options, and waits to be begun."""
JobKind: TypeAlias = Literal["book", "podcast"]
"""What is made: an audiobook of a book, or an episode of a script."""
ENDED: Final[frozenset[JobState]] = frozenset({"done", "failed", "cancelled"})
_FILE: Final = "job.json"
_EVENTS_WAITING: Final = 100
"""For one listener; a slower one loses some of the past, since each event tells how far all is."""


@dataclass(frozen=True, slots=True)
class Omission:
    """What of a book is not in the audio.

    Attributes:
        where: the chapter's title.
        what: how it begins; empty for all of the chapter.
        why: one sentence.
    """

    where: str
    what: str
    why: str


@dataclass(slots=True)
class JobNote:
    """What is kept of a job besides its takes.

    Attributes:
        state: where it is.
        title: of the book.
        created: when it was begun, in UTC, ISO 8601.
        client: who began it.
        source: the book's file, in the job's folder or anywhere.
        options: how it is to be made, as JSON.
        why: of what has failed, or paused by itself.
        hint: what to do about that.
        omissions: what is not in the audio.
        files: that were written.
        kind: what is made.
    """

    state: JobState = "queued"
    title: str = ""
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    client: str = ""
    source: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    hint: str = ""
    omissions: list[Omission] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    kind: JobKind = "book"

    def write(self, folder: Path) -> None:
        """Keep it.

        Raises:
            StorageError: the folder cannot be written.
        """
        with replacing(folder / _FILE) as temporary, storing(folder / _FILE):
            temporary.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The note of a folder; None if it has none."""
        try:
            content = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return cls(**content | {"omissions": [Omission(**each) for each in content["omissions"]]})


class Job:
    """A book in the making. Belongs to the event loop, but for :meth:`load`.

    Args:
        name: the run's: unique, and the same after each restart.
        project: its folder.
        note: what was kept of it.
    """

    def __init__(self, name: str, project: Project, note: JobNote) -> None:
        self.name = name
        self.project = project
        self.note = note
        self.progress = Progress(())
        self.control = JobControl(self._paused)
        self.ended = asyncio.Event()
        """Set when it is done, has failed or was cancelled."""
        self.tasks: set[asyncio.Task[Any]] = set()
        """What is being spoken."""
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()
        self._counted: set[tuple[int, int]] = set()
        if note.state == "paused":
            self.control.pause()

    def load(self) -> None:
        """Read the plan, and count what is there already. Takes a while for a long book."""
        chapters = self.project.plan.chapters
        self.progress = Progress(
            [
                ChapterProgress(chapter.title, sum(map(speaking_time, chapter.printed)))
                for chapter in chapters
            ],
            self.progress.clock,
        )
        self._counted.clear()
        for index, chapter in enumerate(chapters):
            for number in range(len(chapter.batches())):
                self.count(index, number)

    def count(self, chapter: int, number: int) -> None:
        """Count a batch that is there, if it was not counted sentence by sentence."""
        record = None if (chapter, number) in self._counted else self.project.record(chapter, number)
        if record is None:
            return
        self._counted.add((chapter, number))
        for line in record.lines():
            seconds = line.samples / SAMPLE_RATE + line.pause
            self.progress.sentence(chapter, speaking_time(line.text), seconds, is_known=True)

    def speaking(self, chapter: int, number: int) -> None:
        """A batch is going to be counted sentence by sentence."""
        self._counted.add((chapter, number))

    def sentence(self, chapter: int, text: str, seconds: float, *, is_known: bool) -> None:
        """A sentence has its take."""
        self.progress.sentence(chapter, speaking_time(text), seconds, is_known=is_known)
        self.tell("sentence", chapter=chapter, text=text)

    def renew(self, options: dict[str, Any]) -> None:
        """Be a job that is about to begin: a draft, or one that has ended and is made again.

        Raises:
            StorageError: its note cannot be kept.
        """
        assert self.note.state in {"draft", *ENDED}
        old = self.note
        note = JobNote("queued", old.title, old.created, old.client, old.source, options, kind=old.kind)
        note.write(self.project.folder)
        self.note, self.progress = note, Progress((), self.progress.clock)
        self.ended.clear()
        self.control = JobControl(self._paused)

    def become(self, state: JobState, *, why: str = "", hint: str = "") -> None:
        """Enter a state, and keep that if the disk takes it; what the workflow is counts in any case."""
        self.note.state, self.note.why, self.note.hint = state, why, hint
        (self.progress.start if state == "running" else self.progress.stop)()
        try:
            self.note.write(self.project.folder)
        except StorageError as error:
            logger.warning("the state of job %s is not kept: %s", self.name, error)
        self.tell("state")
        if state in ENDED:
            self.ended.set()

    def told(self) -> dict[str, Any]:
        """How it is, as JSON."""
        note = self.note
        state = {"id": self.name, "kind": note.kind, "state": note.state, "title": note.title}
        chapters = [
            {"title": each.title, "share": round(each.share, 4), "seconds": round(each.seconds, 2)}
            for each in self.progress.chapters
        ]
        reason = {"why": note.why, "hint": note.hint} if note.why else {}
        return state | {"created": note.created} | reason | self.progress.told() | {"chapters": chapters}

    def tell(self, kind: str, **more: object) -> None:
        """Tell whoever listens."""
        event = {"type": f"job.{kind}", "id": self.name, "state": self.note.state, **more}
        event |= self.progress.told()
        for listener in self._listeners:
            if listener.full():
                listener.get_nowait()
            listener.put_nowait(event)

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """Events, as they come."""
        listener: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_EVENTS_WAITING)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def _paused(self, is_paused: bool, why: StorageError | None) -> None:  # noqa: FBT001 - as the control calls it
        reason = {"why": str(why), "hint": why.hint} if why else {}
        self.become("paused" if is_paused else "running", **reason)

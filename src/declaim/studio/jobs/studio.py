"""All books of this process: begun, resumed, paused, ended."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import shutil
from collections.abc import Coroutine
from typing import Any, Final, Protocol, TypeVar

from declaim.errors import DeclaimError, EngineError, InputError, StorageError
from declaim.models.files import disk_full
from declaim.studio.jobs.durable import Database, DurableBooks, StoppedError
from declaim.studio.jobs.job import ENDED, Job, Omission
from declaim.studio.jobs.plan import Plan
from declaim.studio.jobs.records import BatchRecord
from declaim.studio.jobs.rendering import BookSpeech, Renderer

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_RESERVE: Final = 32_000_000
"""Bytes of the disk that are left alone: a database must not meet a full one."""
_FEWEST_CHAPTERS: Final = 2
"""Of one book at a time."""
_SPEAKERS_A_CHAPTER: Final = 8
"""That find enough to do in one: a batch has about thirty sentences, and the last of them leave some idle."""
_LONGEST: Final = 60
"""Characters of a sentence in the report."""


class Maker(Protocol):
    """Makes a plan of a job's book, and files of what was spoken. Called on threads."""

    def plan(self, job: Job) -> Plan:
        """What is to be spoken.

        Raises:
            DeclaimError: the book cannot be read, or its cast not be used.
        """
        ...

    def publish(self, job: Job) -> list[str]:
        """Write the files; gives their names.

        Raises:
            DeclaimError: they cannot be written.
        """
        ...


class Studio:
    """Makes books with a service's workers. Its methods are called in the event loop.

    Args:
        speech: who speaks.
        maker: reads books and writes files.
        database: where workflows are kept.
        speaker: digest of who speaks.
        width: sentences of one book that are spoken at the same time: one more than there are speakers, so
            that a file can be written while all of them speak.
    """

    def __init__(
        self, speech: BookSpeech, maker: Maker, database: Database, *, speaker: str, width: int
    ) -> None:
        self.jobs: dict[str, Job] = {}
        self._speech = speech
        self._maker = maker
        self._speaker = speaker
        self._width = width
        # When one chapter ends, or reads ahead, others keep the speakers busy.
        chapters = max(_FEWEST_CHAPTERS, width // _SPEAKERS_A_CHAPTER)
        self._durable = DurableBooks(database, self, chapters=chapters)
        self._renderers: dict[str, Renderer] = {}
        self._loaded: set[str] = set()
        self._loop = asyncio.get_running_loop()
        self._is_closing = False

    async def open(self) -> None:
        """Resume what was under way; jobs that are known by then, and only those, go on.

        Raises:
            StorageError: the database cannot be used.
        """
        await asyncio.to_thread(self._durable.open)

    async def close(self) -> None:
        """End what is being spoken, to be resumed by the next process."""
        self._is_closing = True
        for job in self.jobs.values():
            _end_tasks(job)
        await asyncio.to_thread(self._durable.close)

    async def begin(self, job: Job) -> None:
        """Begin a job, go on with it, or do again what has ended."""
        self.jobs[job.name] = job
        state = await asyncio.to_thread(self._durable.state, job.name)
        if state == "running":
            return
        if state != "unknown":
            await asyncio.to_thread(self._durable.forget, job.name)
        await asyncio.to_thread(self._durable.start, job.name)

    async def cancel(self, job: Job) -> None:
        """End a job for good, within a sentence; what was spoken stays on disk."""
        if job.note.state in ENDED:
            return
        job.become("cancelled")
        _end_tasks(job)
        await asyncio.to_thread(self._durable.cancel, job.name)

    async def delete(self, job: Job) -> None:
        """Forget a job and all that belongs to it.

        Raises:
            StorageError: its folder cannot be removed.
        """
        await self.cancel(job)
        await asyncio.to_thread(self._durable.forget, job.name)
        self.jobs.pop(job.name, None)
        self._renderers.pop(job.name, None)
        await asyncio.to_thread(_remove, job)

    # What the workflows do, on their threads.

    def prepare(self, run: str) -> list[int]:
        """See :class:`~declaim.studio.jobs.durable.BookWork`."""
        job = self._job(run)
        try:
            plan = self._patiently(job, lambda: self._maker.plan(job))
            self._patiently(job, lambda: job.project.begin(plan))
            self._loaded.discard(run)
            self._load(job)
        except DeclaimError as error:
            self._in_loop(self._failed(job, error))
            raise
        self._in_loop(self._started(job, plan.title))
        return [len(chapter.batches()) for chapter in plan.chapters]

    def speak(self, run: str, chapter: int, batch: int) -> int:
        """See :class:`~declaim.studio.jobs.durable.BookWork`."""
        job = self._job(run)
        self._load(job)
        record = job.project.record(chapter, batch)
        if record is None or not record.is_whole:
            record = self._in_loop(self._rendered(job, chapter, batch))
            kept = record
            self._patiently(job, lambda: job.project.keep(chapter, batch, kept))
        return sum(1 for _ in record.lines())

    def finish(self, run: str, failures: dict[str, str]) -> None:
        """See :class:`~declaim.studio.jobs.durable.BookWork`."""
        job = self._job(run)
        self._load(job)
        job.note.omissions = [*_left_out(job), *_failed_chapters(job, failures), *_gaps(job)]
        try:
            job.note.files = self._patiently(job, lambda: self._maker.publish(job))
        except DeclaimError as error:
            self._in_loop(self._failed(job, error))
            raise
        self._in_loop(self._done(job))

    def _job(self, run: str) -> Job:
        if self._is_closing:
            raise StoppedError
        if run not in self.jobs:
            raise InputError("the job is not there any more: its text was changed, or its folder deleted")
        return self.jobs[run]

    def _load(self, job: Job) -> None:
        if job.name not in self._loaded:
            self._loaded.add(job.name)
            job.load()
            self._in_loop(self._resumed(job))

    def _patiently(self, job: Job, do: Any) -> Any:  # noqa: ANN401 - whatever it gives
        """Do what writes files, again each time that somebody has made room for them."""
        while True:
            try:
                return do()
            except StorageError as error:
                self._in_loop(job.control.full(error))

    def _in_loop(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the event loop, and wait for it.

        Raises:
            StoppedError: the job was ended meanwhile.
        """
        if self._is_closing:
            work.close()
            raise StoppedError
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except concurrent.futures.CancelledError as error:
            raise StoppedError from error

    async def _rendered(self, job: Job, chapter: int, number: int) -> BatchRecord:
        task = asyncio.current_task()
        assert task is not None
        job.tasks.add(task)
        if self._is_closing or job.note.state == "cancelled":
            task.cancel()
        try:
            job.speaking(chapter, number)
            batch = await asyncio.to_thread(job.project.batch, chapter, number)
            record = await self._renderer(job).render(
                batch,
                lambda text, seconds, known: job.sentence(chapter, text, seconds, is_known=known),
            )
        except ExceptionGroup as group:  # no DeclaimError: those are gaps in the record
            first = group.exceptions[0]
            logger.exception("chapter %d of %s", chapter + 1, job.name, exc_info=first)
            raise EngineError(f"{type(first).__name__}: {first}") from first
        else:
            job.tell("batch", chapter=chapter)
            return record
        finally:
            job.tasks.discard(task)

    def _renderer(self, job: Job) -> Renderer:
        if job.name not in self._renderers:
            self._renderers[job.name] = Renderer(
                self._speech,
                job.project.store,
                speaker=self._speaker,
                client=f"book {job.name}",
                width=self._width,
                gate=_RoomGate(job),
            )
        return self._renderers[job.name]

    async def _started(self, job: Job, title: str) -> None:
        job.note.title = title
        job.become(job.note.state)

    async def _resumed(self, job: Job) -> None:
        if job.control.is_paused:
            job.tell("state")
        elif job.note.state not in ENDED:
            job.become("running")

    async def _failed(self, job: Job, error: DeclaimError) -> None:
        job.become("failed", why=str(error), hint=error.hint)

    async def _done(self, job: Job) -> None:
        job.become("done")


class _RoomGate:
    """A job's gate, which also watches the disk."""

    def __init__(self, job: Job) -> None:
        self._job = job

    async def passed(self) -> None:
        """Wait until the job may go on and the disk has room."""
        control, folder = self._job.control, self._job.project.folder
        await control.passed()
        while (await asyncio.to_thread(shutil.disk_usage, folder)).free < _RESERVE:
            await control.full(disk_full(folder, _RESERVE))

    async def full(self, error: StorageError) -> None:
        """Pause the job, and wait until it goes on."""
        await self._job.control.full(error)


def _end_tasks(job: Job) -> None:
    for task in job.tasks:
        task.cancel()


def _remove(job: Job) -> None:
    try:
        shutil.rmtree(job.project.folder)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise StorageError(f"{error.filename} cannot be removed: {error.strerror}") from error


def _left_out(job: Job) -> list[Omission]:
    """What the book's reader could not give."""
    return [Omission(each.where, "", each.why) for each in job.project.plan.left_out]


def _failed_chapters(job: Job, failures: dict[str, str]) -> list[Omission]:
    chapters = job.project.plan.chapters
    return [Omission(chapters[int(number)].title, "", why) for number, why in failures.items()]


def _gaps(job: Job) -> list[Omission]:
    """The sentences that could not be spoken, in order."""
    chapters = job.project.plan.chapters
    return [
        Omission(chapters[place.chapter].title, gap.text[:_LONGEST], gap.why)
        for place, _, record in job.project.passages()
        if record is not None
        for gap in record.gaps
    ]

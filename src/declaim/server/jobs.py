"""Books and episodes that the service makes for its clients: kept on disk, resumed with the service."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

from declaim.config import Config
from declaim.errors import QueueFullError, SlowBodyError, TooLargeError, UnavailableError
from declaim.models.files import typed_disk_errors
from declaim.models.store import cache_folder
from declaim.server.job_kinds import AnyMaker, JobOptions, look_at
from declaim.server.service import SpeechService
from declaim.studio.jobs.durable import Database
from declaim.studio.jobs.estimate import REAL_TIME_FACTOR
from declaim.studio.jobs.job import Job, JobKind, JobNote
from declaim.studio.jobs.leadership import Term, leading
from declaim.studio.jobs.making import OUTPUT
from declaim.studio.jobs.manner_digest import manner_digest
from declaim.studio.jobs.preview import Preview
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.rendering import BookSpeech
from declaim.studio.jobs.studio import Studio
from declaim.studio.jobs.take_key import speaker_digest
from declaim.studio.recording import RecordedChapter

logger = logging.getLogger(__name__)

_UNSAFE: Final = re.compile(r"[^\w.()\- ]+")
_NAME: Final = 100
"""Characters of a file's name."""
_BLOCK: Final = 1 << 20
"""Bytes that are written at a time."""
_IDLE: Final = 30.0
"""Seconds for which a client may send nothing of a body."""
_NAME_OF_JOB: Final = re.compile(r"[0-9a-f]{16}")
_KEY_OF_TAKE: Final = re.compile(r"[0-9a-f]{64}")
_UNFINISHED: Final = 3600.0
"""Seconds after which a take that is not finished never will be: another machine may write takes too."""
_AGAIN: Final = 5.0
"""Seconds after which a database that failed is tried again."""
_GLANCE: Final = 0.2
"""Seconds between looks at whether the service is ready."""
_KEY: Final = "key-"
"""How the names of clients begin that have a key: what is theirs is nobody else's."""


class PatientService(SpeechService, Protocol):
    """A service whose workers also speak what nobody is waiting for."""

    def patient(self) -> BookSpeech:
        """The same workers, behind everybody who listens."""
        ...


class BookJobs:
    """The jobs of a service.

    Args:
        config: its ``studio`` says where.
        service: who speaks.
        width: sentences of one book that are spoken at the same time.
    """

    def __init__(self, config: Config, service: PatientService, *, width: int) -> None:
        self._config = config
        self._service = service
        self._width = width
        self._folder = config.studio.folder or cache_folder() / "jobs"
        self._database = self._shared() or Database.file(self._folder / "jobs.sqlite")
        self._studio: Studio | None = None
        self._fault: Exception | None = None
        self._manner = ""
        self._looking = asyncio.Lock()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Within it, jobs go on as soon as the service is ready and no other process makes them."""
        making = asyncio.create_task(self._make())
        try:
            yield
        finally:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)

    async def submit(
        self,
        body: AsyncIterator[bytes],
        filename: str,
        options: JobOptions,
        client: str,
        *,
        kind: JobKind = "book",
        is_draft: bool = False,
    ) -> Job:
        """Take a book or a script and begin with it, unless it is a draft, which waits for :meth:`begin`.

        Raises:
            QueueFullError: there are as many jobs as are kept.
            TooLargeError, SlowBodyError: the body is too large, or stops.
            StorageError: it cannot be stored.
            UnavailableError: the service is not ready.
        """
        studio = self._ready()
        if len(studio.jobs) >= self._config.studio.max_jobs:
            raise QueueFullError(
                f"{len(studio.jobs)} jobs are kept, as many as may be",
                retry_after=60,
                hint="Delete some that have ended.",
            )
        name = secrets.token_hex(8)
        folder, source = self._folder / name, safe_name(filename)
        note = JobNote(
            state="draft" if is_draft else "queued",
            title=Path(source).stem,
            client=client,
            source=source,
            options=options.model_dump(),
            kind=kind,
        )
        project = Project(folder, self._manner)
        try:
            await self._store(body, folder / source)
            await asyncio.to_thread(note.write, folder)
            studio.jobs[name] = job = Job(name, project, note)
            if not is_draft:
                await studio.begin(job)
        except BaseException:
            studio.jobs.pop(name, None)
            await asyncio.to_thread(_drop, folder)
            raise
        return job

    async def preview(self, job: Job, options: JobOptions) -> tuple[Preview, float]:
        """What a job is going to make, and the seconds of work that one of speech will take.

        Raises:
            BookError, PodcastError: it cannot be read.
            OptionError, UnknownVoiceError: the cast cannot be used.
        """
        async with self._looking:  # a long book takes seconds and memory
            found = await asyncio.to_thread(look_at, job, options, self._config)
        if job.note.state == "draft" and job.note.title != found.title:
            job.note.title = found.title
            await asyncio.to_thread(job.note.write, job.project.folder)
        return found, self._factor()

    async def begin(self, job: Job, options: JobOptions) -> None:
        """Begin a draft, or make what has ended again.

        Raises:
            StorageError: it cannot be noted.
        """
        studio = self._ready()
        job.renew(options.model_dump())
        await studio.begin(job)

    async def heard(self, job: Job, chapter: int) -> RecordedChapter | None:
        """What was spoken of a chapter so far; None if there is no such chapter."""
        if chapter >= len(job.progress.chapters):
            return None
        return await asyncio.to_thread(job.project.recorded_chapter, chapter)

    @staticmethod
    def take(job: Job, key: str) -> Path | None:
        """Where a take of a job is, or would be; None for what cannot be one."""
        return job.project.store.path(key) if _KEY_OF_TAKE.fullmatch(key) else None

    def listed(self, client: str) -> list[Job]:
        """A client's jobs, the latest first."""
        jobs = [job for job in self._ready().jobs.values() if _may_see(client, job)]
        return sorted(jobs, key=lambda job: job.note.created, reverse=True)

    def find(self, name: str, client: str) -> Job | None:
        """A job by its name; None if there is none, or it is somebody else's."""
        job = self._ready().jobs.get(name)
        return job if job and _may_see(client, job) else None

    def is_kept(self, job: Job) -> bool:
        """Whether a job is this process's still; another one may have taken over."""
        return self._studio is not None and self._studio.jobs.get(job.name, job) is job

    async def cancel(self, job: Job) -> None:
        """End a job for good."""
        await self._ready().cancel(job)

    async def delete(self, job: Job) -> None:
        """Forget a job and its files."""
        await self._ready().delete(job)

    @staticmethod
    def file(job: Job, name: str) -> Path | None:
        """One of a job's files; None for any other name."""
        return job.project.folder / OUTPUT / name if name in job.note.files else None

    def _ready(self) -> Studio:
        if self._fault is not None:
            raise UnavailableError(
                "jobs cannot be taken", hint="The log says why. Restart the service when that is mended."
            ) from self._fault
        if self._studio is None:
            raise UnavailableError(
                "jobs cannot be taken yet",
                hint="Try again in some seconds. Of several processes that share jobs one makes them.",
            )
        return self._studio

    def _factor(self) -> float:
        """As the latest book went that told; else as is usual."""
        jobs = sorted(self._ready().jobs.values(), key=lambda job: job.note.created)
        told = [job.progress.real_time_factor for job in jobs]
        return next((factor for factor in reversed(told) if factor is not None), REAL_TIME_FACTOR)

    async def _make(self) -> None:
        """Make jobs whenever this process is the one that does."""
        while self._service.state().phase == "starting":  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(_GLANCE)
        try:
            with typed_disk_errors(self._folder, _BLOCK):
                self._folder.mkdir(parents=True, exist_ok=True)
            self._manner = await asyncio.to_thread(manner_digest, self._config)
            while True:
                await self._make_as_leader()
        except Exception as fault:
            logger.exception("no jobs can be taken; their folder is %s", self._folder)
            self._fault = fault

    async def _make_as_leader(self) -> None:
        """Wait until this process leads, and make jobs until it does so no more.

        Raises:
            StorageError: the database is a file, and cannot be used. Another one may be there again soon.
        """
        try:
            async with leading(self._database) as term:
                await self._lead(term)
        except Exception:
            if not self._database.is_shared:
                raise
            logger.exception("no jobs are made until the database can be used")
            await asyncio.sleep(_AGAIN)

    async def _lead(self, term: Term) -> None:
        studio = await self._opened()
        try:
            self._studio = studio
            await term.over.wait()
        finally:
            self._studio = None
            await studio.close()

    async def _opened(self) -> Studio:
        config = self._config
        studio = Studio(
            self._service.patient(),
            AnyMaker(config),
            self._database,
            speaker=speaker_digest(config),
            width=self._width,
        )
        for name, note in await asyncio.to_thread(lambda: list(_kept(self._folder))):
            job = Job(name, Project(self._folder / name, self._manner), note)
            await asyncio.to_thread(job.project.store.tidy, _UNFINISHED)
            studio.jobs[name] = job
        await studio.open()
        return studio

    def _shared(self) -> Database | None:
        url = self._config.studio.database
        return None if url is None else Database(url, self._config.studio.name)

    async def _store(self, body: AsyncIterator[bytes], path: Path) -> None:
        """Write a body to disk as it comes, in threads."""
        size, waiting = 0, bytearray()
        blocks = aiter(body)
        await asyncio.to_thread(_begin, path)
        while (block := await _next(blocks)) is not None:
            size += len(block)
            if size > self._config.studio.max_book:
                raise TooLargeError(f"the book is larger than {self._config.studio.max_book} bytes")
            waiting += block
            if len(waiting) >= _BLOCK:
                await asyncio.to_thread(_append, path, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(_append, path, bytes(waiting))


def safe_name(filename: str) -> str:
    """A name for a file that a client sent: no folder, nothing hidden, nothing of ours."""
    name = _UNSAFE.sub("_", filename.replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, suffix = name.rpartition(".")
    stem = (stem if dot else suffix).strip(". ")[:_NAME] or "book"
    return f"{stem}.{suffix[:10]}" if dot and suffix else f"{stem}.txt"


def _may_see(client: str, job: Job) -> bool:
    return job.note.client == client or not job.note.client.startswith(_KEY)


def _kept(folder: Path) -> Iterator[tuple[str, JobNote]]:
    """The jobs of an earlier process."""
    for each in sorted(folder.iterdir()):
        if _NAME_OF_JOB.fullmatch(each.name) and (note := JobNote.read(each)) is not None:
            yield each.name, note


async def _next(blocks: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(_IDLE):
            return await anext(blocks, None)
    except TimeoutError:
        raise SlowBodyError(f"nothing of the body came for {_IDLE:g} seconds") from None


def _begin(path: Path) -> None:
    with typed_disk_errors(path.parent, _BLOCK):
        path.parent.mkdir(parents=True)
        path.touch()


def _append(path: Path, data: bytes) -> None:
    with typed_disk_errors(path.parent, len(data)), path.open("ab") as file:
        file.write(data)


def _drop(folder: Path) -> None:
    """Leave nothing of a job that was not begun."""
    shutil.rmtree(folder, ignore_errors=True)

"""Making one book in a process of its own: workers, workflows, and an orderly end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from declaim.config import Config
from declaim.errors import EngineError, StorageError
from declaim.server.workers.sizing import sizes_for
from declaim.server.workers.speech import PooledSpeechService
from declaim.studio.jobs.durable import Database
from declaim.studio.jobs.job import Job, JobNote
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.studio import Maker, Studio
from declaim.studio.jobs.take_key import speaker_digest

DATABASE = "job.sqlite"
_START = 300.0
"""Seconds for the workers to load their models in."""
_STEP = 600.0
"""Seconds for a clause, after which a worker counts as stuck. Nobody waits, and the machine may be busy."""
_GLANCE = 0.2
"""Seconds between looks at the progress."""

MakeService = Callable[[Config], PooledSpeechService]


async def make_own(
    config: Config,
    project: Project,
    maker: Maker,
    title: str,
    watch: Callable[[Job], None],
    *,
    make_service: MakeService = PooledSpeechService,
) -> JobNote:
    """Make the book of a project that has its plan; see :func:`make`."""
    job = Job(project.run, project, JobNote(title=title))
    await make(config, job, maker, watch, make_service=make_service)
    return job.note


async def make(
    config: Config,
    job: Job,
    maker: Maker,
    watch: Callable[[Job], None],
    *,
    make_service: MakeService = PooledSpeechService,
) -> None:
    """Make a book, or go on with it.

    Args:
        config: how to speak; its models are there.
        job: its folder keeps the workflows.
        maker: writes the files.
        watch: called every now and then.
        make_service: who speaks.

    Raises:
        StorageError: the disk is full; what was spoken is kept.
        EngineError: the book could not be made, and why.
    """
    async with _studio(config, job, maker, make_service) as studio:
        await studio.begin(job)
        while not job.ended.is_set():
            watch(job)
            if job.note.state == "paused":
                raise StorageError(job.note.why, hint=f"{job.note.hint} Then run the same command again.")
            with suppress(TimeoutError):
                await asyncio.wait_for(job.ended.wait(), _GLANCE)
        watch(job)
        if job.note.state == "failed":
            raise EngineError(job.note.why, hint=job.note.hint)


@asynccontextmanager
async def _studio(config: Config, job: Job, maker: Maker, make_service: MakeService) -> AsyncIterator[Studio]:
    server = config.server.model_copy(update={"step_timeout": _STEP})
    service = make_service(config.model_copy(update={"server": server}))
    await service.start()
    try:
        await _ready(service)
        width = sizes_for(config).speakers + 1
        studio = Studio(
            service.patient(),
            maker,
            Database.file(job.project.folder / DATABASE),
            speaker=speaker_digest(config),
            width=width,
        )
        studio.jobs[job.name] = job
        await studio.open()
        try:
            yield studio
        finally:
            await studio.close()
    finally:
        await service.close()


async def _ready(service: PooledSpeechService) -> None:
    """Wait for the workers: while the main one starts, an understudy would speak."""
    try:
        await asyncio.wait_for(service.ready(), _START)
    except TimeoutError as error:
        raise EngineError(
            f"no worker was ready within {_START:g} s", hint="The log says why; try `declaim doctor`."
        ) from error

"""A disk without one free byte: what a job notes of itself fails as itself, and takes nothing else along."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from book_speech import plan_of
from declaim.errors import StorageError
from declaim.studio.jobs.job import Job, JobNote
from declaim.studio.jobs.project import Project


@contextmanager
def no_room() -> Iterator[None]:
    """Files can be made and take no byte, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_kept_of_a_job_is_refused_by_name(tmp_path: Path) -> None:
    project = Project(tmp_path, "manner")
    project.begin(plan_of("好。"))
    with no_room():
        with pytest.raises(StorageError, match=r"job\.json"):
            JobNote().write(tmp_path)
        with pytest.raises(StorageError, match=r"plan\.json"):
            plan_of("不好。").write(tmp_path / "plan.json")
        with pytest.raises(StorageError, match=r"scores\.json"):
            project.begin(plan_of("不好。"))
    assert project.plan == plan_of("好。")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json"]


def test_a_job_pauses_though_it_cannot_note_that(tmp_path: Path) -> None:
    async def test() -> None:
        job = Job("a", Project(tmp_path, "manner"), JobNote())
        job.become("running")
        with no_room():
            job.control.pause(StorageError("the disk is full", hint="free some"))
        assert (job.note.state, job.note.why) == ("paused", "the disk is full")
        kept = JobNote.read(tmp_path)
        assert kept is not None
        assert kept.state == "running"

    asyncio.run(test())

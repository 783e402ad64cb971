"""A book that one person makes on one machine: its folder, and files where they were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from declaim.errors import StorageError
from declaim.models.files import typed_disk_errors
from declaim.studio.book import Book
from declaim.studio.jobs.job import Job
from declaim.studio.jobs.making import write_outputs
from declaim.studio.jobs.options import BookOptions
from declaim.studio.jobs.plan import Plan

_FIRST_BYTES = 1_000_000
"""That a project's folder needs to begin with: the plan and the database."""


class OwnMaker:
    """Has read the book already; see :class:`~declaim.studio.jobs.studio.Maker`.

    Args:
        book: it.
        plan: what of it is spoken.
        options: what is written.
        target: the M4B.
    """

    def __init__(self, book: Book, plan: Plan, options: BookOptions, target: Path) -> None:
        self._book = book
        self._plan = plan
        self._options = options
        self._target = target

    def plan(self, job: Job) -> Plan:  # noqa: ARG002 - there is one
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        return self._plan

    def publish(self, job: Job) -> list[str]:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        written = write_outputs(self._book, job.project, self._target, self._options)
        return [str(path) for path in written]


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Have a project's folder for oneself.

    Raises:
        StorageError: another process makes this book, or the folder cannot be made.
    """
    with typed_disk_errors(folder, _FIRST_BYTES):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise StorageError(
                f"another process is at work in {folder}",
                hint="wait for it, or choose another folder with --project",
            ) from error
    try:
        yield
    finally:
        lock.release()

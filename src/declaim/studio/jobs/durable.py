"""Books as workflows that survive the process: DBOS, on SQLite or Postgres.

A book is a workflow, each of its chapters a queued one, and a batch of sentences a step. What a step gives
are a few numbers; the audio is in files under the names of what they are, so a step that is run again finds
all sentences but those that were being spoken.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, Self, TypeAlias, cast

from declaim.errors import DeclaimError, EngineError
from declaim.studio.settings import DEFAULT_NAME

if TYPE_CHECKING:
    from dbos import DBOSConfig, Serializer

LAYOUT: Final = "declaim-books-1"
"""Of the workflows below, and the version they are recorded under: DBOS resumes only its own version's. It
changes when they do, and not with each release, which would strand every unfinished book."""
_EXECUTOR: Final = "local"
"""The same for whoever makes these jobs: it resumes what the one before it has begun."""
_QUEUE: Final = "declaim-chapters"
_POLL: Final = 0.25
"""Seconds between looks at the queue."""

WorkflowState: TypeAlias = Literal["unknown", "running", "done", "failed", "cancelled"]
_STATES: Final[dict[str, WorkflowState]] = {
    "PENDING": "running", "ENQUEUED": "running", "DELAYED": "running", "SUCCESS": "done", "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed", "CANCELLED": "cancelled",
}  # fmt: skip
_MOST_STARTS: Final = 1_000_000
"""Restarts after which DBOS would give a workflow up: a book may be interrupted as often as it likes."""


class StoppedError(BaseException):
    """The process is about to end, or the job was cancelled.

    No ``Exception``: a step that ends with one has failed for good in the eyes of the database, and this one
    is to be run again.
    """


class BookWork(Protocol):
    """What the workflows do. Called on threads, with the name of a run."""

    def prepare(self, run: str) -> list[int]:
        """How many batches each chapter has.

        Raises:
            DeclaimError: the book cannot be spoken at all.
            StoppedError: the job ends.
        """
        ...

    def speak(self, run: str, chapter: int, batch: int) -> int:
        """Speak a batch; gives the number of its sentences.

        Raises:
            DeclaimError: the chapter has failed.
            StoppedError: the job ends.
        """
        ...

    def finish(self, run: str, failures: dict[str, str]) -> None:
        """All chapters have ended; those that failed are named by their numbers, with the reason.

        Raises:
            DeclaimError: the book cannot be written.
            StoppedError: the job ends.
        """
        ...


@dataclass(frozen=True, slots=True)
class Database:
    """Where the workflows are kept.

    Attributes:
        url: ``sqlite:///…`` for one machine, ``postgresql://…`` for several.
        name: whose workflows these are, if others have theirs in the same database.
    """

    url: str
    name: str = DEFAULT_NAME

    @classmethod
    def file(cls, path: Path) -> Self:
        """A file, for this machine alone."""
        return cls(f"sqlite:///{path.absolute().as_posix()}")

    @property
    def is_shared(self) -> bool:
        """Whether several machines can use it."""
        return self.url.startswith("postgresql")

    @property
    def application(self) -> str:
        """What DBOS keeps apart by: each application sees its own workflows only."""
        return "declaim" if self.name == DEFAULT_NAME else f"declaim-{self.name}"


class DurableBooks:
    """The workflows of this process; DBOS allows one such object at a time.

    Args:
        database: where they are kept.
        work: what they do.
        chapters: of one book at a time.
    """

    def __init__(self, database: Database, work: BookWork, *, chapters: int) -> None:
        self._database = database
        self._work = work
        self._chapters = chapters
        self._closing = threading.Event()
        self._book: Callable[[str], None] | None = None

    def open(self) -> None:
        """Connect, and resume what was under way. Takes a second: not for an event loop.

        Raises:
            StorageError: the database cannot be used.
        """
        from dbos import DBOS  # noqa: PLC0415 - 0.6 s, which nobody else pays

        # Before DBOS makes its own handler, which would write to standard error beside the progress bars.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        DBOS(config=self._config())
        self._book = self._registered()
        DBOS.launch()
        DBOS.register_queue(_QUEUE, partition_worker_concurrency=self._chapters, polling_interval_sec=_POLL)

    def close(self) -> None:
        """Let go of the workflows: steps that are under way must end, by :class:`StoppedError`."""
        from dbos import DBOS  # noqa: PLC0415

        self._closing.set()
        DBOS.destroy(destroy_registry=True)

    def start(self, run: str) -> None:
        """Begin a book, unless it has begun."""
        from dbos import DBOS, SetWorkflowID  # noqa: PLC0415

        assert self._book is not None
        with SetWorkflowID(run):
            DBOS.start_workflow(self._book, run)

    def state(self, run: str) -> WorkflowState:
        """How a book's workflow is."""
        from dbos import DBOS  # noqa: PLC0415

        status = DBOS.get_workflow_status(run)
        return "unknown" if status is None else _STATES[status.status]

    def cancel(self, run: str) -> None:
        """End a book for good; steps that are under way have to be ended by whoever does them."""
        from dbos import DBOS  # noqa: PLC0415

        DBOS.cancel_workflow(run, cancel_children=True)

    def forget(self, run: str) -> None:
        """Delete what is known of a book that has ended."""
        from dbos import DBOS  # noqa: PLC0415

        DBOS.delete_workflow(run, delete_children=True)

    def _config(self) -> DBOSConfig:
        return {
            "name": self._database.application,
            "system_database_url": self._database.url,
            "application_version": LAYOUT,
            "executor_id": _EXECUTOR,
            "enable_otlp": False,
            "log_level": "ERROR",
            "serializer": cast("Serializer", _Json()),
        }

    def _registered(self) -> Callable[[str], None]:
        """The workflows, known to DBOS by names that stay."""
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID  # noqa: PLC0415

        work, closing = self._work, self._closing

        @DBOS.step(name="prepare")
        def prepare(run: str) -> list[int]:
            return work.prepare(run)

        @DBOS.step(name="speak")
        def speak(run: str, number: int, batch: int) -> int:
            return work.speak(run, number, batch)

        @DBOS.step(name="finish")
        def finish(run: str, failures: dict[str, str]) -> None:
            work.finish(run, failures)

        @DBOS.workflow(name="chapter", max_recovery_attempts=_MOST_STARTS)
        def chapter(run: str, number: int, batches: int) -> int:
            return sum(speak(run, number, batch) for batch in range(batches))

        @DBOS.workflow(name="book", max_recovery_attempts=_MOST_STARTS)
        def book(run: str) -> None:
            handles = {}
            for number, batches in enumerate(prepare(run)):
                # On SQLite, DBOS knows times by the second, and takes what came in one by name: 1, 10, 2.
                options = SetEnqueueOptions(queue_partition_key=run, priority=number + 1)
                with SetWorkflowID(f"{run}.{number}"), options:
                    handles[number] = DBOS.enqueue_workflow(_QUEUE, chapter, run, number, batches)
            failures = {}
            for number, handle in handles.items():
                try:
                    handle.get_result(polling_interval_sec=_POLL)
                except Exception as error:
                    if closing.is_set():  # the database is gone, and nothing has failed
                        raise StoppedError from error
                    failures[str(number)] = str(error)
            finish(run, failures)

        return book


class _Json:
    """Keeps workflows' values as JSON: a database from elsewhere must not be able to run anything here."""

    def serialize(self, data: Any) -> str:  # noqa: ANN401 - as DBOS has it
        if isinstance(data, BaseException):
            hint = data.hint if isinstance(data, DeclaimError) else ""
            return json.dumps({"__error__": [type(data).__name__, str(data), hint]})
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401
        data = json.loads(serialized_data)
        if isinstance(data, dict) and "__error__" in data:
            _, message, hint = data["__error__"]
            return EngineError(message, hint=hint)
        return data

    def name(self) -> str:
        return "declaim_json"

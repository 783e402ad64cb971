"""A bar for the book and one for each chapter that is being spoken."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

if TYPE_CHECKING:
    from types import TracebackType

    from declaim.studio.jobs.job import Job

_LINE_EVERY: Final = 30.0
"""Seconds between lines where there is no terminal."""
_TITLE: Final = 32
"""Characters of a chapter's title."""


class BookBars:
    """Shows a job on standard error."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[said]}"),
        )
        self._bars = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._chapters: dict[int, TaskID] = {}
        self._book: TaskID | None = None
        self._line_at = time.monotonic() + _LINE_EVERY

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def show(self, job: Job) -> None:
        """Draw how far it is."""
        if not self._console.is_terminal:
            self._line(job)
            return
        if self._book is None:
            self._book = self._bars.add_task(job.note.title[:_TITLE], total=1.0, said="")
        self._bars.update(self._book, completed=job.progress.share, said=summary(job))
        for index, chapter in enumerate(job.progress.chapters):
            self._chapter(index, chapter.title, chapter.share)

    def _chapter(self, index: int, title: str, share: float) -> None:
        """Chapters have bars while they are being spoken."""
        task = self._chapters.get(index)
        if task is None and 0 < share < 1:
            task = self._chapters[index] = self._bars.add_task(f"  {title[:_TITLE]}", total=1.0, said="")
        if task is not None:
            self._bars.update(task, completed=share, visible=share < 1)

    def _line(self, job: Job) -> None:
        if time.monotonic() >= self._line_at:
            self._line_at = time.monotonic() + _LINE_EVERY
            self._console.print(f"{job.progress.share:.0%} {summary(job)}", highlight=False)


def summary(job: Job) -> str:
    """How much is spoken, how fast, and how long it will take: ``1 h 04 min, RTF 0.31, 2 h 10 min left``."""
    progress = job.progress
    said = [clock(progress.seconds)]
    if progress.real_time_factor is not None:
        said.append(f"RTF {progress.real_time_factor:.2f}")
    if progress.left is not None:
        said.append(f"{clock(progress.left)} left")
    return ", ".join(said)


def clock(seconds: float) -> str:
    """``2 h 05 min``, ``12 min`` or ``40 s``."""
    minutes = round(seconds / 60)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004

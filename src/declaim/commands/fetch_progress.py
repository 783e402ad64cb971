"""How a fetch shows on the terminal: a bar that moves, or one line an artifact where there is no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from declaim.models.progress import ProgressCallback


@contextmanager
def fetch_progress() -> Iterator[ProgressCallback]:
    """A callback for `ModelStore.ensure` and `pull` that shows on standard error how far a fetch is."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line_reporter(console)
        return
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *columns, console=console, transient=True) as bars:
        yield _bar_reporter(bars)


def _bar_reporter(bars: Progress) -> ProgressCallback:
    tasks: dict[str, TaskID] = {}

    def report(artifact: str, arrived: int, total: int) -> None:
        if artifact not in tasks:
            tasks[artifact] = bars.add_task(f"Fetching {artifact}", total=total)
        bars.update(tasks[artifact], completed=arrived, total=total)

    return report


def _line_reporter(console: Console) -> ProgressCallback:
    announced: set[str] = set()

    def report(artifact: str, _arrived: int, total: int) -> None:
        if artifact not in announced:
            announced.add(artifact)
            console.print(f"Fetching {artifact} ({total / 1e6:.1f} MB) …", highlight=False)

    return report

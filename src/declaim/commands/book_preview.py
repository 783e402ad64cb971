"""What a book is going to be: chapters, length, and what it will take, before anything is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from declaim.commands.book_progress import clock
from declaim.studio.jobs.estimate import REAL_TIME_FACTOR, prices
from declaim.studio.jobs.speaking_time import speaking_time

if TYPE_CHECKING:
    from declaim.config import Config
    from declaim.studio.book import Book
    from declaim.studio.jobs.plan import Plan


def show_preview(book: Book, plan: Plan, config: Config) -> None:
    """Print a line for each chapter, what is left out, and the sums."""
    console = Console()
    table = Table(title=f"{book.title}{f' — {chr(44).join(book.authors)}' if book.authors else ''}")
    for name, justify in (("", "right"), ("Chapter", "left"), ("Characters", "right"), ("Speech", "right")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    seconds = [sum(map(speaking_time, chapter.printed)) for chapter in plan.chapters]
    for number, (chapter, length) in enumerate(zip(plan.chapters, seconds, strict=True), 1):
        characters = sum(map(len, chapter.printed))
        title = f"{'  ' * (chapter.level - 1)}{chapter.title}"
        table.add_row(str(number), title, f"{characters:,}", clock(length))
    console.print(table)
    for skipped in book.skipped:
        console.print(f"left out: {skipped.kind} in {skipped.where}: {skipped.why} ({skipped.count})")
    total = sum(seconds)
    console.print(
        f"about {clock(total)} of speech, about {clock(total * REAL_TIME_FACTOR)} of work on two cores"
    )
    for line in costs(plan, config):
        console.print(line)


def costs(plan: Plan, config: Config) -> list[str]:
    """What the book would cost if one channel spoke all of it."""
    printed = (text for chapter in plan.chapters for text in chapter.printed)
    return [
        f"{name}: {f'{paid:.2f} if it spoke all of it' if paid else 'costs nothing'}"
        for name, paid in prices(printed, config).items()
    ]

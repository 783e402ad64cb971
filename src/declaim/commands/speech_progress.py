"""How synthesis shows on the terminal: for a long text, a bar with the real-time factor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.audio.chunk import AudioChunk

_LONG = 300
"""Characters from which on a bar is shown: some half a minute of waiting."""


def watched(chunks: Iterator[AudioChunk], length: int) -> Iterator[AudioChunk]:
    """The same chunks, while a bar on standard error shows how much of the text has been spoken."""
    console = Console(stderr=True)
    if length < _LONG or not console.is_terminal:
        yield from chunks
        return
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[audio]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("speech", total=length, audio="")
        started, seconds = time.monotonic(), 0.0
        for chunk in chunks:
            seconds += chunk.seconds
            factor = (time.monotonic() - started) / max(seconds, 0.1)
            audio = f"{seconds / 60:.1f} min, real-time factor {factor:.2f}"
            bars.update(task, completed=chunk.span[1], audio=audio)
            yield chunk

"""Telling who spoke, when it was not the channel that should have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.audio.chunk import AudioChunk


def announced(chunks: Iterator[AudioChunk], main: str) -> Iterator[AudioChunk]:
    """The same chunks; afterwards standard error names each channel that stood in for the main one."""
    seconds: defaultdict[str, float] = defaultdict(float)
    try:
        for chunk in chunks:
            seconds[chunk.channel] += chunk.seconds
            yield chunk
    finally:
        total = sum(seconds.values())
        for channel, spoken in seconds.items():
            if channel not in {"", main}:
                typer.echo(f"{channel} stood in for {main}: {spoken:.1f} of {total:.1f} s", err=True)

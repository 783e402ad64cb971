"""Pausing a job between two sentences, and letting it go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from declaim.errors import StorageError


class JobControl:
    """The gate of one job; see :class:`~declaim.studio.jobs.rendering.Gate`. Belongs to the event loop.

    Args:
        changed: told whenever the job is paused or goes on, with the reason if it paused by itself.
    """

    def __init__(self, changed: Callable[[bool, StorageError | None], None] = lambda *_: None) -> None:
        self._changed = changed
        self._open = asyncio.Event()
        self._open.set()

    @property
    def is_paused(self) -> bool:
        """Whether no sentence is begun."""
        return not self._open.is_set()

    def pause(self, why: StorageError | None = None) -> None:
        """Begin no further sentence; those that are being spoken are kept."""
        if self._open.is_set():
            self._open.clear()
            self._changed(True, why)  # noqa: FBT003 - its only meaning

    def resume(self) -> None:
        """Go on."""
        if not self._open.is_set():
            self._open.set()
            self._changed(False, None)  # noqa: FBT003

    async def passed(self) -> None:
        """Wait until the job may go on."""
        await self._open.wait()

    async def full(self, error: StorageError) -> None:
        """The disk is full, or cannot be written: pause until somebody has seen to it."""
        self.pause(error)
        await self._open.wait()

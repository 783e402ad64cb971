"""How long the service is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.settings import DashScopeConfig

Item = TypeVar("Item")


class Patience:
    """The deadlines of one task, on a clock that runs only while the service is waited for.

    Whoever takes the audio may take his time; and what is not audio, pings above all, puts no deadline off.
    """

    def __init__(self, settings: DashScopeConfig) -> None:
        self._settings = settings
        self._waited = 0.0
        self._due = settings.total_timeout
        self._missing = ""

    def connecting(self) -> None:
        """A connection is being opened."""
        self._expect("no connection", self._settings.connect_timeout)

    def asked(self) -> None:
        """The service has been asked: from now on its first audio is due."""
        self._expect("no audio", self._settings.first_audio_timeout)

    def heard(self) -> None:
        """Audio came: from now on more of it is due, or the end."""
        self._expect("no more audio", self._settings.idle_timeout)

    async def wait(self, coming: Awaitable[Item]) -> Item:
        """What is waited for.

        Raises:
            DashScopeError: it did not come in time.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        deadline = asyncio.timeout(self._left)
        try:
            async with deadline:
                return await coming
        except TimeoutError:
            if not deadline.expired():
                raise  # the operating system's own
        finally:
            self._waited += loop.time() - began
        raise self._too_late()

    @property
    def _left(self) -> float:
        return max(0.0, min(self._due, self._settings.total_timeout) - self._waited)

    def _expect(self, missing: str, seconds: float) -> None:
        self._missing = f"{missing} within {seconds:g} seconds"
        self._due = self._waited + seconds

    def _too_late(self) -> DashScopeError:
        total = self._settings.total_timeout
        whole = f"the sentence was not complete within {total:g} seconds"
        return DashScopeError(self._missing if self._due < total else whole, code="timeout")

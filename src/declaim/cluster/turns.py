"""Whose sentence an engine works on: what somebody listens to goes before what nobody waits for."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

_Place: TypeAlias = tuple[bool, int, asyncio.Future[None]]
"""Whether it is patient, when it came, and what it waits for: the least goes first."""


class Turns:
    """A lock with two ranks, first come, first served within each. Belongs to an event loop."""

    def __init__(self) -> None:
        self._is_taken = False
        self._numbers = itertools.count()
        self._waiting: list[_Place] = []

    @asynccontextmanager
    async def turn(self, *, is_patient: bool) -> AsyncIterator[Turn]:
        """Wait for the turn, and have it within the block."""
        turn = Turn(self, is_patient=is_patient)
        try:
            await turn.take()
            yield turn
        finally:
            turn.give()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits who is not patient."""
        return bool(self._waiting) and not self._waiting[0][0]

    async def take(self, *, is_patient: bool) -> None:
        """Wait for the turn."""
        if not self._is_taken:
            self._is_taken = True
            return
        place: _Place = (is_patient, next(self._numbers), asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiting, place)
        try:
            await place[2]
        except asyncio.CancelledError:
            if place in self._waiting:
                self._waiting.remove(place)
                heapq.heapify(self._waiting)
            else:  # it came at the same moment
                self.give()
            raise

    def give(self) -> None:
        """Let the next one have it."""
        if self._waiting:
            heapq.heappop(self._waiting)[2].set_result(None)
        else:
            self._is_taken = False


class Turn:
    """The turn of one sentence."""

    def __init__(self, turns: Turns, *, is_patient: bool) -> None:
        self._turns = turns
        self._is_patient = is_patient
        self._has_it = False

    async def take(self) -> None:
        """Wait for it."""
        await self._turns.take(is_patient=self._is_patient)
        self._has_it = True

    def give(self) -> None:
        """Give it back, if it is had."""
        if self._has_it:
            self._has_it = False
            self._turns.give()

    async def make_way(self) -> None:
        """Let all go first who listen, if this is for nobody."""
        while self._is_patient and self._turns.is_wanted:
            self.give()
            await self.take()

"""Asynchronous iterators for callers that have no event loop, or are in one already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Generic, TypeVar

from anyio.from_thread import BlockingPortal, BlockingPortalProvider

Item = TypeVar("Item")


class _End:
    """There is no further item."""


_END = _End()


class EventLoop:
    """An event loop on a thread of its own, for all iterators that are under way; without any there is none.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._provider = BlockingPortalProvider()

    def iterate(self, make: Callable[[], AsyncGenerator[Item]]) -> Iterator[Item]:
        """The items, each made when it is asked for. Closing the iterator ends what makes them."""
        with self._provider as portal:
            steps = _Steps(make(), portal)
            try:
                while not isinstance(item := steps.next(), _End):
                    yield item
            finally:
                portal.call(steps.close)


class _Steps(Generic[Item]):
    """An asynchronous generator, one step at a time."""

    def __init__(self, items: AsyncGenerator[Item], portal: BlockingPortal) -> None:
        self._items = items
        self._portal = portal
        self._step: asyncio.Task[Item | _End] | None = None

    def next(self) -> Item | _End:
        return self._portal.call(self._make_step)

    async def close(self) -> None:
        """End the generator; a step that its caller has left, as Ctrl-C makes it, ends first."""
        if self._step and not self._step.done():
            self._step.cancel()
            await asyncio.wait({self._step})
        await self._items.aclose()

    async def _make_step(self) -> Item | _End:
        # In a task of its own: asyncio cancels it once, where a portal would cancel its tidying up as well.
        self._step = asyncio.create_task(self._next())
        await asyncio.wait({self._step})
        return self._step.result()

    async def _next(self) -> Item | _End:
        return await anext(self._items, _END)

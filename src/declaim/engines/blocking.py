"""Asynchronous iterators for callers that have no event loop, or are in one already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Generic, TypeVar

from anyio import CancelScope
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
        self._one = asyncio.Lock()
        """A step that was broken off by Ctrl-C must have ended before the generator can be closed."""

    def next(self) -> Item | _End:
        step = self._portal.start_task_soon(self._step)
        try:
            return step.result()
        except BaseException:
            step.cancel()
            raise

    async def close(self) -> None:
        async with self._one:
            await self._items.aclose()

    async def _step(self) -> Item | _End:
        async with self._one:
            step = asyncio.create_task(self._anext())
            try:
                return await asyncio.shield(step)
            finally:
                step.cancel()  # once: a portal would cancel whatever the generator awaits to tidy up
                with CancelScope(shield=True):
                    await asyncio.wait({step})

    async def _anext(self) -> Item | _End:
        return await anext(self._items, _END)

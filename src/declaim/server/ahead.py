"""Making things before they are wanted, up to a limit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

Item = TypeVar("Item")


async def ahead(
    items: AsyncGenerator[Item], limit: float, size: Callable[[Item], float] = lambda _: 1.0
) -> AsyncGenerator[Item]:
    """The items, made in the background as long as those not yet taken are less than the limit.

    Closing it ends what makes them.

    Args:
        items: closed in the end, whatever happens.
        limit: sizes of the items that wait, in all, from which on no more is made.
        size: of one item.
    """
    waiting: deque[Item] = deque()
    changed = asyncio.Event()

    async def make() -> None:
        async with aclosing(items):
            async for item in items:
                waiting.append(item)
                changed.set()
                while sum(map(size, waiting)) >= limit:
                    changed.clear()
                    await changed.wait()

    making = asyncio.create_task(make())
    making.add_done_callback(lambda _: changed.set())
    try:
        while waiting or not making.done():
            if waiting:
                yield waiting.popleft()
                changed.set()
            else:
                changed.clear()
                await changed.wait()
        await making  # raises what it raised
    finally:
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)

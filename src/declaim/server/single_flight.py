"""One computation for identical requests that are in flight together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeAlias, TypeVar

from declaim.errors import UnavailableError

T = TypeVar("T")
Make: TypeAlias = Callable[[], AsyncGenerator[T, None]]


class SingleFlight(Generic[T]):
    """Streams that are computed once for all who ask for the same key while one is being computed.

    The computation runs in a task of its own. It goes on as long as anybody listens, and only as fast as the
    fastest listener takes what there is, so that nothing is made that nobody wants. Not for several threads.

    Args:
        weigh: bytes of an item.
        most: bytes of one stream that are held for those who join later. A longer stream is joined by nobody
            any more, and holds what its slowest listener has yet to take: at most this much, for which the
            others then wait.
        keep: told all items of every stream that came to its end and was no longer than ``most``, after its
            listeners had the last one. Until it is done the stream can be joined.
    """

    def __init__(
        self, weigh: Callable[[T], int], most: int, keep: Callable[[str, list[T]], Awaitable[None]]
    ) -> None:
        self._weigh = weigh
        self._most = most
        self._keep = keep
        self._flights: dict[str, _Flight[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self, key: str, make: Make[T]) -> tuple[bool, Listener[T]]:
        """Listen to the stream of ``key``, which begins now if there is none.

        Args:
            key: requests with the same one get the same items.
            make: the stream. The task that it runs in is cancelled when all have left.

        Returns:
            Whether the stream is new, and the items from its beginning. Whoever joined has to close the
            listener (``aclose``), however the request ends.
        """
        flight = self._flights.get(key)
        if flight is not None and flight.error is None and not flight.abandoned:
            return False, Listener(flight)
        flight = _Flight(self._weigh, self._most)
        listener = Listener(flight)
        self._flights[key] = flight
        flight.task = asyncio.create_task(self._run(key, flight, make), name="flight")
        self._tasks.add(flight.task)
        flight.task.add_done_callback(self._tasks.discard)
        flight.task.add_done_callback(lambda _: self._forget(key, flight))  # cancelled, maybe before it ran
        return True, listener

    async def close(self) -> None:
        """End all streams, and wait until they have ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, key: str, flight: _Flight[T], make: Make[T]) -> None:
        await flight.run(make(), lambda: self._forget(key, flight))
        if flight.error is None and flight.whole:
            await self._keep(key, flight.items)
        self._forget(key, flight)

    def _forget(self, key: str, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]


class Listener(Generic[T]):
    """The items of a stream, from its beginning, as one of those who listen to it gets them."""

    def __init__(self, flight: _Flight[T]) -> None:
        self._flight = flight
        self.position = 0
        """Items taken."""
        flight.listeners.add(self)

    def __aiter__(self) -> Listener[T]:
        return self

    async def __anext__(self) -> T:
        """The next item. Cancelling this does not end the stream; :meth:`aclose` may."""
        if self not in self._flight.listeners:
            raise StopAsyncIteration
        return await self._flight.item_for(self)

    async def aclose(self) -> None:
        """Leave. The last one to leave ends the computation, and waits until it has ended."""
        await self._flight.leave(self)


class _Flight(Generic[T]):
    """A stream while it is computed and heard."""

    def __init__(self, weigh: Callable[[T], int], most: int) -> None:
        self._weigh = weigh
        self._most = most
        self._changed = asyncio.Event()
        self._first = 0
        self._size = 0
        self.items: list[T] = []
        self.whole = True
        """Whether ``items`` holds the stream from its beginning."""
        self.ended = False
        self.error: BaseException | None = None
        self.listeners: set[Listener[T]] = set()
        self.task: asyncio.Task[None] | None = None

    @property
    def abandoned(self) -> bool:
        """Whether it is being cancelled, since nobody listens."""
        return not self.listeners and not self.ended

    async def run(self, stream: AsyncGenerator[T, None], on_outgrown: Callable[[], None]) -> None:
        """Take the whole stream. An error is told to the listeners rather than raised."""
        try:
            async with contextlib.aclosing(stream):
                async for item in stream:
                    self._take(item)
                    if not self.whole:
                        on_outgrown()
                    await self._until_wanted()
        except Exception as error:  # noqa: BLE001 - all who listen raise it
            self.error = error
        except asyncio.CancelledError:
            self.error = UnavailableError("the service is about to stop")
            raise
        finally:
            self.ended = True
            self._change()

    async def item_for(self, listener: Listener[T]) -> T:
        """The item at the listener's place, when there is one."""
        while listener.position == self._first + len(self.items):
            if self.error is not None:
                raise self.error
            if self.ended:
                raise StopAsyncIteration
            await self._changed.wait()
        item = self.items[listener.position - self._first]
        listener.position += 1
        self._change()
        return item

    async def leave(self, listener: Listener[T]) -> None:
        """Take a listener off, and end a stream that has none."""
        self.listeners.discard(listener)
        self._change()
        if self.abandoned and self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])

    def _take(self, item: T) -> None:
        self.items.append(item)
        self._size += self._weigh(item)
        if self._size > self._most:
            self.whole = False
        self._change()

    async def _until_wanted(self) -> None:
        """Wait until somebody has taken all there is, and what is held for the others is not too much."""
        while True:
            if not self.whole:
                self._drop_what_all_have()
            end = self._first + len(self.items)
            wanted = any(listener.position == end for listener in self.listeners)
            if wanted and (self.whole or self._size <= self._most):
                return
            await self._changed.wait()

    def _drop_what_all_have(self) -> None:
        slowest = min((listener.position for listener in self.listeners), default=self._first)
        had = slowest - self._first
        self._size -= sum(map(self._weigh, self.items[:had]))
        del self.items[:had]
        self._first = slowest

    def _change(self) -> None:
        """Wake all who wait."""
        self._changed.set()
        self._changed = asyncio.Event()

"""Speech that was made before, or is being made for somebody else, is not made again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypeVar

from declaim.errors import DeadlineError, StorageError
from declaim.server.disk_cache import DiskCache, largest_entry
from declaim.server.encoded_chunk import EncodedChunk, pack, unpack
from declaim.server.metrics import Metrics
from declaim.server.single_flight import Listener, SingleFlight

_LOG = logging.getLogger(__name__)

Status: TypeAlias = Literal["hit", "miss", "coalesced"]
MakeChunks: TypeAlias = Callable[[], AsyncGenerator[EncodedChunk]]
_Item: TypeAlias = EncodedChunk | Literal["hit", "miss"]
"""A stream's first item says where its chunks come from."""
_Join: TypeAlias = Callable[[], tuple[bool, Listener[_Item]]]
_R = TypeVar("_R")

_JOINABLE: Final = 4_000_000
"""Bytes up to which a stream can be joined even where less or nothing is kept on disk."""
_LOOKUP: Final = 2.0
"""Seconds after which a disk that does not answer is not waited for."""
_WRITES: Final = 4
"""Streams that may wait to be written; what comes on top of a slow disk is not kept."""


class SpeechCache:
    """Streams of encoded speech, kept on disk once they are complete and joined while they are being made.

    Whatever is wrong with the disk, speech goes on without it, and the log has one warning.

    Args:
        folder: where streams are kept; several processes may share it.
        bound: bytes on disk; 0 keeps nothing, and identical requests still share one computation.
        metrics: told of hits, misses and bytes.
    """

    def __init__(self, folder: Path, bound: int, metrics: Metrics) -> None:
        self._folder = folder
        self._bound = bound
        self._metrics = metrics
        self._disk: DiskCache | None = None
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="cache-reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="cache-writer")
        self._writes = 0
        self._failing = False
        most = max(largest_entry(bound), _JOINABLE)
        self._flights: SingleFlight[_Item] = SingleFlight(_weight, most, self._keep)

    async def open(self) -> None:
        """Find out what is there. Until then, nothing is kept."""
        if not self._bound:
            return
        try:
            self._disk = await self._read(lambda: DiskCache(self._folder, self._bound))
            self._metrics.cache_bytes.set(await self._read(self._disk.size))
        except StorageError as error:
            self._warn(error)

    def stream(self, key: str, make: MakeChunks, *, timeout: float) -> CachedStream:
        """The chunks of ``key``: from the disk, from the request that is making them, or from ``make``.

        Args:
            key: from `cache_key.key_of`.
            make: makes the chunks. It runs in a task of its own, which is cancelled when all who want them
                have left; whoever asked first does not matter.
            timeout: seconds from now until the first chunk must be there. Of those who wait for the same
                stream each has its own.

        Returns:
            A stream that has begun to be made, and has to be closed (``aclose``) however the request ends.
        """
        return CachedStream(
            lambda: self._flights.join(key, lambda: self._items(key, make)), timeout, self._metrics
        )

    async def close(self) -> None:
        """End all streams, and close the index."""
        await self._flights.close()
        if self._disk is not None:
            loop = asyncio.get_running_loop()
            for thread in (self._reader, self._writer):
                await loop.run_in_executor(thread, self._disk.close)
        for thread in (self._reader, self._writer):
            thread.shutdown(wait=False)

    async def _items(self, key: str, make: MakeChunks) -> AsyncGenerator[_Item, None]:
        kept = await self._look_up(key)
        if kept is not None:
            yield "hit"
            for chunk in kept:
                yield chunk
            return
        yield "miss"
        async with contextlib.aclosing(make()) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _look_up(self, key: str) -> list[EncodedChunk] | None:
        disk = self._disk
        if disk is None:
            return None
        try:
            return await self._read(lambda: _read_stream(disk, key))
        except StorageError as error:
            self._warn(error)
            return None

    async def _keep(self, key: str, items: list[_Item]) -> None:
        disk = self._disk
        chunks = [item for item in items if isinstance(item, EncodedChunk)]
        if disk is None or items[:1] != ["miss"] or not chunks or self._writes >= _WRITES:
            return
        self._writes += 1
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._writer, lambda: disk.put(key, pack(chunks))
            )
            self._metrics.cache_bytes.set(await self._read(disk.size))
            self._failing = False
        except StorageError as error:
            self._warn(error)
        finally:
            self._writes -= 1

    async def _read(self, call: Callable[[], _R]) -> _R:
        reading = asyncio.get_running_loop().run_in_executor(self._reader, call)
        try:
            return await asyncio.wait_for(reading, _LOOKUP)
        except TimeoutError as error:
            raise StorageError(f"the cache folder {self._folder} does not answer") from error

    def _warn(self, error: StorageError) -> None:
        """Say that the cache fails, once until something can be kept again."""
        if not self._failing:
            _LOG.warning("%s; speech goes on uncached", error)
        self._failing = True


class CachedStream:
    """The chunks of one request."""

    def __init__(self, join: _Join, timeout: float, metrics: Metrics) -> None:
        self._join = join
        self._timeout = timeout
        self._deadline = asyncio.get_running_loop().time() + timeout
        self._metrics = metrics
        self._leads, self._listener = join()
        self.status: Status | None = None
        """Where the chunks come from, for ``X-Declaim-Cache``; known once the first is there."""

    def __aiter__(self) -> CachedStream:
        return self

    async def __anext__(self) -> EncodedChunk:
        """The next chunk.

        Raises:
            DeadlineError: the first was not there in time.
            DeclaimError: whatever ``make`` raises.
        """
        if self.status is None:
            return await self._first_chunk()
        return await self._next_chunk()

    async def aclose(self) -> None:
        """Leave the stream, which ends with its last listener."""
        await self._listener.aclose()

    async def _first_chunk(self) -> EncodedChunk:
        found, chunk = await self._within_deadline()
        self.status = found if self._leads or found == "hit" else "coalesced"
        self._metrics.cache_requests.labels(self.status).inc()
        return chunk

    async def _within_deadline(self) -> tuple[Any, EncodedChunk]:
        """What is found and the first chunk, by this request's own deadline rather than the leader's."""
        while True:
            try:
                async with asyncio.timeout_at(self._deadline):
                    return await anext(self._listener), await self._next_chunk()
            except TimeoutError as error:
                raise DeadlineError(f"nothing was spoken within {self._timeout:g} seconds") from error
            except DeadlineError:
                if self._leads or asyncio.get_running_loop().time() >= self._deadline:
                    raise
                await self._listener.aclose()
                self._leads, self._listener = self._join()

    async def _next_chunk(self) -> EncodedChunk:
        item = await anext(self._listener)
        assert isinstance(item, EncodedChunk)
        return item


def _read_stream(disk: DiskCache, key: str) -> list[EncodedChunk] | None:
    data = disk.get(key)
    if data is None:
        return None
    try:
        return unpack(data)
    except (ValueError, TypeError):  # a file that was cut short when the machine lost its power
        disk.remove(key)
        return None


def _weight(item: _Item) -> int:
    return item.weight if isinstance(item, EncodedChunk) else 0

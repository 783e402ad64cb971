import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from declaim.errors import EngineError, UnavailableError
from declaim.server.single_flight import Listener, SingleFlight


@dataclass
class Source:
    """Streams of bytes that a test lets go on one by one."""

    items: list[bytes]
    error: Exception | None = None
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    made: int = 0
    begun: int = 0
    endings: list[str] = field(default_factory=list)

    async def make(self) -> AsyncGenerator[bytes, None]:
        self.begun += 1
        ending = "closed"
        try:
            for item in self.items:
                await self.gate.acquire()
                self.made += 1
                yield item
            if self.error:
                raise self.error
            ending = "complete"
        finally:
            await asyncio.sleep(0)  # cleaning up may take a while
            self.endings.append(ending)

    def go(self, count: int = 1000) -> None:
        for _ in range(count):
            self.gate.release()


class Kept(dict[str, list[bytes]]):
    async def keep(self, key: str, items: list[bytes]) -> None:
        self[key] = list(items)


def flights(kept: Kept, most: int = 1000) -> SingleFlight[bytes]:
    return SingleFlight(len, most, kept.keep)


async def taken(listener: Listener[bytes]) -> list[bytes]:
    async with aclosing(listener):
        return [item async for item in listener]


async def settle(done: Callable[[], bool] = lambda: False) -> None:
    for _ in range(50):
        if done():
            return
        await asyncio.sleep(0)


def run(test: Callable[[], object]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]


def test_identical_requests_are_computed_once_and_kept() -> None:
    async def test() -> None:
        kept, source = Kept(), Source([b"a", b"b", b"c"])
        single = flights(kept)
        leads, first = single.join("k", source.make)
        follows, second = single.join("k", source.make)
        assert (leads, follows) == (True, False)
        source.go()
        assert await asyncio.gather(taken(first), taken(second)) == [[b"a", b"b", b"c"]] * 2
        await settle(lambda: bool(kept))
        assert (source.begun, kept) == (1, {"k": [b"a", b"b", b"c"]})
        assert single.join("k", source.make)[0]
        await single.close()

    run(test)


def test_a_follower_gets_what_was_made_and_goes_on_live() -> None:
    async def test() -> None:
        source = Source([b"a", b"b", b"c"])
        single = flights(Kept())
        _, first = single.join("k", source.make)
        source.go(2)
        assert [await anext(first), await anext(first)] == [b"a", b"b"]
        _, second = single.join("k", source.make)
        assert [await anext(second), await anext(second)] == [b"a", b"b"]
        waiting = asyncio.create_task(taken(second))
        await settle()
        assert not waiting.done()
        source.go(1)
        assert await waiting == [b"c"]
        assert await taken(first) == [b"c"]
        assert source.begun == 1

    run(test)


def test_a_leader_that_leaves_does_not_hurt_its_followers() -> None:
    async def test() -> None:
        kept, source = Kept(), Source([b"a", b"b"])
        single = flights(kept)
        _, leader = single.join("k", source.make)
        _, follower = single.join("k", source.make)
        waiting = asyncio.create_task(taken(leader))
        await settle()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        source.go()
        assert await taken(follower) == [b"a", b"b"]
        await settle(lambda: bool(kept))
        assert source.endings == ["complete"]

    run(test)


@pytest.mark.parametrize("items_taken", [0, 1])
def test_the_last_listener_to_leave_ends_the_work_before_it_is_gone(items_taken: int) -> None:
    async def test() -> None:
        kept, source = Kept(), Source([b"a", b"b"])
        single = flights(kept)
        listeners = [single.join("k", source.make)[1] for _ in range(3)]
        source.go(items_taken)
        for _ in range(items_taken):
            await anext(listeners[0])
        await settle()
        for listener in listeners[:-1]:
            await listener.aclose()
        assert source.endings == []
        await listeners[-1].aclose()
        assert source.endings == ["closed"]
        assert kept == {}
        leads, again = single.join("k", source.make)
        assert leads
        await again.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(listeners[0])

    run(test)


def test_leaving_before_anything_ran_leaves_nothing() -> None:
    async def test() -> None:
        source = Source([b"a"])
        single = flights(Kept())
        _, listener = single.join("k", source.make)
        await listener.aclose()
        assert source.begun == 0
        assert not single._flights
        assert len(asyncio.all_tasks()) == 1

    run(test)


def test_an_error_reaches_all_and_is_not_kept() -> None:
    async def test() -> None:
        kept, source = Kept(), Source([b"a"], EngineError("broken"))
        single = flights(kept)
        listeners = [single.join("k", source.make)[1] for _ in range(3)]
        source.go()
        results = await asyncio.gather(*map(taken, listeners), return_exceptions=True)
        assert [str(result) for result in results] == ["broken"] * 3
        late = single.join("k", source.make)
        assert late[0]
        await late[1].aclose()
        assert kept == {}

    run(test)


def test_nothing_is_made_that_nobody_is_about_to_take() -> None:
    async def test() -> None:
        source = Source([bytes([n]) for n in range(100)])
        single = flights(Kept())
        _, first = single.join("k", source.make)
        _, second = single.join("k", source.make)
        source.go()
        for _ in range(5):
            await anext(first)
        await settle()
        assert source.made == 6
        await second.aclose()
        await first.aclose()

    run(test)


def test_a_long_stream_is_not_held_and_not_kept() -> None:
    async def test() -> None:
        kept, source = Kept(), Source([b"x" * 10 for _ in range(100)])
        single = flights(kept, most=50)
        _, first = single.join("k", source.make)
        _, slow = single.join("k", source.make)
        source.go()
        for _ in range(5):
            await anext(first)
        flight = first._flight
        assert single.join("k", source.make)[1]._flight is flight  # joined as long as all of it is there
        third = next(one for one in flight.listeners if one not in (first, slow))
        await third.aclose()
        await anext(first)
        await settle()
        stranger = Source([])
        leads, other = single.join("k", stranger.make)
        assert leads  # it has outgrown its followers
        assert await taken(other) == []
        waiting = asyncio.create_task(anext(first))
        await settle()
        assert not waiting.done()  # until the slow one has taken something
        assert len(flight.items) <= 6
        rest = asyncio.create_task(taken(slow))
        assert await waiting == b"x" * 10
        assert len(await taken(first)) + 7 == 100
        assert len(await rest) == 100
        assert len(flight.items) <= 6
        assert kept == {"k": []}

    run(test)


def test_closing_ends_all_and_tells_who_listens() -> None:
    async def test() -> None:
        source = Source([b"a"])
        single = flights(Kept())
        _, listener = single.join("k", source.make)
        waiting = asyncio.create_task(taken(listener))
        await settle()
        await single.close()
        with pytest.raises(UnavailableError):
            await waiting
        assert source.endings == ["closed"]

    run(test)


def test_who_joins_while_the_stream_is_being_kept_joins() -> None:
    async def test() -> None:
        release = asyncio.Event()

        async def keep(_key: str, _items: list[bytes]) -> None:
            await release.wait()

        source = Source([b"a"])
        single = SingleFlight(len, 1000, keep)
        source.go()
        assert await taken(single.join("k", source.make)[1]) == [b"a"]
        leads, late = single.join("k", source.make)
        assert not leads
        assert await taken(late) == [b"a"]
        assert source.begun == 1
        release.set()

    run(test)

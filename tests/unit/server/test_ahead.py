import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from declaim.server.ahead import ahead


class Source:
    def __init__(self, count: int, fails_at: int | None = None) -> None:
        self.made, self.closed = 0, False
        self._count, self._fails_at = count, fails_at

    async def items(self) -> AsyncGenerator[int]:
        try:
            for number in range(self._count):
                if number == self._fails_at:
                    raise ValueError(number)
                self.made += 1
                yield number
                await asyncio.sleep(0)
        finally:
            self.closed = True


async def rest() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def test_all_items_in_order() -> None:
    async def test() -> list[int]:
        return [item async for item in ahead(Source(20).items(), 3)]

    assert asyncio.run(test()) == list(range(20))


def test_no_more_is_made_than_the_limit_allows() -> None:
    async def test() -> None:
        source = Source(20)
        async with aclosing(ahead(source.items(), 4)) as items:
            assert await anext(items) == 0
            await rest()
            assert source.made == 5
        source = Source(20)
        async with aclosing(ahead(source.items(), 4, lambda _: 2.5)) as items:
            assert await anext(items) == 0
            await rest()
            assert source.made == 3

    asyncio.run(test())


def test_what_was_made_before_a_failure_is_given_before_it() -> None:
    async def test() -> None:
        source, found = Source(20, fails_at=3), []
        with pytest.raises(ValueError, match="3"):  # noqa: PT012
            async for item in ahead(source.items(), 100):
                found.append(item)  # noqa: PERF401 - those before the failure
        assert found == [0, 1, 2]
        assert source.closed

    asyncio.run(test())


def test_closing_ends_what_makes() -> None:
    async def test() -> None:
        source = Source(10**9)
        items = ahead(source.items(), 4)
        assert await anext(items) == 0
        await items.aclose()
        assert source.closed
        assert source.made < 10

    asyncio.run(test())

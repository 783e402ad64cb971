"""Work that nobody waits for makes way, in pools of real processes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import toy_stages
from declaim.server.workers.fairness import Shares, Ticket
from declaim.server.workers.pool import Pool


@asynccontextmanager
async def pool(size: int) -> AsyncIterator[Pool]:
    made = Pool("speaker", toy_stages.load_toy, size=size, step_timeout=10, memory_limit=10**12)
    made.start()
    try:
        async with asyncio.timeout(30):
            while any(state.state != "idle" for state in made.states):  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
        yield made
    finally:
        await made.close()


async def items(pool: Pool, *, is_patient: bool, **payload: Any) -> list[int]:
    ticket = Ticket("book" if is_patient else "listener", due=0, is_patient=is_patient)
    with pool.taking_turns(ticket):
        async with aclosing(pool.run(payload, ticket)) as run:
            return [number async for number, _ in run]


def test_a_patient_ticket_is_behind_every_other_however_little_it_had() -> None:
    shares = Shares()
    book, listener, newcomer = Ticket("b", 0, is_patient=True), Ticket("l", 9), Ticket("n", 9)
    with shares.member(book), shares.member(listener):
        shares.charge(listener, 50)
        assert min((book, listener), key=shares.rank) is listener
        with shares.member(newcomer):
            assert shares.rank(newcomer)[1] == 50, "a book that had nothing gives a newcomer no credit"


def test_a_listener_does_not_wait_for_a_step_of_a_book_and_the_book_loses_nothing() -> None:
    async def test() -> None:
        async with pool(2) as workers:
            books = [asyncio.create_task(items(workers, is_patient=True, count=3, seconds=0.4)) for _ in "ab"]
            await asyncio.sleep(0.2)
            began = time.monotonic()
            assert await items(workers, is_patient=False, count=1) == [0]
            # The toy does not let go, so its worker is killed after the grace; it is no fault of the book.
            assert time.monotonic() - began < 2
            assert await asyncio.gather(*books) == [[0, 1, 2], [0, 1, 2]]

    asyncio.run(test())


def test_while_somebody_waits_one_seat_stays_empty() -> None:
    async def test() -> None:
        async with pool(2) as workers:
            listener = asyncio.create_task(items(workers, is_patient=False, count=2, seconds=0.3))
            await asyncio.sleep(0.1)
            book = asyncio.create_task(items(workers, is_patient=True, count=1))
            await asyncio.sleep(0.2)
            assert sum(state.state == "busy" for state in workers.states) == 1
            assert not book.done()
            assert await listener == [0, 1]
            assert await book == [0]

    asyncio.run(test())

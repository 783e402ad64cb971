"""Pools of real processes, with toys in place of models."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

import toy_stages
from declaim.errors import EngineError, MarkupError, ModelMissingError
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.pool import Pool
from declaim.server.workers.process import LoadStage


@asynccontextmanager
async def pool(
    size: int = 1, *, load: LoadStage = toy_stages.load_toy, step_timeout: float = 10, memory: int = 10**12
) -> AsyncIterator[Pool]:
    made = Pool("speaker", load, size=size, step_timeout=step_timeout, memory_limit=memory)
    made.start()
    try:
        if load is toy_stages.load_toy:
            await asyncio.wait_for(made.ready.wait(), 30)
        yield made
    finally:
        await made.close()


async def items(pool: Pool, client: str = "a", **payload: Any) -> list[Any]:
    ticket = Ticket(client, due=0)
    with pool.taking_turns(ticket):
        async with aclosing(pool.run(payload, ticket)) as run:
            return [item async for item in run]


def numbers(found: list[Any]) -> list[int]:
    return [number for number, _ in found]


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def test_items_come_in_order_from_another_process() -> None:
    async def test() -> None:
        async with pool() as workers:
            found = await items(workers, count=4)
            assert numbers(found) == [0, 1, 2, 3]
            assert found[0][1] == workers.states[0].pid != os.getpid()
            assert [list(each) for each in await items(workers, arrays=True, count=2)] == [[0] * 4, [1] * 4]
            assert workers.states[0].memory > 10_000_000

    run(test())


def test_errors_come_across_with_all_they_know() -> None:
    async def test() -> None:
        async with pool() as workers:
            with pytest.raises(MarkupError) as caught:
                await items(workers, at=1, do="fail")
            assert (caught.value.line, caught.value.column, caught.value.hint) == (3, 4, "mend it")
            with pytest.raises(EngineError, match="ZeroDivisionError"):
                await items(workers, at=0, do="break")
            assert workers.states[0].restarts == 0

    run(test())


def test_a_worker_that_dies_is_replaced_and_the_task_goes_on(tmp_path: Path) -> None:
    async def test() -> None:
        async with pool() as workers:
            found = await items(workers, at=1, do="die once", mark=str(tmp_path / "dead"))
            assert numbers(found) == [0, 1, 2]
            assert found[0][1] != found[1][1]
            assert workers.states[0].restarts == 1

    run(test())


def test_an_idle_worker_that_is_killed_is_replaced_before_it_is_needed() -> None:
    async def test() -> None:
        async with pool() as workers:
            pid = workers.states[0].pid
            assert pid
            os.kill(pid, signal.SIGKILL)
            await until(lambda: workers.states[0].state == "idle" and workers.states[0].pid != pid)

    run(test())


def test_what_kills_every_worker_is_given_up() -> None:
    async def test() -> None:
        async with pool(2) as workers:
            with pytest.raises(EngineError, match="3 workers died"):
                await items(workers, at=1, do="die")
            assert numbers(await items(workers)) == [0, 1, 2]

    run(test())


def test_a_worker_that_hangs_is_killed_at_the_deadline_of_its_step() -> None:
    async def test() -> None:
        async with pool(step_timeout=0.5) as workers:
            began = time.monotonic()
            with pytest.raises(EngineError):
                await items(workers, at=0, do="hang")
            assert time.monotonic() - began < 20
            assert workers.states[0].restarts >= 2

    run(test())


def test_a_stopped_worker_that_nobody_waits_for_any_more_is_replaced() -> None:
    async def test() -> None:
        async with pool() as workers:
            pid = workers.states[0].pid
            assert pid
            waiting = asyncio.create_task(items(workers, at=0, do="hang"))
            await until(lambda: workers.states[0].state == "busy")
            os.kill(pid, signal.SIGSTOP)
            waiting.cancel()
            await until(lambda: workers.states[0].state == "idle" and workers.states[0].pid != pid)
            assert numbers(await items(workers)) == [0, 1, 2]

    run(test())


def test_a_task_that_is_left_frees_its_worker() -> None:
    async def test() -> None:
        async with pool() as workers:
            ticket = Ticket("a", due=0)
            with workers.taking_turns(ticket):
                run: AsyncGenerator[Any] = workers.run({"count": 10**9}, ticket)
                assert (await anext(run))[0] == 0
                await run.aclose()
            assert numbers(await items(workers)) == [0, 1, 2]
            assert workers.states[0].restarts == 0

    run(test())


def test_a_worker_that_has_grown_is_replaced_and_its_tasks_go_on() -> None:
    async def test() -> None:
        async with pool(memory=400_000_000) as workers:
            found = await items(workers, count=3, at=1, do="hoard", megabytes=500)
            assert numbers(found) == [0, 1, 2]
            assert found[1][1] != found[2][1]

    run(test())


def test_a_long_task_does_not_keep_another_client_waiting() -> None:
    async def test() -> None:
        async with pool() as workers:
            book = asyncio.create_task(items(workers, "book", count=200, seconds=0.02))
            await asyncio.sleep(0.2)
            began = time.monotonic()
            assert numbers(await items(workers, "short", count=3, seconds=0.02)) == [0, 1, 2]
            assert time.monotonic() - began < 0.4
            book.cancel()

    run(test())


def test_models_that_are_missing_are_told_and_tried_again() -> None:
    async def test() -> None:
        async with pool(load=toy_stages.load_nothing) as workers:
            await until(lambda: workers.failure is not None)
            assert isinstance(workers.failure, ModelMissingError)
            assert workers.failure.hint == "fetch them"
            await until(lambda: workers.states[0].restarts >= 1)

    run(test())


def test_a_crash_while_loading_is_told() -> None:
    async def test() -> None:
        async with pool(load=toy_stages.load_and_die) as workers:
            await until(lambda: workers.failure is not None)
            assert "while it loaded" in str(workers.failure)

    run(test())


def test_work_that_waits_without_anybody_moving_is_noticed() -> None:
    async def test() -> None:
        async with pool() as workers:
            assert workers.stalled_for == 0
            waiting = asyncio.create_task(items(workers, at=0, do="hang"))
            await asyncio.sleep(0.3)
            assert 0.2 < workers.stalled_for < 5
            waiting.cancel()

    run(test())


def test_no_process_outlives_its_pool() -> None:
    async def test() -> None:
        async with pool(2) as workers:
            pids = [state.pid for state in workers.states if state.pid]
        assert not any(psutil.pid_exists(pid) for pid in pids)

    run(test())

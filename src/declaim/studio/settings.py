"""How books are made: the ``[studio]`` table of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_NAME: Final = "local"


class StudioConfig(BaseModel):
    """Where books are made, and what the service takes of them. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = None
    """Where the service keeps its jobs. None: ``jobs`` in the cache folder, beside the models: the one that
    installations let outlive a restart."""
    database: Annotated[str, Field(pattern=r"^(postgresql(\+psycopg)?|sqlite)://")] | None = None
    """Of the workflows, such as ``postgresql://user@host/declaim``. None: a SQLite file beside the jobs.
    Several machines can share a Postgres, if they share ``folder`` too. A password is best left to libpq:
    ``PGPASSWORD`` or a ``PGPASSFILE``."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,20}$")] = DEFAULT_NAME
    """Whose jobs these are in the database. Of processes with the same name one makes them at a time, and
    another takes over when it is lost; those with different names know nothing of each other."""
    max_book: Annotated[int, Field(ge=1_000)] = 200_000_000
    """Bytes of a file that is sent to the service."""
    max_jobs: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Jobs that the service keeps, those that have ended included."""

"""How books are made: the ``[studio]`` table of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class StudioConfig(BaseModel):
    """Where books are made, and what the service takes of them. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = None
    """Where the service keeps its jobs. None: ``jobs`` in the cache folder, beside the models: the one that
    installations let outlive a restart."""
    database: Annotated[str, Field(pattern=r"^(postgresql(\+psycopg)?|sqlite)://")] | None = None
    """Of the workflows, such as ``postgresql://user@host/declaim``. None: a SQLite file beside the jobs.
    Several machines can share a Postgres, if they share ``folder`` too."""
    executor: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """This process's name in the database. A process resumes what was begun under its own. None: ``local``,
    or with Postgres the machine's name."""
    max_book: Annotated[int, Field(ge=1_000)] = 200_000_000
    """Bytes of a file that is sent to the service."""
    max_jobs: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Jobs that the service keeps, those that have ended included."""

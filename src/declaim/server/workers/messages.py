"""What the service and a worker say to each other.

The service opens tasks and asks for their items one at a time; a worker answers each :class:`Open` and each
:class:`Step` exactly once, in order. Any number of tasks may be open; one is worked on at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a task and give its first item."""

    task: int
    payload: Any
    skip: int
    """Items that were had from another worker, and are not wanted again."""


@dataclass(frozen=True, slots=True)
class Step:
    """Give the next item of a task."""

    task: int


@dataclass(frozen=True, slots=True)
class Close:
    """Forget a task; if it is being worked on, stop."""

    task: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded."""

    memory: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The models cannot be loaded; the worker ends."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Answer:
    """To an :class:`Open` or a :class:`Step`."""

    task: int
    item: Any = None
    is_end: bool = False
    """There is no further item; the task is forgotten."""
    error: Exception | None = None
    """The task failed, and is forgotten."""
    seconds: float = 0.0
    """That the worker took."""
    memory: int = 0
    """Resident bytes of the worker."""

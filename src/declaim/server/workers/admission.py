"""Who is let in: a bounded number of requests, and for the others an honest guess when to come again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from declaim.errors import QueueFullError

_FIRST_GUESS = 0.06
"""Worker seconds for a character, until some have been spoken: Chinese on two slow cores."""
_MEMORY = 0.98
"""Share of what is known that a further character leaves in place: the last few hundred count."""
_SHORTEST_WAIT, _LONGEST_WAIT = 1, 600
_NEWCOMERS = 4
"""One place for so many in the queue is kept besides for clients of whom nothing is in: whoever fills the
queue must not shut out the others."""


@dataclass(eq=False, slots=True)
class Admitted:
    """A request that was let in."""

    client: str
    characters: int
    """Not yet spoken."""
    has_begun: bool = False
    """Whether something of it has been spoken."""


class Admission:
    """Counts the requests that are in.

    Args:
        workers: how many can be spoken at the same time.
        queue_limit: how many more may wait.
    """

    def __init__(self, workers: int, queue_limit: int) -> None:
        self._workers = workers
        self._limit = workers + queue_limit
        self._newcomers = queue_limit // _NEWCOMERS
        self._inside: set[Admitted] = set()
        self._seconds_a_character = _FIRST_GUESS

    @contextmanager
    def enter(self, client: str, characters: int) -> Iterator[Admitted]:
        """Be in.

        Args:
            client: who asks.
            characters: of the text.

        Raises:
            QueueFullError: as many as there may be are in.
        """
        is_new = all(each.client != client for each in self._inside)
        if len(self._inside) >= self._limit + (self._newcomers if is_new else 0):
            raise QueueFullError(
                f"{len(self._inside)} requests are being spoken or wait", retry_after=self._retry_after()
            )
        admitted = Admitted(client, characters)
        self._inside.add(admitted)
        try:
            yield admitted
        finally:
            self._inside.discard(admitted)

    def spoken(self, admitted: Admitted, characters: int, seconds: float) -> None:
        """Some characters of a request have been spoken, which took a worker so many seconds."""
        admitted.has_begun = True
        admitted.characters -= characters
        if characters:
            old = _MEMORY**characters
            self._seconds_a_character = old * self._seconds_a_character + (1 - old) * seconds / characters

    @property
    def waiting(self) -> int:
        """Requests of which nothing has been spoken."""
        return sum(not each.has_begun for each in self._inside)

    @property
    def speaking(self) -> int:
        """Requests that have begun to be spoken."""
        return len(self._inside) - self.waiting

    @property
    def load(self) -> float:
        """Requests that wait as a share of those that may; 1 is a full queue."""
        waiting = len(self._inside) - self._workers
        return max(0.0, waiting / max(1, self._limit - self._workers))

    def _retry_after(self) -> int:
        """Seconds until a place is free: all take turns, so the shortest leaves after its share of them."""
        shortest = min((each.characters for each in self._inside), default=0)
        turns = len(self._inside) / self._workers
        wait = math.ceil(shortest * self._seconds_a_character * turns)
        return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT)

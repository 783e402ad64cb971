"""Who is served next: clients get equal shares of the workers, however much each of them asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class Ticket:
    """A request in the eyes of the schedule."""

    client: str
    due: float
    """When its next item is wanted, in the loop's time: at once at first, later as audio is ahead."""
    seconds: float = 0.0
    """That workers have worked for it since this was last asked."""

    def take(self) -> float:
        """The seconds that workers have worked for it since the last call."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds


class Shares:
    """Start-time fair queueing over clients (Goyal, Vin and Cheng, 1996), the cost being workers' seconds.

    A client that comes is put level with the one that has had least, so that nobody saves up for later and
    nobody who has been served long is punished by those who come.
    """

    def __init__(self) -> None:
        self._used: dict[str, float] = {}
        self._tickets: defaultdict[str, int] = defaultdict(int)

    @contextmanager
    def member(self, ticket: Ticket) -> Iterator[None]:
        """A request comes, and leaves at the end."""
        self._enter(ticket)
        try:
            yield
        finally:
            self._leave(ticket)

    def charge(self, ticket: Ticket, seconds: float) -> None:
        """A worker has worked for a request."""
        ticket.seconds += seconds
        if ticket.client in self._used:
            self._used[ticket.client] += seconds

    def rank(self, ticket: Ticket) -> tuple[float, float]:
        """The lowest is served next: of the client that has had least, what is due first."""
        return self._used[ticket.client], ticket.due

    def _enter(self, ticket: Ticket) -> None:
        if ticket.client not in self._used:
            self._used[ticket.client] = min(self._used.values(), default=0.0)
        self._tickets[ticket.client] += 1

    def _leave(self, ticket: Ticket) -> None:
        self._tickets[ticket.client] -= 1
        if not self._tickets[ticket.client]:
            del self._tickets[ticket.client], self._used[ticket.client]

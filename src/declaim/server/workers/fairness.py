"""Who is served next: clients get equal shares of the workers, however much each of them asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

_Member: TypeAlias = tuple[bool, str]
"""Whether it is patient, and the client."""


@dataclass(eq=False, slots=True)
class Ticket:
    """A request in the eyes of the schedule."""

    client: str
    due: float
    """When its next item is wanted, in the loop's time: at once at first, later as audio is ahead."""
    is_patient: bool = False
    """Whether nobody is listening: it goes behind all that somebody waits for."""
    seconds: float = 0.0
    """That workers have worked for it since this was last asked."""

    def take(self) -> float:
        """The seconds that workers have worked for it since the last call."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds


class Shares:
    """Start-time fair queueing over clients (Goyal, Vin and Cheng, 1996), the cost being workers' seconds.

    A client that comes is put level with the one that has had least, so that nobody saves up for later and
    nobody who has been served long is punished by those who come. Patient requests have shares among
    themselves, of what the others leave.
    """

    def __init__(self) -> None:
        self._used: dict[_Member, float] = {}
        self._tickets: defaultdict[_Member, int] = defaultdict(int)

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
        if _member(ticket) in self._used:
            self._used[_member(ticket)] += seconds

    def rank(self, ticket: Ticket) -> tuple[bool, float, float]:
        """The lowest is served next: no patient one, of the client that has had least, what is due first."""
        return ticket.is_patient, self._used[_member(ticket)], ticket.due

    def _enter(self, ticket: Ticket) -> None:
        member = _member(ticket)
        if member not in self._used:
            alike = (used for (is_patient, _), used in self._used.items() if is_patient == ticket.is_patient)
            self._used[member] = min(alike, default=0.0)
        self._tickets[member] += 1

    def _leave(self, ticket: Ticket) -> None:
        member = _member(ticket)
        self._tickets[member] -= 1
        if not self._tickets[member]:
            del self._tickets[member], self._used[member]


def _member(ticket: Ticket) -> _Member:
    return ticket.is_patient, ticket.client

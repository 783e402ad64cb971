"""The cluster as a system of queues, event by event (simpy).

Each core has an engine that speaks one sentence after the other and has room for one more, so that it never
waits; a sentence that finds no room waits for the first engine that has some, first come, first served. Of
two engines drawn at random the one with less to do gets the sentence: so Ray Serve routes. The sentences of
a request follow one another.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import simpy

from bench.capacity.traffic import Habit, Request, Sentence
from declaim.cluster.deployments import SENTENCES_AT_ONCE

_Event = Generator[simpy.Event, Any, None]


@dataclass(slots=True)
class Outcome:
    """What listeners had, after the time that the system took to fill."""

    first_audio: list[float] = field(default_factory=list)
    """Seconds from each request to its first sound."""
    gaps: int = 0
    """Requests in which a sentence was not there when the one before had been heard."""
    audio: float = 0.0
    """Seconds of speech that were made."""
    seconds: float = 0.0
    """That were looked at."""
    busy: float = 0.0
    """Of all engines, seconds of work in them."""

    def __iadd__(self, other: Self) -> Self:
        """Count another run in."""
        self.first_audio += other.first_audio
        self.gaps += other.gaps
        self.audio += other.audio
        self.seconds += other.seconds
        self.busy += other.busy
        return self


class _Cluster:
    """Engines, and sentences that wait for them."""

    def __init__(self, environment: simpy.Environment, engines: int, seed: int) -> None:
        self._environment = environment
        self._engines = [simpy.Resource(environment) for _ in range(engines)]
        self._inside = [0] * engines
        self._free = list(range(engines))
        """Engines with room."""
        self._waiting: deque[simpy.Event] = deque()
        self._choose = random.Random(seed)  # noqa: S311 - nothing secret

    def speak(self, sentence: Sentence, first: simpy.Event) -> _Event:
        """One sentence; ``first`` happens when something of it can be heard, and has the time."""
        if self._free:
            engine = self._shorter()
            self._enter(engine)
        else:
            turn = self._environment.event()
            self._waiting.append(turn)
            engine = yield turn
        with self._engines[engine].request() as alone:
            yield alone
            yield self._environment.timeout(sentence.first)
            first.succeed(self._environment.now)
            yield self._environment.timeout(sentence.work - sentence.first)
        self._leave(engine)

    def _shorter(self) -> int:
        """Of two that have room, the one with less in it."""
        one, other = (self._choose.choice(self._free) for _ in range(2))
        return min(one, other, key=self._inside.__getitem__)

    def _enter(self, engine: int) -> None:
        self._inside[engine] += 1
        if self._inside[engine] == SENTENCES_AT_ONCE:
            self._free.remove(engine)

    def _leave(self, engine: int) -> None:
        if self._waiting:
            self._waiting.popleft().succeed(engine)
            return
        if self._inside[engine] == SENTENCES_AT_ONCE:
            self._free.append(engine)
        self._inside[engine] -= 1


def simulate(
    engines: int,
    listeners: Sequence[Iterator[Request]],
    habit: Habit,
    *,
    warm: float,
    measured: float,
    seed: int = 0,
) -> Outcome:
    """Let listeners ask of engines.

    Args:
        engines: cores.
        listeners: what each of them asks for.
        habit: when a listener asks again.
        warm: seconds in which nothing is counted; requests begin to be counted after it.
        measured: seconds that follow.
        seed: of the routing.
    """
    environment = simpy.Environment()
    system = _System(environment, _Cluster(environment, engines, seed), warm, Outcome(seconds=measured))
    for requests in listeners:
        environment.process(system.listen(requests, habit))
    environment.run(until=warm + measured)
    return system.outcome


@dataclass(frozen=True, slots=True)
class _System:
    """Listeners before a cluster."""

    environment: simpy.Environment
    cluster: _Cluster
    warm: float
    outcome: Outcome

    def listen(self, requests: Iterator[Request], habit: Habit) -> _Event:
        """One listener."""
        for request in requests:
            yield self.environment.timeout(request.pause)
            heard_until = yield self.environment.process(self._hear(request))
            if habit.listens:
                yield self.environment.timeout(max(0.0, heard_until - self.environment.now))

    def _hear(self, request: Request) -> _Event:
        """One request; gives the time when the last of it will have been heard."""
        asked = self.environment.now
        heard_until = 0.0
        has_gap = False
        for number, sentence in enumerate(request.sentences):
            first = self.environment.event()
            speaking = self.environment.process(self.cluster.speak(sentence, first))
            begun = yield first
            if number:
                has_gap |= begun > heard_until
            elif asked >= self.warm:
                self.outcome.first_audio.append(begun - asked)
            heard_until = max(heard_until, begun) + sentence.audio
            yield speaking
            if self.environment.now >= self.warm:
                self.outcome.audio += sentence.audio
                self.outcome.busy += sentence.work
        self.outcome.gaps += has_gap and asked >= self.warm
        return heard_until


@dataclass(frozen=True, slots=True)
class Wish:
    """What listeners are to be given."""

    listeners: int
    habit: Habit
    p95: float
    """Seconds to the first sound, for 95 % of the requests."""
    gaps: float = 0.01
    """Share of the requests in which a sentence may be late."""


def fewest_engines(
    wish: Wish, spoken: Sequence[Sentence], *, warm: float, measured: float
) -> tuple[int, Outcome]:
    """The fewest cores that do; the search halves an interval, as more cores are never worse."""

    def tried(engines: int) -> Outcome | None:
        asking = [wish.habit.requests(spoken, seed) for seed in range(wish.listeners)]
        outcome = simulate(engines, asking, wish.habit, warm=warm, measured=measured)
        is_good = quantile(outcome.first_audio, 0.95) <= wish.p95
        return outcome if is_good and outcome.gaps <= wish.gaps * len(outcome.first_audio) else None

    low, high = 0, 1
    while not (found := tried(high)):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if better := tried(middle):
            high, found = middle, better
        else:
            low = middle
    return high, found


def quantile(values: Sequence[float], share: float) -> float:
    """By linear interpolation; infinite if nothing was heard at all."""
    if not values:
        return float("inf")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])

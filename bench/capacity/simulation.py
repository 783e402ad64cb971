"""The cluster as a system of queues, event by event (simpy).

Each core has an engine that speaks one sentence after the other and has room for one more, so that it never
waits. Each service sends on what its own listeners ask for, as Ray Serve 2.60 routes: of two engines drawn at
random the one with less to do, as far as the service knows; it asks an engine of which it has heard nothing
for ten seconds. If neither has room it tries again after 25 ms, and then after twice as long each time, up to
0.5 s. Within a service it is first come, first served. The sentences of a request follow one another.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import simpy

from bench.capacity.traffic import Habit, Request, Sentence
from declaim.cluster.deployments import SENTENCES_AT_ONCE

_MOST_FOR_ONE = 4
"""Cores for each listener, more of which change nothing."""
_CORES_OF_A_MACHINE = 8
"""A machine has one service."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.025, 0.5
"""Seconds between looks for a place: Ray's ``RAY_SERVE_ROUTER_RETRY_*``."""
_FORGOTTEN = 10.0
"""Seconds: Ray's ``RAY_SERVE_QUEUE_LENGTH_CACHE_TIMEOUT_S``."""
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
    """Engines, services that send sentences to them, and sentences that wait."""

    def __init__(self, environment: simpy.Environment, engines: int, services: int, seed: int) -> None:
        self._environment = environment
        self._engines = [simpy.Resource(environment) for _ in range(engines)]
        self._inside = [0] * engines
        self._known: list[dict[int, tuple[float, int]]] = [{} for _ in range(services)]
        """When each service last heard of an engine, and how many sentences were in it."""
        self._waiting: list[deque[simpy.Event]] = [deque() for _ in range(services)]
        self._choose = random.Random(seed)  # noqa: S311 - nothing secret

    def speak(self, sentence: Sentence, service: int, first: simpy.Event) -> _Event:
        """One sentence; ``first`` happens when something of it can be heard, and has the time."""
        place = self._environment.event()
        self._waiting[service].append(place)
        self._environment.process(self._route(service))
        engine = yield place
        with self._engines[engine].request() as alone:
            yield alone
            yield self._environment.timeout(sentence.first)
            first.succeed(self._environment.now)
            yield self._environment.timeout(sentence.work - sentence.first)
        self._inside[engine] -= 1
        heard, count = self._known[service][engine]
        self._known[service][engine] = heard, max(0, count - 1)

    def _route(self, service: int) -> _Event:
        """Look for a place, for whichever of a service's sentences has waited longest."""
        pause = _FIRST_PAUSE
        while self._waiting[service]:
            engine = self._candidate(service)
            if engine is not None:
                self._inside[engine] += 1
                self._hear(service, engine)
                self._waiting[service].popleft().succeed(engine)
                return
            yield self._environment.timeout(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _candidate(self, service: int) -> int | None:
        count = len(self._engines)
        drawn = self._choose.sample(range(count), min(2, count))
        for engine in drawn:
            heard, _ = self._known[service].get(engine, (-math.inf, 0))
            if self._environment.now - heard > _FORGOTTEN:
                self._hear(service, engine)
        best = min(drawn, key=lambda engine: self._known[service][engine][1])
        if self._inside[best] < SENTENCES_AT_ONCE:
            return best
        self._hear(service, best)  # it refuses, and says how many are in it
        return None

    def _hear(self, service: int, engine: int) -> None:
        self._known[service][engine] = self._environment.now, self._inside[engine]


def simulate(
    engines: int,
    listeners: Sequence[Iterator[Request]],
    habit: Habit,
    *,
    warm: float,
    measured: float,
    services: int = 1,
    seed: int = 0,
) -> Outcome:
    """Let listeners ask of engines.

    Args:
        engines: cores.
        services: listeners are spread over them evenly.
        listeners: what each of them asks for.
        habit: when a listener asks again.
        warm: seconds in which nothing is counted; requests begin to be counted after it.
        measured: seconds that follow.
        seed: of the routing.
    """
    environment = simpy.Environment()
    cluster = _Cluster(environment, engines, services, seed)
    system = _System(environment, cluster, warm, Outcome(seconds=measured))
    for number, requests in enumerate(listeners):
        environment.process(system.listen(requests, habit, number % services))
    environment.run(until=warm + measured)
    return system.outcome


@dataclass(frozen=True, slots=True)
class _System:
    """Listeners before a cluster."""

    environment: simpy.Environment
    cluster: _Cluster
    warm: float
    outcome: Outcome

    def listen(self, requests: Iterator[Request], habit: Habit, service: int) -> _Event:
        """One listener."""
        for request in requests:
            yield self.environment.timeout(request.pause)
            heard_until = yield self.environment.process(self._hear(request, service))
            if habit.listens:
                yield self.environment.timeout(max(0.0, heard_until - self.environment.now))

    def _hear(self, request: Request, service: int) -> _Event:
        """One request; gives the time when the last of it will have been heard."""
        asked = self.environment.now
        heard_until = 0.0
        has_gap = False
        for number, sentence in enumerate(request.sentences):
            first = self.environment.event()
            speaking = self.environment.process(self.cluster.speak(sentence, service, first))
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
    wish: Wish, spoken: Sequence[Sentence], *, warm: float, measured: float, guess: int = 1
) -> tuple[int, Outcome]:
    """The fewest cores that do, to a hundredth; more cores are taken to be never worse.

    Args:
        wish: what they have to do.
        spoken: what listeners choose from.
        warm: see :func:`simulate`.
        measured: likewise.
        guess: where to begin.

    Raises:
        ValueError: no number of cores does.
    """

    def tried(engines: int) -> Outcome | None:
        asking = [wish.habit.requests(spoken, seed) for seed in range(wish.listeners)]
        services = math.ceil(engines / _CORES_OF_A_MACHINE)
        outcome = simulate(engines, asking, wish.habit, warm=warm, measured=measured, services=services)
        is_good = quantile(outcome.first_audio, 0.95) <= wish.p95
        return outcome if is_good and outcome.gaps <= wish.gaps * len(outcome.first_audio) else None

    low, high = 0, guess
    while not (found := tried(high)):
        low, high = high, high + max(1, high // 4)
        if low > _MOST_FOR_ONE * wish.listeners:
            raise ValueError(f"nobody gets {wish.p95} s, however many cores there are")
    while high - low > max(1, high // 100):
        middle = (low + high) // 2 if low else max(high // 2, high - max(1, high // 8))
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

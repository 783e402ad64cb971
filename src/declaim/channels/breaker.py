"""A circuit breaker: a channel that fails or is slow too often is left alone for a while.

Nygard, "Release It!" (2007), with a window over calls and time, a rate of slow calls and half-open probes as
in Resilience4j, and waits that double, drawn between half and the whole ("equal jitter"; Brooker,
"Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Not full jitter: a wait near zero would be
another sentence lost to a channel that is down.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from declaim.channels.settings import BreakerSettings

BreakerState: TypeAlias = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True)
class _Call:
    at: float
    has_failed: bool
    is_slow: bool


class CircuitBreaker:
    """Of one channel. All calls come from one event loop.

    Args:
        settings: when it opens and closes.
        changed: told of each change of state.
        clock: seconds, from any beginning.
        draw: uniform in [0, 1).
    """

    def __init__(
        self,
        settings: BreakerSettings,
        *,
        changed: Callable[[BreakerState], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._changed = changed
        self._clock = clock
        self._draw = draw
        self._state: BreakerState = "closed"
        self._calls: deque[_Call] = deque(maxlen=settings.window_calls)
        self._wait = settings.first_wait
        self._reopens = 0.0
        self._successes = 0
        """Probes in a row that have succeeded."""
        self._probe: Permit | None = None
        """The one that is out."""

    @property
    def state(self) -> BreakerState:
        """``closed``: calls go through. ``open``: none does. ``half-open``: one at a time, to try."""
        return self._state

    @property
    def reopens_in(self) -> float:
        """Seconds until it may be tried; 0 unless it is open."""
        return max(0.0, self._reopens - self._clock()) if self._state == "open" else 0.0

    @property
    def is_passable(self) -> bool:
        """Whether a permit would be given now."""
        if self._state == "open":
            return not self.reopens_in
        return self._state == "closed" or self._probe is None

    @property
    def failure_rate(self) -> float:
        """Of the calls in the window; 0 where there is none."""
        return self._share(lambda call: call.has_failed)

    @property
    def slow_rate(self) -> float:
        """Of the calls in the window; 0 where there is none."""
        return self._share(lambda call: call.is_slow)

    def permit(self) -> Permit | None:
        """Leave to make one call, or None."""
        if not self.is_passable:
            return None
        if self._state == "open":
            self._successes = 0
            self._become("half-open")
        permit = Permit(self, is_forced=False)
        if self._state == "half-open":
            self._probe = permit
        return permit

    def force(self) -> Permit:
        """Leave to make one call in any state, for want of another channel.

        If it fails nothing new has been learnt; if it succeeds it counts as a probe.
        """
        return self.permit() or Permit(self, is_forced=True)

    def settle(self, permit: Permit, *, has_failed: bool, seconds: float) -> None:
        """A call has ended; see :class:`Permit`."""
        is_slow = seconds > self._settings.slow_after
        if permit.is_forced:
            if self._state != "closed" and not has_failed and not is_slow:
                self._recovered()
        elif permit is self._probe:
            self._probe = None
            if has_failed or is_slow:
                self._open_again()
            else:
                self._recovered()
        elif self._state == "closed":  # what was begun before it opened is no news
            self._calls.append(_Call(self._clock(), has_failed, is_slow))
            self._judge()

    def rest(self, permit: Permit, seconds: float) -> None:
        """Open now, for at least so many seconds: the channel has said that it will go on failing.

        If it is open already, or the call was forced, only the seconds are news.
        """
        if permit is self._probe:
            self._probe = None
            self._open_again()
        elif self._state != "open" and (seconds or not permit.is_forced):
            self._probe = None
            self._open()
        self._reopens = max(self._reopens, self._clock() + seconds)

    def release(self, permit: Permit) -> None:
        """A call has ended without saying anything about the channel; see :class:`Permit`."""
        if permit is self._probe:
            self._probe = None

    def _judge(self) -> None:
        settings = self._settings
        self._drop_old()
        if len(self._calls) < settings.minimum_calls:
            return
        if self.failure_rate >= settings.failure_rate or self.slow_rate >= settings.slow_rate:
            self._open()

    def _open_again(self) -> None:
        """A probe has failed: the next one is made later."""
        self._wait = min(2 * self._wait, self._settings.longest_wait)
        self._open()

    def _open(self) -> None:
        self._reopens = self._clock() + self._wait * (1 + self._draw()) / 2
        self._become("open")

    def _recovered(self) -> None:
        if self._state == "open":
            self._successes = 0
            self._become("half-open")
        self._successes += 1
        if self._successes >= self._settings.probes:
            self._calls.clear()
            self._probe = None
            self._wait = self._settings.first_wait
            self._become("closed")

    def _become(self, state: BreakerState) -> None:
        if state != self._state:
            self._state = state
            self._changed(state)

    def _share(self, counts: Callable[[_Call], bool]) -> float:
        self._drop_old()
        return sum(map(counts, self._calls)) / len(self._calls) if self._calls else 0.0

    def _drop_old(self) -> None:
        oldest = self._clock() - self._settings.window_seconds
        while self._calls and self._calls[0].at < oldest:
            self._calls.popleft()


class Permit:
    """Leave to make one call. Its end is told once; what is told later changes nothing."""

    def __init__(self, breaker: CircuitBreaker, *, is_forced: bool) -> None:
        self._breaker: CircuitBreaker | None = breaker
        self.is_forced = is_forced
        """Whether it was given against the breaker's state."""

    def succeeded(self, seconds: float) -> None:
        """The call did what it should, after so many seconds to its first audio."""
        if breaker := self._take():
            breaker.settle(self, has_failed=False, seconds=seconds)

    def failed(self) -> None:
        """The channel failed."""
        if breaker := self._take():
            breaker.settle(self, has_failed=True, seconds=0.0)

    def failed_for(self, seconds: float) -> None:
        """The channel failed, and will until so many seconds have passed; 0 if it did not say how many."""
        if breaker := self._take():
            breaker.rest(self, seconds)

    def released(self) -> None:
        """Neither: the client left, or asked for what nobody can do."""
        if breaker := self._take():
            breaker.release(self)

    def _take(self) -> CircuitBreaker | None:
        breaker, self._breaker = self._breaker, None
        return breaker

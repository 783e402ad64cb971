"""Sharing work among threads."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any

from declaim.models.interrupt import raise_if_interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Team:
    """The calling thread and helpers.

    Args:
        size: threads, the calling one included.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._helpers = size - 1
        self._pool = ThreadPoolExecutor(max(1, self._helpers), thread_name_prefix="vocoder")

    def run(self, chains: Iterable[Iterator[Iterable[Callable[[], None]]]]) -> list[Any]:
        """Bring chains of steps to their ends, side by side.

        A chain yields the parts of its next step, is continued when all of them are done, by the thread that
        did the last one, and may return something. While one chain prepares its next step, the other threads
        work on those of others, so nobody waits for the end of anything but the whole. Chains that have most
        to do should come first.

        If something fails, nothing further is begun, and its exception is raised when what was going on has
        ended: nothing is written behind the caller's back.

        Returns:
            What the chains returned, in their order.

        Raises:
            RunInterrupted: the calling thread's interrupt was set.
        """
        work = _Work([_Chain(steps) for steps in chains])
        helpers = [self._pool.submit(work.take_part) for _ in range(self._helpers)]
        try:
            work.take_part(raise_if_interrupted)
        finally:
            # One that has not begun finds nothing left to do: on a busy machine it is not waited for.
            wait([helper for helper in helpers if not helper.cancel()])
        for helper in helpers:
            if not helper.cancelled():
                helper.result()
        return [chain.result for chain in work.chains]


@dataclass(slots=True)
class _Chain:
    steps: Iterator[Iterable[Callable[[], None]]]
    waited_for: int = 0
    """Parts of its step that are not done."""
    result: Any = None


class _Work:
    """Parts that wait for a thread, in the order in which they came up."""

    def __init__(self, chains: list[_Chain]) -> None:
        self.chains = chains
        self._changed = Condition(Lock())
        self._ready: deque[tuple[_Chain, Callable[[], None] | None]] = deque(
            (chain, None) for chain in chains
        )
        self._unfinished = len(chains)
        self._is_abandoned = False

    def take_part(self, check: Callable[[], None] = lambda: None) -> None:
        """Work until there is nothing left to do.

        Args:
            check: called before each part; what it raises ends the work.
        """
        try:
            while taken := self._take():
                check()
                chain, part = taken
                if part is None or self._is_last(chain, part):
                    self._go_on(chain)
        except BaseException:
            self._abandon()
            raise

    def _take(self) -> tuple[_Chain, Callable[[], None] | None] | None:
        with self._changed:
            while not (self._ready or self._is_abandoned) and self._unfinished:
                self._changed.wait()
            return self._ready.popleft() if self._ready and not self._is_abandoned else None

    def _is_last(self, chain: _Chain, part: Callable[[], None]) -> bool:
        """Do a part, and say whether it was the last of its step."""
        part()
        with self._changed:
            chain.waited_for -= 1
            return chain.waited_for == 0

    def _go_on(self, chain: _Chain) -> None:
        """Put the parts of a chain's next step where threads find them."""
        try:
            parts = list(next(chain.steps))
        except StopIteration as end:
            chain.result = end.value
            with self._changed:
                self._unfinished -= 1
                self._changed.notify_all()
            return
        with self._changed:
            chain.waited_for = len(parts)
            self._ready.extend((chain, part) for part in parts)
            if not parts:
                self._ready.append((chain, None))  # done already
            self._changed.notify(len(parts))

    def _abandon(self) -> None:
        with self._changed:
            self._is_abandoned = True
            self._changed.notify_all()

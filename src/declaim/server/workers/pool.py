"""A pool of like workers: kept alive, kept small, and given the steps of tasks in a fair order."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal

from declaim.errors import DeclaimError, EngineError
from declaim.server.service import WorkerState
from declaim.server.workers.fairness import Shares, Ticket
from declaim.server.workers.messages import Answer
from declaim.server.workers.process import LoadStage, portable
from declaim.server.workers.worker import Worker, WorkerLostError
from declaim.stopwatch import StageName

logger = logging.getLogger(__name__)

_MOST_LOSSES = 3
"""Workers that may be lost over one item: what kills that many is at fault itself."""
_GRACE = 0.5
"""Seconds in which a worker must let go of a step that nobody wants any more; then it is killed. A model
stops between two of its operators, within milliseconds."""
_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.5, 30.0
"""Seconds before a worker that could not start is started again; doubled each time."""


class NoWorkerError(EngineError):
    """No worker is alive, and the task was not to wait for one."""


@dataclass(eq=False, slots=True)
class _Task:
    number: int
    payload: Any
    ticket: Ticket
    started: Callable[[], None]
    waits: bool
    given: int = 0
    """Items that have been had."""
    losses: int = 0
    """Workers lost over the next one."""
    seat: _Seat | None = None
    """Where it is open."""
    wish: asyncio.Future[Answer] | None = None
    """The next item, while it is wanted."""


@dataclass(eq=False, slots=True)
class _Seat:
    """A place in the pool, filled with one worker after the other."""

    state: Literal["starting", "idle", "busy", "dead"] = "dead"
    worker: Worker | None = None
    starts: int = 0
    tasks: set[_Task] = field(default_factory=set)
    """Those that are open in its worker."""
    step: tuple[_Task, asyncio.Timeout] | None = None
    """What it is working on, and until when it may."""
    is_yielding: bool = False
    """Whether its step, a patient one, was ended because somebody is waiting; it is begun anew."""

    @property
    def is_patient(self) -> bool:
        """Whether it works for somebody who is not waiting."""
        return self.step is not None and self.step[0].ticket.is_patient


class Pool:
    """Workers that all do the same.

    Args:
        role: for logs and metrics.
        load: loads what a worker needs.
        size: workers.
        step_timeout: seconds for one item; a worker that takes longer is killed.
        memory_limit: resident bytes beyond which a worker is replaced.
        worked: told how long a step spent in each stage.
    """

    def __init__(
        self,
        role: Literal["reader", "speaker", "understudy"],
        load: LoadStage,
        *,
        size: int,
        step_timeout: float,
        memory_limit: int,
        worked: Callable[[Mapping[StageName, float]], None] = lambda _: None,
    ) -> None:
        self._role = role
        self._load = load
        self._step_timeout = step_timeout
        self._memory_limit = memory_limit
        self._worked = worked
        self._seats = [_Seat() for _ in range(size)]
        self._keepers: list[asyncio.Task[None]] = []
        self._numbers = itertools.count()
        self._shares = Shares()
        self._wishing: set[_Task] = set()
        self._changed = asyncio.Event()
        self._moved = time.monotonic()
        self.ready = asyncio.Event()
        """Set when the first worker is ready."""
        self.settled = asyncio.Event()
        """Set when it is known whether a worker can start."""
        self.failure: DeclaimError | None = None
        """Why a worker could not start, until one can."""

    def start(self) -> None:
        """Start the workers; they load their models meanwhile."""
        self._keepers = [asyncio.create_task(self._keep(seat)) for seat in self._seats]

    async def close(self) -> None:
        """Kill the workers; tasks that are open fail."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for task in list(self._wishing):
            self._fail(task, EngineError("the service has stopped"))

    def taking_turns(self, ticket: Ticket) -> AbstractContextManager[None]:
        """Within it a request's tasks may be run, and what they cost is remembered."""
        return self._shares.member(ticket)

    async def run(
        self,
        payload: Any,  # noqa: ANN401 - the stage's own
        ticket: Ticket,
        *,
        started: Callable[[], None] = lambda: None,
        waits: bool = True,
    ) -> AsyncGenerator[Any]:
        """The items of a task, each computed when it is asked for.

        If a worker is lost, another goes on with the item that was under way.

        Args:
            payload: the task.
            ticket: whose it is.
            started: called whenever a worker begins with an item.
            waits: for a worker to be started anew, where none is alive.

        Raises:
            DeclaimError: the task failed.
            EngineError: it has cost several workers their lives.
            NoWorkerError: none is alive, and it does not wait.
        """
        task = _Task(next(self._numbers), payload, ticket, started, waits)
        try:
            while not (answer := await self._next(task)).is_end:
                yield answer.item
        finally:
            self._forget(task)

    @property
    def stalled_for(self) -> float:
        """Seconds for which work has waited without any worker answering."""
        return time.monotonic() - self._moved if self._has_work else 0.0

    @property
    def states(self) -> list[WorkerState]:
        """The workers as they are now."""
        return [
            WorkerState(
                role=self._role,
                pid=seat.worker.pid if seat.worker else None,
                state=seat.state,
                memory=seat.worker.memory if seat.worker else 0,
                restarts=max(0, seat.starts - 1),
            )
            for seat in self._seats
        ]

    @property
    def _has_work(self) -> bool:
        return bool(self._wishing) or any(seat.step for seat in self._seats)

    @property
    def _is_deserted(self) -> bool:
        return all(seat.state in {"starting", "dead"} for seat in self._seats)

    async def _next(self, task: _Task) -> Answer:
        if self._is_deserted and not task.waits:
            raise NoWorkerError("no worker is alive")
        if not self._has_work:
            self._moved = time.monotonic()  # nobody was to move until now
        task.wish = asyncio.get_running_loop().create_future()
        self._wishing.add(task)
        if not task.ticket.is_patient:
            self._make_way()
        self._changed.set()
        answer = await task.wish
        if answer.error:
            raise answer.error
        task.given += 1
        task.losses = 0
        return answer

    def _make_way(self) -> None:
        """End steps of patient requests at once, so that whoever waits is neither behind nor beside them."""
        patient = [seat for seat in self._seats if seat.is_patient and not seat.is_yielding]
        for seat in patient[self._room :]:
            assert seat.step
            assert seat.worker
            task, limit = seat.step
            seat.is_yielding = True
            seat.worker.forget(task.number)
            limit.reschedule(asyncio.get_running_loop().time() + _GRACE)

    @property
    def _room(self) -> int:
        """Seats that patient requests may take now.

        There is a seat more than fills the cores (:mod:`~declaim.server.workers.sizing`), so while somebody
        waits one stays empty: two would share what one can use.
        """
        waiting = sum(not task.ticket.is_patient for task in self._wishing)
        urgent = waiting + sum(seat.step is not None and not seat.is_patient for seat in self._seats)
        return max(0, len(self._seats) - 1 - urgent) if urgent else len(self._seats)

    def _forget(self, task: _Task) -> None:
        """Nobody wants a task's items any more: end what is under way."""
        self._wishing.discard(task)
        seat, task.seat = task.seat, None
        if seat is None or seat.worker is None:
            return
        seat.tasks.discard(task)
        seat.worker.forget(task.number)
        if seat.step and seat.step[0] is task:
            seat.step[1].reschedule(asyncio.get_running_loop().time() + _GRACE)

    async def _keep(self, seat: _Seat) -> None:
        """Keep a seat filled, for ever."""
        backoff = _FIRST_BACKOFF
        while True:
            try:
                await self._fill(seat)
                backoff = _FIRST_BACKOFF
                await self._serve(seat)
            except WorkerLostError as error:
                logger.warning("%s %s is replaced: %s", self._role, seat.worker and seat.worker.pid, error)
            except Exception as error:
                logger.exception("a %s cannot start; it is tried again in %g s", self._role, backoff)
                self.failure = portable(error)
                self.settled.set()
            finally:
                await self._vacate(seat)
            if self.failure:
                await asyncio.sleep(backoff)
                backoff = min(2 * backoff, _LONGEST_BACKOFF)

    async def _fill(self, seat: _Seat) -> None:
        seat.state = "starting"
        seat.starts += 1
        seat.worker = await Worker.start(self._load, name=f"declaim-{self._role}")
        try:
            await seat.worker.ready()
        except WorkerLostError as error:
            raise EngineError("a worker died while it loaded its models") from error
        seat.worker.when_gone(self._changed.set)
        seat.state = "idle"
        self.failure = None
        self._moved = time.monotonic()
        self.settled.set()
        self.ready.set()

    async def _vacate(self, seat: _Seat) -> None:
        """Kill what is in a seat; its tasks go on elsewhere."""
        seat.state, seat.step = "dead", None
        for task in seat.tasks:
            task.seat = None
        seat.tasks.clear()
        if self._is_deserted:
            for task in [task for task in self._wishing if not task.waits]:
                self._fail(task, NoWorkerError("no worker is alive any more"))
        self._changed.set()
        worker, seat.worker = seat.worker, None
        if worker:
            await worker.kill()

    async def _serve(self, seat: _Seat) -> None:
        """Give a worker one step after the other, until it has grown too large.

        Raises:
            WorkerLostError: it died or was too slow.
        """
        worker = seat.worker
        assert worker is not None
        while worker.memory <= self._memory_limit:
            task = await self._turn(seat, worker)
            seat.state = "busy"
            try:
                await self._step(task, seat, worker)
            finally:
                seat.state, seat.step, seat.is_yielding = "idle", None, False
                self._changed.set()  # there may be room for patient ones again
        logger.info("%s %s holds %d MB and is replaced", self._role, worker.pid, worker.memory // 1_000_000)

    async def _turn(self, seat: _Seat, worker: Worker) -> _Task:
        """The task whose turn it is, of those that this seat may work on."""
        while True:
            if worker.is_gone:
                raise WorkerLostError("it died")
            has_room = sum(each.is_patient for each in self._seats) < self._room
            wishes = [
                task
                for task in self._wishing
                if (task.seat is None or task.seat is seat) and (has_room or not task.ticket.is_patient)
            ]
            if wishes:
                task = min(wishes, key=lambda each: self._shares.rank(each.ticket))
                self._wishing.discard(task)
                task.seat = seat
                seat.tasks.add(task)
                return task
            self._changed.clear()
            await self._changed.wait()

    async def _step(self, task: _Task, seat: _Seat, worker: Worker) -> None:
        try:
            async with asyncio.timeout(self._step_timeout) as limit:
                seat.step = task, limit
                task.started()
                answer = await worker.step(task.number, task.payload, task.given)
        except (TimeoutError, WorkerLostError) as error:
            if seat.is_yielding:  # it did not let go, which is no fault of the task's
                task.losses -= 1
            self._lost(task)
            is_late = isinstance(error, TimeoutError)
            raise WorkerLostError("it did not answer in time" if is_late else "it died") from error
        self._moved = time.monotonic()
        self._shares.charge(task.ticket, answer.seconds)
        self._worked(answer.stages)
        if answer.is_end or answer.error or seat.is_yielding:
            seat.tasks.discard(task)
            task.seat = None
        if not task.wish or task.wish.done():
            return
        if seat.is_yielding and answer.is_end:
            self._wishing.add(task)
        else:
            task.wish.set_result(answer)

    def _lost(self, task: _Task) -> None:
        """A worker was lost over a task: another one shall do it, unless that has happened too often."""
        task.losses += 1
        if task.wish is None or task.wish.done():
            return
        if task.losses >= _MOST_LOSSES:
            self._fail(task, EngineError(f"{task.losses} workers died over the same piece of text"))
        else:
            self._wishing.add(task)

    def _fail(self, task: _Task, error: DeclaimError) -> None:
        self._wishing.discard(task)
        if task.wish and not task.wish.done():
            task.wish.set_exception(error)

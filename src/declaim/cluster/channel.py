"""Engines on other machines as a channel: a sentence is said by whichever of them is free."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ray.exceptions import RayError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError
from ray.serve.handle import DeploymentHandle

from declaim.audio.chunk import AudioChunk
from declaim.channels.channel import ChannelDownError
from declaim.cluster.messages import Answer, Begun, Failed, Made
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError, QueueFullError
from declaim.server.workers.fairness import Ticket
from declaim.stopwatch import StageName
from declaim.text.sentence import Sentence, Span

logger = logging.getLogger(__name__)

_MOST_LOSSES: Final = 3
"""Processes that may be lost over one chunk: what kills that many is at fault itself."""
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.02, 0.2
"""Seconds until a sentence that found the queue full tries again."""
_LONGEST_WAIT: Final = 600
_NEWEST: Final = 0.2
"""Weight of the newest wait in their mean."""


class Engines:
    """The processes of one engine, as one service sees them.

    Args:
        handle: Serve's, of their deployment.
        worked: told how long a chunk spent in each stage.
    """

    def __init__(
        self, handle: DeploymentHandle[Any], worked: Callable[[Mapping[StageName, float]], None]
    ) -> None:
        self.handle = handle.options(method_name="speak", stream=True)
        self.worked = worked
        self._waiting = 0
        """Sentences of listeners that no engine has begun."""
        self._calls = 0
        self._moved = time.monotonic()
        self._mean_wait = 1.0
        self._calm = asyncio.Event()
        self._calm.set()

    @property
    def is_ready(self) -> bool:
        """Whether there has been one since this service began."""
        return bool(self.handle.running_replicas_populated())

    @property
    def stalled_for(self) -> float:
        """Seconds for which sentences have been here without any engine answering."""
        return time.monotonic() - self._moved if self._calls else 0.0

    @property
    def retry_after(self) -> int:
        """Seconds after which what waits now has begun, going by what it took lately."""
        return min(max(1, math.ceil(self._mean_wait)), _LONGEST_WAIT)

    async def calm(self) -> None:
        """Wait until no listener's sentence waits."""
        await self._calm.wait()

    async def ask(self, said: ToSay, skip: int, *, is_patient: bool) -> AsyncGenerator[Answer]:
        """Have a sentence said by one process; closing the iterator ends its work.

        Raises:
            RayError, ReplicaUnavailableError: the process was lost.
            BackPressureError: as many as may wait do so.
            DeploymentUnavailableError: there is none, and there will be none.
        """
        arrived = time.monotonic()
        is_waiting = not is_patient
        if not self._calls:
            self._moved = arrived  # nobody was to move until now
        self._calls += 1
        self._count(is_waiting)
        answers = self.handle.remote(said, skip, is_patient)
        try:
            async for answer in answers:
                self._moved = time.monotonic()
                if isinstance(answer, Begun):
                    self._mean_wait += _NEWEST * (self._moved - arrived - self._mean_wait)
                    self._count(-is_waiting)
                    is_waiting = False
                yield answer
        finally:
            self._calls -= 1
            self._count(-is_waiting)
            answers.cancel()

    def _count(self, more: int) -> None:
        self._waiting += more
        if self._waiting:
            self._calm.clear()
        else:
            self._calm.set()


@dataclass(slots=True)
class Progress:
    """Of one request."""

    has_begun: bool = False
    """Whether something of it has been spoken: it is no longer refused because a queue is full."""


@dataclass(frozen=True, slots=True)
class ServeChannel:
    """For one request: speaks as soon as an engine is free. If its process is lost, another one goes on.

    See :class:`~declaim.channels.channel.PatientChannel`.
    """

    name: str
    engines: Engines
    ticket: Ticket
    """Of the request."""
    approximates: Callable[[Sentence], tuple[Span, ...]]
    """What the engine lacks: it is itself in other processes."""
    progress: Progress = field(default_factory=Progress)
    """One for all channels of the request."""
    waits: bool = False
    """For an engine to be started."""
    is_cloud: bool = False

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        """Written stretches that it would approximate."""
        return self.approximates(sentence)

    def cost(self, said: ToSay) -> float:  # noqa: ARG002 - the same for all
        """Nothing."""
        return 0.0

    def patient(self) -> ServeChannel:
        """The same channel, waiting until an engine is there."""
        return replace(self, waits=True)

    async def speak(self, said: ToSay, started: Callable[[], None]) -> AsyncGenerator[AudioChunk]:
        """Speak a sentence; see :class:`~declaim.channels.channel.Channel`.

        Raises:
            QueueFullError: nothing of the request has been spoken, and too many sentences wait already.
        """
        if not (self.waits or self.engines.is_ready):
            raise ChannelDownError("no engine has started")
        given = losses = 0
        while True:
            if self.ticket.is_patient:
                await self.engines.calm()
            try:
                async with aclosing(self._said(said, given, started)) as chunks:
                    async for chunk in chunks:
                        given, losses = given + 1, 0
                        yield chunk
            except BackPressureError as error:
                await self._wait_or_refuse(error)
            except DeploymentUnavailableError as error:
                raise ChannelDownError("the engine cannot be started, see Serve's log") from error
            except (RayError, ReplicaUnavailableError) as error:
                losses += 1
                logger.warning(
                    "a process of %s was lost over a sentence: %s", self.name, type(error).__name__
                )
                if losses >= _MOST_LOSSES:
                    raise EngineError(f"{losses} processes were lost over the same piece of text") from error
            else:
                return

    async def _said(self, said: ToSay, skip: int, started: Callable[[], None]) -> AsyncGenerator[AudioChunk]:
        """What one process says of a sentence."""
        async with aclosing(self.engines.ask(said, skip, is_patient=self.ticket.is_patient)) as answers:
            async for answer in answers:
                match answer:
                    case Begun():
                        started()
                    case Failed(error):
                        raise error
                    case Made(chunk, seconds, stages):
                        self.ticket.seconds += seconds
                        self.engines.worked(stages)
                        self.progress.has_begun = True
                        yield chunk
                        started()

    async def _wait_or_refuse(self, error: BackPressureError) -> None:
        if not (self.progress.has_begun or self.ticket.is_patient):
            raise QueueFullError(
                "as many sentences wait for engines as may wait", retry_after=self.engines.retry_after
            ) from error
        await asyncio.sleep(random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE))  # noqa: S311 - no secret

"""One channel speaking one sentence, or the rest of one: watched, and left behind when it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from declaim.audio.chunk import AudioChunk
from declaim.engines.breaker import Permit
from declaim.engines.channel import Channel, ChannelDownError, ChannelError, FaultReach
from declaim.engines.plausible import ImplausibleChunkError, check_chunk, sayable
from declaim.engines.reports import Fault, Outcome
from declaim.engines.standing import Standing
from declaim.engines.takeover import MisplacedChunkError, divide
from declaim.engines.to_say import ToSay
from declaim.errors import ConfigError, InputError
from declaim.text.sentence import Clause, Span

_GRACE = 0.05
"""Seconds that a channel which is left may take to tidy up before the next one begins. Local ones need a
millisecond; a connection that is slow to close is not waited for."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a channel did not end what it was given."""

    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class SpokenChunk:
    """A chunk that may be heard."""

    chunk: AudioChunk
    clauses: tuple[Clause, ...]
    """That are in it."""
    said: ToSay
    """What it is the beginning of."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    first_audio: float
    between_chunks: float
    patience: float | None


class _LateError(Exception):
    """A deadline passed."""


class _BusyError(Exception):
    """Patience with a queue ended."""


class Attempt:
    """An asynchronous iterator over chunks, which ends when the channel is done or has failed.

    The channel is driven by a task of its own, one chunk at a time, so that one that hangs, or takes its time
    to be cancelled, holds nobody up. It is a context manager; within it the channel is at work.

    Args:
        channel: who speaks.
        standing: is told how that went.
        said: what to speak.
        lacks: stretches of it that the channel would approximate.
        permit: of the channel's breaker.
        limits: what it may take.

    Raises:
        InputError: the request is wrong (from the iterator).
    """

    def __init__(
        self,
        channel: Channel,
        standing: Standing,
        said: ToSay,
        *,
        lacks: tuple[Span, ...],
        permit: Permit,
        limits: Limits,
    ) -> None:
        self._channel = channel
        self._standing = standing
        self._said = said
        self._lacks = lacks
        self._permit = permit
        self._limits = limits
        self._driver: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._answer: asyncio.Future[AudioChunk | None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._began: float | None = None
        """When work on the chunk that is waited for began, in the loop's time."""
        self._worked = 0.0
        """Seconds of work on the chunks so far."""
        self.remaining: ToSay | None = said
        """What has not been spoken."""
        self.failure: Failure | None = None
        self.has_started = False
        """Whether the channel has begun to work."""
        self.first_audio: float | None = None
        """Seconds of work until there was something to hear."""
        self.outcome: Outcome = "left"
        self._reach: FaultReach = "passing"
        self._retry_after = 0.0

    async def __aenter__(self) -> Self:
        """Begin; nothing is asked of the channel before the first chunk is."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell the breaker, and leave the channel."""
        if isinstance(error, InputError):
            self.outcome = "refused"
        self._settle()
        if self._driver and not self._driver.done():
            self._driver.cancel()
            await asyncio.wait({self._driver}, timeout=_GRACE)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SpokenChunk:
        """The next chunk, looked at."""
        if self.failure or self.outcome == "spoken":
            raise StopAsyncIteration
        try:
            chunk = await self._next()
            if chunk is not None:
                return self._accepted(chunk)
        except InputError as error:
            if not isinstance(error, ConfigError):  # which is the channel's own
                raise
            self._fail("failed", error)
        except Exception as error:  # noqa: BLE001 - whatever it was, another channel may do better
            self._fail(_fault_of(error), error)
        else:
            self._end()
        raise StopAsyncIteration

    async def _next(self) -> AudioChunk | None:
        """The next chunk as the channel gives it; None at its end."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[AudioChunk | None] = loop.create_future()
        self._answer, self._began = answer, None
        if self.remaining is None:  # all has been heard: its end is not worth waiting for in a queue
            self._arm(self._limits.between_chunks, _LateError)
        elif self._limits.patience is not None:
            self._arm(self._limits.patience, _BusyError)
        if self._driver is None:
            self._driver = asyncio.create_task(self._drive(), name=f"channel {self._standing.name}")
            self._standing.tasks.add(self._driver)
            self._driver.add_done_callback(self._standing.tasks.discard)
        self._wanted.set()
        try:
            return await answer
        finally:
            self._answer = None
            self._disarm()
            self._worked += self._elapsed()

    async def _drive(self) -> None:
        """Ask the channel for one chunk after the other, each when it is wanted."""
        try:
            async with (
                self._standing.places.place(),
                aclosing(self._channel.speak(self._said, self._started)) as chunks,
            ):
                async for chunk in chunks:
                    self._wanted.clear()
                    self._reply(lambda answer, given=chunk: answer.set_result(given))  # type: ignore[misc]
                    await self._wanted.wait()
        except Exception as error:  # noqa: BLE001 - it is for whoever waits
            self._reply(lambda answer, raised=error: answer.set_exception(raised))  # type: ignore[misc]
        else:
            self._reply(lambda answer: answer.set_result(None))

    def _reply(self, give: Callable[[asyncio.Future[AudioChunk | None]], None]) -> None:
        if self._answer and not self._answer.done():
            give(self._answer)

    def _started(self) -> None:
        """Work on the chunk begins; if that is lost and begun anew, its time runs on."""
        self.has_started = True
        if self._answer is None or self._began is not None:
            return
        self._began = asyncio.get_running_loop().time()
        is_first = self.first_audio is None
        self._arm(self._limits.first_audio if is_first else self._limits.between_chunks, _LateError)

    def _elapsed(self) -> float:
        """Seconds for which the chunk has been worked on."""
        return 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began

    def _arm(self, seconds: float, error: type[Exception]) -> None:
        self._disarm()

        def expire() -> None:
            self._reply(lambda answer: answer.set_exception(error(f"{seconds:g} s")))

        self._timer = asyncio.get_running_loop().call_later(seconds, expire)

    def _disarm(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _accepted(self, chunk: AudioChunk) -> SpokenChunk:
        said = self.remaining
        if said is None:
            raise ImplausibleChunkError("it comes behind the end of the sentence")
        clauses, rest = divide(said, chunk.span)
        check_chunk(chunk, clauses, said.score, self._lacks)
        self.remaining = rest
        if self.first_audio is None and sayable(word for clause in clauses for word in clause.words):
            self.first_audio = self._worked
        return SpokenChunk(chunk, clauses, said)

    def _end(self) -> None:
        """The channel says that it is done."""
        if self.remaining is not None and sayable(self.remaining.words, self._lacks):
            start, end = self.remaining.sentence.span
            self._fail("incomplete", f"it ended and has not said characters {start} to {end}")
        else:
            self.outcome = "spoken"

    def _fail(self, fault: Fault, detail: object) -> None:
        if self.remaining is None and self._began is None and fault == "late":
            self.outcome = "spoken"  # nothing was missing, and nothing was being worked on
            return
        text = str(detail) or type(detail).__name__
        if fault == "late":
            what = "nothing could be heard" if self.first_audio is None else "the next chunk was not there"
            text = f"{what} within {detail}"
        elif fault == "busy":
            text = f"its queue took longer than {detail}"
        if isinstance(detail, ChannelError):
            self._reach, self._retry_after = detail.fault, detail.retry_after
        self.failure = Failure(fault, text)
        self.outcome = fault
        self._standing.fault = text

    def _settle(self) -> None:
        neutral = {"left", "refused", "busy"} if self.has_started else {"left", "refused", "busy", "down"}
        if self.outcome == "spoken":
            self._permit.succeeded(self.first_audio or 0.0)
        elif self.outcome in neutral or self._reach == "sentence":
            self._permit.released()
        elif self._reach == "lasting" or self._retry_after:
            self._permit.failed_for(self._retry_after)
        else:
            self._permit.failed()


def _fault_of(error: Exception) -> Fault:
    match error:
        case _LateError():
            return "late"
        case _BusyError():
            return "busy"
        case ChannelDownError():
            return "down"
        case ImplausibleChunkError() | MisplacedChunkError():
            return "implausible"
    return "failed"

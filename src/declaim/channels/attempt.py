"""One channel speaking one sentence, or the rest of one, and a judgement of how that went."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from declaim.audio.chunk import AudioChunk
from declaim.channels.breaker import Permit
from declaim.channels.channel import Channel, ChannelDownError, ChannelError, FaultReach
from declaim.channels.drive import BusyError, Drive, LateError
from declaim.channels.plausible import ImplausibleChunkError, check_chunk, sayable
from declaim.channels.reports import Fault, Outcome
from declaim.channels.standing import Standing
from declaim.channels.takeover import MisplacedChunkError, divide
from declaim.engines.to_say import ToSay
from declaim.errors import ConfigError, InputError, QueueFullError, UnknownVoiceError
from declaim.text.sentence import Clause, Span


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


class Attempt:
    """An asynchronous iterator over chunks, which ends when the channel is done or has failed.

    It is a context manager: within it the channel is at work; at its end the breaker is told.

    Args:
        channel: who speaks.
        standing: is told how that went.
        said: what to speak.
        lacks: stretches of it that the channel would approximate.
        permit: of the channel's breaker.
        limits: what it may take.

    Raises:
        InputError: the request is wrong (from the iterator).
        QueueFullError: there is no room for it (likewise).
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
        self._drive = Drive(channel, standing, said)
        self._standing = standing
        self._lacks = lacks
        self._permit = permit
        self._limits = limits
        self.remaining: ToSay | None = said
        """What has not been spoken."""
        self.failure: Failure | None = None
        self.first_audio: float | None = None
        """Seconds of work until there was something to hear."""
        self.outcome: Outcome = "left"
        self._reach: FaultReach = "passing"
        self._retry_after = 0.0

    @property
    def has_started(self) -> bool:
        """Whether the channel has begun to work."""
        return self._drive.has_started

    async def __aenter__(self) -> Self:
        """Begin; nothing is asked of the channel before the first chunk is."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell the breaker, and leave the channel."""
        if isinstance(error, (InputError, QueueFullError)):
            self.outcome = "refused"
        self._settle()
        await self._drive.leave()

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
        except UnknownVoiceError as error:  # there is such a voice, or nobody would have been asked
            self._reach = "sentence"
            self._fail("voice", error)
        except InputError as error:
            if not isinstance(error, ConfigError):  # which is the channel's own
                raise
            self._fail("failed", error)
        except QueueFullError:  # it comes too much: that is for whoever sent it
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, another channel may do better
            self._fail(_fault_of(error), error)
        else:
            self._end()
        raise StopAsyncIteration

    async def _next(self) -> AudioChunk | None:
        limits = self._limits
        deadline = limits.first_audio if self.first_audio is None else limits.between_chunks
        # When all has been heard, a channel's end is not worth waiting for in a queue.
        patience = limits.patience if self.remaining else limits.between_chunks
        return await self._drive.next(deadline, patience)

    def _accepted(self, chunk: AudioChunk) -> SpokenChunk:
        said = self.remaining
        if said is None:
            raise ImplausibleChunkError("it comes behind the end of the sentence")
        clauses, rest = divide(said, chunk.span)
        check_chunk(chunk, clauses, said.score, self._lacks)
        self.remaining = rest
        if self.first_audio is None and sayable(word for clause in clauses for word in clause.words):
            self.first_audio = self._drive.worked
        return SpokenChunk(chunk, clauses, said)

    def _end(self) -> None:
        """The channel says that it is done."""
        if self.remaining and sayable(self.remaining.words):
            start, end = self.remaining.sentence.span
            self._fail("incomplete", f"it ended and has not said characters {start} to {end}")
        else:
            self.outcome = "spoken"

    def _fail(self, fault: Fault, error: object) -> None:
        if fault == "busy" and self.remaining is None:
            self.outcome = "spoken"  # nothing was missing, and nothing was being worked on
            return
        detail = str(error) or type(error).__name__
        if fault == "late":
            what = "nothing could be heard" if self.first_audio is None else "the next chunk was not there"
            detail = f"{what} within {detail}"
        elif fault == "busy":
            detail = f"its queue took longer than {detail}"
        if isinstance(error, ChannelError):
            self._reach, self._retry_after = error.fault, error.retry_after
        self.failure = Failure(fault, detail)
        self.outcome = fault
        self._standing.fault = detail

    @property
    def _says_nothing(self) -> bool:
        """Whether the end of the attempt tells nothing about the channel."""
        was_down = self.outcome == "down" and not self.has_started
        return was_down or self._reach == "sentence" or self.outcome in {"left", "refused", "busy"}

    def _settle(self) -> None:
        """Tell the breaker what it may conclude about the channel."""
        if self.outcome == "spoken":
            self._permit.succeeded(self.first_audio or 0.0)
        elif self._says_nothing:
            self._permit.released()
        elif self._reach == "lasting" or self._retry_after:
            self._permit.failed_for(self._retry_after)
        else:
            self._permit.failed()


def _fault_of(error: Exception) -> Fault:
    match error:
        case LateError():
            return "late"
        case BusyError():
            return "busy"
        case ChannelDownError():
            return "down"
        case ImplausibleChunkError() | MisplacedChunkError():
            return "implausible"
    return "failed"

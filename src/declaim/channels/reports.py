"""What is told about who spoke: a report for each sentence, and an observer of every attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from declaim.channels.breaker import BreakerState
from declaim.text.sentence import Span

Fault: TypeAlias = Literal["failed", "late", "implausible", "incomplete", "down", "busy", "voice"]
"""Why a channel that was given a sentence did not end it: it raised an error; it missed a deadline; what came
cannot be the speech asked for; it ended before the last word; nobody was there; its queue took too long; it
has not the voice that was asked for."""

Reason: TypeAlias = Fault | Literal["resting", "lacks", "cloud", "cost"]
"""Why a channel did not speak: a fault; its breaker was open; it could only have approximated what another
one can say; the text may not leave this machine; it would have cost more than may be spent."""

Outcome: TypeAlias = Fault | Literal["spoken", "left", "refused"]
"""How a channel's attempt at a sentence ended: a fault; spoken to its end; whoever listened has left; the
request itself was wrong."""


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """What one channel spoke of a sentence without a break."""

    channel: str
    """Empty for silence, which needs none."""
    span: Span
    """In the user's text."""
    seconds: float
    """Of audio."""
    gain: float
    """dB by which it was brought to the main channel's level."""
    approximated: tuple[Span, ...]
    """Stretches that the channel cannot really say."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A channel that should have spoken before the one that did."""

    channel: str
    reason: Reason
    detail: str
    """The error's message, or the limit, in words."""


@dataclass(frozen=True, slots=True)
class SentenceReport:
    """Who spoke a sentence, and why not somebody else."""

    span: Span
    parts: tuple[SpokenPart, ...]
    passed_over: tuple[PassedOver, ...]
    cost: float
    """That it may have cost: channels that began and failed are counted, too."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that spoke, in order."""
        return tuple(dict.fromkeys(part.channel for part in self.parts if part.channel))


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How a channel is now."""

    name: str
    state: BreakerState
    failure_rate: float
    """Of the latest sentences, 0 to 1."""
    slow_rate: float
    reopens_in: float
    """Seconds until it may be tried again; 0 unless its breaker is open."""
    speaking: int
    """Sentences that it has been given and not ended."""
    level: float | None
    """LUFS of its plain speech."""
    fault: str
    """The latest, in words."""


class ChannelObserver(Protocol):
    """Is told what happens, for metrics. Must be quick, and not raise."""

    def attempted(self, channel: str, outcome: Outcome, first_audio: float | None) -> None:
        """A channel has ended a sentence, or has not; work on its first audio took so many seconds."""
        ...

    def moved(self, channel: str, to: str, reason: Reason) -> None:
        """A sentence, or the rest of one, has gone from a channel that failed to another one."""
        ...

    def approximated(self, channel: str, spans: tuple[Span, ...]) -> None:
        """A channel has said something in place of what it cannot say."""
        ...

    def breaker_changed(self, channel: str, state: BreakerState) -> None:
        """A channel's breaker has a new state."""
        ...

"""What the interfaces (HTTP, WebSocket, Wyoming) ask of the speech service behind them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from declaim.audio.chunk import AudioChunk
from declaim.channels.reports import ChannelHealth, ChannelObserver
from declaim.prosody.score import Score
from declaim.server.settings import BrownoutStep
from declaim.stopwatch import StageName
from declaim.text.sentence import Language, Span


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """A text, how it is to be spoken, and for whom. None leaves a choice to the configuration."""

    text: str
    """Plain text, Markdown or SSML."""
    client: str = ""
    """Who asks, by key or by address: clients get equal shares of the workers."""
    timeout: float = 60.0
    """Seconds from now until the first audible block must exist."""
    voice: str | None = None
    """A name from `declaim voices`, or a blend."""
    language: Language | None = None
    rate: float | None = None
    pitch: float | None = None
    """Semitones."""
    pitch_range: float | None = None
    energy: float | None = None
    """dB."""
    score: Score = field(default_factory=Score)
    """The fields of every sentence's score that the client sets; the others are read from the text."""
    expressiveness: float | None = None
    soon: bool = True
    """Begin with a short piece, to be heard early."""
    never_cloud: bool = False
    """The text does not leave this machine, whatever the configuration allows."""
    max_cost: float | None = None
    """In the currency of the channels' prices."""
    brownout: tuple[BrownoutStep, ...] = ()
    """What the service does more cheaply for it."""


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence as stage 1 found it, and the score that stage 2 gave it."""

    text: str
    """The user's own, markup included."""
    span: Span
    """Where it stands in the request's text."""
    voice: str | None
    """The voice that markup asks for."""
    score: Score


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker process as it is now."""

    role: Literal["reader", "speaker", "understudy"]
    pid: int | None
    state: Literal["starting", "idle", "busy", "dead"]
    memory: int
    """Resident bytes, when it last told."""
    restarts: int
    """How often this place has been filled anew."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """The service as it is now."""

    phase: Literal["starting", "ready", "draining"]
    workers: tuple[WorkerState, ...]
    waiting: int
    """Requests of which nothing has been spoken yet."""
    speaking: int
    """Requests that have begun to be spoken and are not done."""
    stalled_for: float
    """Seconds for which work has waited without any worker moving; 0 while none waits or any moves."""
    channels: tuple[ChannelHealth, ...] = ()
    """How each channel is, the main one first."""
    brownout: tuple[BrownoutStep, ...] = ()
    """What is done more cheaply because of the load."""


class Observer(ChannelObserver, Protocol):
    """Is told what happens in a service, for metrics. Must be quick."""

    def waited(self, seconds: float) -> None:
        """A request has its first chunk, and had waited for workers so long."""
        ...

    def worked(self, stages: Mapping[StageName, float]) -> None:
        """A worker has spent so many seconds in each stage."""
        ...

    def spoke(self, worker_seconds: float, audio_seconds: float) -> None:
        """A chunk has been made."""
        ...


class SpeechService(Protocol):
    """Speaks for many clients at once, in worker processes."""

    sample_rate: int
    """Of all chunks, in Hz."""
    model_digest: str
    """Changes when anything does that the sound of a request depends on, apart from the request: weights,
    configuration, lexicon, version. For the keys of caches."""

    observer: Observer | None
    """Set by whoever wants to know."""

    def speak(self, request: SpeechRequest) -> AsyncGenerator[AudioChunk]:
        """Speak a text: chunks as :meth:`declaim.Synthesizer.speak` gives them, times from the beginning.

        Nothing is done before the first chunk is asked for. Chunks are made ahead of their consumer, up to a
        limit. Closing the iterator (``aclose``) or cancelling the task that waits on it ends the work.

        Raises:
            QueueFullError: too many wait already.
            UnavailableError: the service is starting or draining.
            DeadlineError: the first audible block was not there in time.
            InputError: the text or an option cannot be used; its subclasses say why.
            EngineError: the speech could not be made. What was given so far is sound.
        """
        ...

    def read(self, request: SpeechRequest) -> AsyncGenerator[ScoredSentence]:
        """The sentences of a text with their scores, without speaking them. Raises as :meth:`speak` does."""
        ...

    def state(self) -> ServiceState:
        """How the service is, for health checks and metrics; takes no time."""
        ...

"""What can be given a sentence to speak, anywhere: in worker processes, in a thread, over the network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from declaim.audio.chunk import AudioChunk
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError
from declaim.text.sentence import Sentence, Span

FaultReach: TypeAlias = Literal["passing", "lasting", "sentence"]
"""``passing``: it may work again in a moment. ``lasting``: every call fails until somebody changes something.
``sentence``: this one cannot be spoken, others can. In all cases another channel may speak the sentence."""


class ChannelError(EngineError):
    """A channel failed, and knows how far that reaches.

    Attributes:
        fault: how far.
        retry_after: seconds for which it wants to be left alone; 0 if it did not say.
    """

    def __init__(
        self, message: str, *, fault: FaultReach = "passing", retry_after: float = 0.0, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.fault = fault
        self.retry_after = retry_after


class ChannelDownError(EngineError):
    """Nobody is there to speak now, which was known at once; it is neither late nor has it tried."""


class Channel(Protocol):
    """An engine as a service's event loop sees it."""

    @property
    def name(self) -> str:
        """As in the configuration's list; unique."""
        ...

    @property
    def is_cloud(self) -> bool:
        """Whether the text leaves this machine."""
        ...

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        """Written stretches that it cannot say, and would approximate."""
        ...

    def cost(self, said: ToSay) -> float:
        """Of speaking a sentence, in the currency of `max_cost`; 0 for local ones."""
        ...

    def speak(self, said: ToSay, started: Callable[[], None]) -> AsyncGenerator[AudioChunk]:
        """Speak a sentence in chunks of whole clauses, at 24 kHz.

        Args:
            said: what to speak. Chunks' spans tile the sentence's, and words' times count from each chunk's
                own beginning.
            started: to be called in the event loop when work on the next chunk really begins, for each
                chunk: that is when the deadline's time begins to run. Time in a queue is before, time for
                a connection is behind.

        Raises:
            UnknownVoiceError: it has not this voice; another channel may have it.
            InputError: the request is wrong: no other channel could do any better.
            ChannelDownError: nobody is there; known before `started`.
            QueueFullError: nothing of the request has been spoken, and too much waits to let it in.
            DeclaimError: it failed.
        """
        ...


@runtime_checkable
class PatientChannel(Channel, Protocol):
    """A channel that need not give up at once when it is down."""

    def patient(self) -> Channel:
        """The same one, waiting until somebody is there again: for when nobody else can speak."""
        ...

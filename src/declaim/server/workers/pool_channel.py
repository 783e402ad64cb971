"""A pool of workers as a channel."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from declaim.audio.chunk import AudioChunk
from declaim.channels.channel import ChannelDownError
from declaim.engines.to_say import ToSay
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.pool import NoWorkerError, Pool
from declaim.text.sentence import Sentence, Span


def _nothing(_: Sentence) -> tuple[Span, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class PoolChannel:
    """For one request: speaks in its turn. A pool without a living worker gives up at once.

    See :class:`~declaim.channels.channel.PatientChannel`.
    """

    name: str
    pool: Pool
    """Its stage takes a :class:`~declaim.engines.to_say.ToSay`."""
    ticket: Ticket
    """Of the request, which must be taking turns."""
    approximates: Callable[[Sentence], tuple[Span, ...]] = _nothing
    """What the workers' engine lacks: the engine itself is in their processes."""
    waits: bool = False
    """For workers to be started anew."""
    is_cloud: bool = False

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        """Written stretches that it would approximate."""
        return self.approximates(sentence)

    def cost(self, said: ToSay) -> float:  # noqa: ARG002 - the same for all
        """Nothing."""
        return 0.0

    def patient(self) -> PoolChannel:
        """The same channel, waiting until a worker is there."""
        return replace(self, waits=True)

    async def speak(self, said: ToSay, started: Callable[[], None]) -> AsyncGenerator[AudioChunk]:
        """Speak a sentence; see :class:`~declaim.channels.channel.Channel`."""
        chunks = self.pool.run(said, self.ticket, started=started, waits=self.waits)
        try:
            async with aclosing(chunks):
                async for chunk in chunks:
                    yield chunk
        except NoWorkerError as error:
            raise ChannelDownError(str(error)) from error

"""Speech that nobody is waiting for: sentence by sentence, behind everybody who listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from declaim.audio.chunk import AudioChunk
from declaim.channels.register import Channels
from declaim.channels.settings import ChannelSettings, Policy
from declaim.config import Config
from declaim.engines.to_say import ToSay
from declaim.server.service import SpeechRequest
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.pool import Pool
from declaim.server.workers.speakers import SpeakerGroup

_PATIENCE = 3600.0
"""Seconds for which a chunk may be worked on. A step makes way for listeners and is begun anew, and its time
runs on; a worker that hangs is found by the pool's own limit."""


def patient_channels(config: Config) -> Channels:
    """The configuration's channels with breakers of their own: how a book fares says nothing to listeners."""
    settings: Mapping[str, ChannelSettings] = {
        name: config.engines.channel(name).model_copy(
            update={"first_audio": _PATIENCE, "between_chunks": _PATIENCE, "alone": _PATIENCE}
        )
        for name in config.channels
    }
    return Channels(settings)


class PatientSpeech:
    """The service's readers and speakers, for work that is not waited for.

    It is not counted among the requests, so it fills no queue and causes no brownout.

    Args:
        readers: stages 1 and 2.
        speakers: stages 3 and 4.
        channels: who stands in for whom, see :func:`patient_channels`.
        policy: what a sentence may use and spend.
    """

    def __init__(self, readers: Pool, speakers: SpeakerGroup, channels: Channels, policy: Policy) -> None:
        self._readers = readers
        self._speakers = speakers
        self._channels = channels
        self._policy = policy

    async def read(self, request: SpeechRequest) -> AsyncGenerator[ToSay]:
        """The sentences of a text, each with its score and its voice.

        Raises:
            InputError: the text or an option cannot be used; its subclasses say why.
            EngineError: it could not be read.
        """
        ticket = _ticket(request.client)
        with self._readers.taking_turns(ticket):
            async with aclosing(self._readers.run(request, ticket)) as sentences:
                async for said in sentences:
                    yield said

    async def speak(self, said: ToSay, client: str) -> AsyncGenerator[AudioChunk]:
        """Speak one sentence; words' times count from each chunk's beginning.

        Args:
            said: what to speak.
            client: on whose behalf: clients of this kind have equal shares.

        Raises:
            InputError: the sentence is wrong, or nobody has its voice.
            EngineError: nobody could speak it.
        """
        ticket = _ticket(client)
        with self._speakers.taking_turns(ticket):
            failover = self._speakers.begin(ticket, self._policy, channels=self._channels)
            async with aclosing(failover.speak(said)) as chunks:
                async for chunk in chunks:
                    yield chunk


def _ticket(client: str) -> Ticket:
    return Ticket(client, due=asyncio.get_running_loop().time(), is_patient=True)

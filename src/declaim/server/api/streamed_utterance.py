"""An utterance on its way to a client: encoded, cut into frames, counted."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

import numpy as np
from anyio import to_thread
from numpy.typing import NDArray

from declaim.audio.chunk import AudioChunk
from declaim.audio.encoder import Encoder
from declaim.audio.formats import FORMATS
from declaim.server.api.events import word_json
from declaim.server.api.outbox import Event, Outbox
from declaim.server.api.stream_messages import Options
from declaim.server.utterance import Utterance
from declaim.timings import WordTiming

FRAME: Final = 0.2
"""Seconds of audio in a message: what is sent at least after a cancellation that came just too late."""


class StreamedUtterance:
    """Speaks an utterance into an outbox, and knows how much of it was sent.

    Args:
        name: its id.
        utterance: what is spoken.
        options: how it is encoded and sent.
        sample_rate: of its chunks, in Hz.
        outbox: where it goes.
    """

    task: asyncio.Task[None]
    """Speaks it."""

    def __init__(
        self, name: str, utterance: Utterance, options: Options, sample_rate: int, outbox: Outbox
    ) -> None:
        self.name = name
        self.utterance = utterance
        self._options = options
        self._rate = sample_rate
        self._outbox = outbox
        self._is_cancelled = False
        self._seconds = 0.0
        """Sent."""
        self._characters = 0
        """Of the text, up to the last word that has begun in what was sent."""

    async def speak(self) -> None:
        """Send all of its audio.

        Raises:
            DeclaimError: as :meth:`Utterance.speak`.
        """
        encoder = await to_thread.run_sync(Encoder, FORMATS[self._options.response_format], self._rate)
        taken = 0
        async with aclosing(self.utterance.speak()) as chunks:
            async for chunk in chunks:
                await self._send_words(chunk.words)
                for samples in _frames(chunk.samples, round(FRAME * self._rate)):
                    taken += len(samples)
                    data = await to_thread.run_sync(encoder.encode, samples)
                    await self._send_audio(data, taken / self._rate, chunk)
        data = await to_thread.run_sync(encoder.close)
        await self._send_audio(data, taken / self._rate)
        self._characters = self.utterance.characters

    def cancel(self) -> None:
        """Stop, and send nothing more."""
        self._is_cancelled = True
        self.task.cancel()

    def cancelled_event(self) -> Event:
        """How far it had come when it was cancelled."""
        return Event({"type": "cancelled", "utterance_id": self.name, **self.progress()})

    def progress(self) -> dict[str, Any]:
        """How much was sent."""
        return {"seconds": round(self._seconds, 3), "characters": self._characters}

    async def _send_words(self, words: Sequence[WordTiming]) -> None:
        if not (words and self._options.timestamps):
            return
        fields = {
            "type": "timestamps",
            "utterance_id": self.name,
            "words": [word_json(word) for word in words],
        }
        await self._outbox.put(lambda: None if self._is_cancelled else Event(fields))

    async def _send_audio(self, data: bytes, until: float, chunk: AudioChunk | None = None) -> None:
        """Send some bytes, up to ``until`` in the audio but for what the encoder holds back."""
        if not data:
            return
        words = chunk.words if chunk else ()
        begun = max((word.span[1] for word in words if word.start < until), default=0)
        channel = {"channel": chunk.channel} if chunk and chunk.channel else {}

        def audio() -> Event | None:
            if self._is_cancelled:
                return None
            event = self._audio_event(data, channel)
            self._seconds, self._characters = until, max(self._characters, begun)
            return event

        await self._outbox.put(audio)

    def _audio_event(self, data: bytes, channel: Mapping[str, str]) -> Event:
        fields: dict[str, Any] = {
            "type": "audio",
            "utterance_id": self.name,
            "start": round(self._seconds, 3),
            "bytes": len(data),
            **channel,
        }
        if self._options.encoding == "binary":
            return Event(fields, data)
        return Event(fields | {"audio": base64.b64encode(data).decode()})


def _frames(samples: NDArray[np.float32], length: int) -> list[NDArray[np.float32]]:
    return [samples[start : start + length] for start in range(0, len(samples), length)]

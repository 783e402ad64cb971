"""Speaking a text while it is still being written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from declaim.audio.chunk import AudioChunk
from declaim.errors import NothingToSayError, TooLargeError
from declaim.server.ahead import ahead
from declaim.text.gathering import Ending, Piece, TextGatherer
from declaim.timings import WordTiming

if TYPE_CHECKING:
    from declaim.prosody.pauses import Pauses
    from declaim.server.service import SpeechRequest, SpeechService

_CHUNKS_AHEAD: Final = 2
"""Chunks that are kept ready besides the one that is being sent, and those that the service has ready."""
_WAITED_FOR: Final = 1.0
"""Seconds: a listener who has no more than that left to hear is waiting, and the next piece begins short."""
_PAUSE_AT_END: Final = 0.25
"""Seconds of silence with which a request ends, unless the pause between sentences is shorter."""

VoiceOf: TypeAlias = Callable[[str], str]
"""The voice for a text."""


class Utterance:
    """A text that comes in parts and is spoken as one, each piece of it as soon as it can be.

    Each piece is a request of its own to the service, which reads it without those before. One voice speaks
    them all, the one that suits the first.

    Args:
        service: who speaks.
        request: what all pieces have in common; its text and voice are not used.
        voice_of: the voice for a text.
        pauses: the silence between pieces.
        idle: seconds without text after which what was written is spoken though it may go on; None waits.
        max_characters: of the whole text.
    """

    def __init__(
        self,
        service: SpeechService,
        request: SpeechRequest,
        *,
        voice_of: VoiceOf,
        pauses: Pauses,
        idle: float | None,
        max_characters: int,
    ) -> None:
        self._service = service
        self._request = request
        self._voice_of = voice_of
        self._pauses = pauses
        self._idle = idle
        self._max_characters = max_characters
        self._text = TextGatherer()
        self._news = asyncio.Event()
        self._is_idle = False
        self._is_finished = False
        self._voice: str | None = None
        self._before: Ending = "word"
        """What the piece before ended with."""
        self._seconds = 0.0
        self._heard_from: float | None = None
        """When the first chunk was ready."""

    @property
    def characters(self) -> int:
        """Of the text that was written so far."""
        return self._text.length

    @property
    def is_finished(self) -> bool:
        """Whether no more will be written."""
        return self._is_finished

    def write(self, text: str) -> None:
        """Take more of the text, which is not finished yet.

        Raises:
            TooLargeError: it would be longer than it may be; nothing was taken.
        """
        if self._text.length + len(text) > self._max_characters:
            raise TooLargeError(
                f"the utterance is longer than {self._max_characters} characters",
                hint="End it and begin another.",
            )
        self._text.write(text)
        self._wake()

    def flush(self) -> None:
        """Speak what was written without waiting for more."""
        self._text.flush()
        self._wake()

    def finish(self) -> None:
        """Speak the rest: no more will be written."""
        self._text.finish()
        self._is_finished = True
        self._wake()

    async def speak(self) -> AsyncGenerator[AudioChunk]:
        """The speech, until the text is finished and spoken; closing the iterator ends the work at once.

        Spans count in the text of the utterance, and times from its beginning.

        Raises:
            DeclaimError: as :meth:`SpeechService.speak`. What was given so far is sound.
        """
        async with aclosing(ahead(self._made(), _CHUNKS_AHEAD)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _made(self) -> AsyncGenerator[AudioChunk]:
        async for piece in self._pieces():
            async with aclosing(self._spoken(piece)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def _pieces(self) -> AsyncIterator[Piece]:
        while True:
            piece = self._text.take(early=self._seconds == 0, idle=self._is_idle)
            if piece:
                self._is_idle = False
                yield piece
            elif self._is_finished:
                return
            else:
                await self._wait_for_text()

    async def _wait_for_text(self) -> None:
        self._news.clear()
        waits_on = self._is_idle or self._text.is_empty
        try:
            async with asyncio.timeout(None if waits_on else self._idle):
                await self._news.wait()
        except TimeoutError:
            self._is_idle = True

    def _wake(self) -> None:
        self._is_idle = False
        self._news.set()

    async def _spoken(self, piece: Piece) -> AsyncGenerator[AudioChunk]:
        request = replace(
            self._request, text=piece.text, voice=self._voice_for(piece), soon=self._is_waited_for()
        )
        silence = self._silence()
        begin = self._seconds + silence
        try:
            async with aclosing(self._service.speak(request)) as chunks:
                async for chunk in chunks:
                    placed = _placed(chunk, piece.start, begin, silence)
                    silence = 0.0
                    self._seconds += placed.seconds
                    self._heard_from = self._heard_from or asyncio.get_running_loop().time()
                    yield placed
        except NothingToSayError:  # a mark or an emoji by itself
            self._before = "paragraph" if piece.ending == "paragraph" else self._before
        else:
            self._before = piece.ending

    def _voice_for(self, piece: Piece) -> str:
        if self._voice is None:
            self._voice = self._voice_of(piece.text)
        return self._voice

    def _is_waited_for(self) -> bool:
        if self._heard_from is None:
            return True
        heard = asyncio.get_running_loop().time() - self._heard_from
        return self._seconds - heard < _WAITED_FOR

    def _silence(self) -> float:
        """Seconds to be silent before a piece, beyond what the one before has at its end."""
        if not self._seconds or self._before in ("word", "clause"):
            return 0.0
        wanted = self._pauses.paragraph if self._before == "paragraph" else self._pauses.sentence
        return max(0.0, wanted - min(self._pauses.sentence, _PAUSE_AT_END))


def _placed(chunk: AudioChunk, characters: int, seconds: float, silence: float) -> AudioChunk:
    """A chunk of a piece as a chunk of the whole.

    Args:
        chunk: as the service gave it.
        characters: before the piece.
        seconds: before the piece.
        silence: in seconds, to go before the chunk.
    """
    quiet = np.zeros(round(silence * chunk.sample_rate), np.float32)
    words = tuple(
        WordTiming(word.text, _moved(word.span, characters), word.start + seconds, word.end + seconds)
        for word in chunk.words
    )
    return AudioChunk(
        np.concatenate([quiet, chunk.samples]), chunk.sample_rate, _moved(chunk.span, characters), words
    )


def _moved(span: tuple[int, int], characters: int) -> tuple[int, int]:
    return span[0] + characters, span[1] + characters

"""A `SpeechService` inside the test's own process: tones for words, failures and delays as a test says.

It keeps the contract that the interfaces rely on: nothing happens before the first chunk is asked for, the
spans of the chunks tile the text, words stand at their times from the beginning, and closing or cancelling
the iterator ends the work at once.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from declaim.audio.chunk import AudioChunk
from declaim.engines.voices import parse_blend
from declaim.errors import MalformedTextError, NothingToSayError, UnavailableError
from declaim.prosody.score import Score
from declaim.server.service import Observer, ScoredSentence, ServiceState, SpeechRequest, WorkerState
from declaim.text.sentence import Span
from declaim.timings import WordTiming

Item = TypeVar("Item")

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_SENTENCE = re.compile(r"[^。！？.!?\n]*[。！？.!?\n]*")


@dataclass(slots=True)
class Work:
    """One call of `speak` or `read` that has begun."""

    request: SpeechRequest
    given: int = 0
    """Chunks, or sentences, that were handed out."""
    ending: Literal["running", "complete", "failed", "closed", "cancelled"] = "running"
    """``closed`` is ``aclose`` between two chunks, ``cancelled`` the cancelled task that waited for one."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class FakeService:
    """Speaks a tone for each word."""

    delay: float = 0.0
    """Seconds of waiting before each chunk, or sentence."""
    chunk_words: int = 4
    """Words in a chunk, so that longer texts come in more chunks."""
    word_seconds: float = 0.1
    failure: Exception | None = None
    """Raised in place of a chunk."""
    fails_after: int = 0
    """Chunks that are given before ``failure`` is raised."""
    blocks_after: int | None = None
    """Chunks after which nothing comes any more, until the iterator is closed."""
    phase: Literal["starting", "ready", "draining"] = "ready"
    stalled_for: float = 0.0
    sample_rate: int = 24_000
    model_digest: str = "fake-1"
    observer: Observer | None = None
    works: list[Work] = field(default_factory=list)
    """All that began, in order. A call of `speak` of which nothing was asked is not among them."""

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[AudioChunk]:
        """Chunks of tones, as :meth:`declaim.server.service.SpeechService.speak` describes them."""
        async with aclosing(self._worked(request, self.chunks(request))) as chunks:
            async for chunk in chunks:
                yield chunk

    async def read(self, request: SpeechRequest) -> AsyncGenerator[ScoredSentence]:
        """The sentences between ``。！？.!?``, all with the request's own score."""
        async with aclosing(self._worked(request, self._sentences(request))) as sentences:
            async for sentence in sentences:
                yield sentence

    def state(self) -> ServiceState:
        running = [work for work in self.works if work.ending == "running"]
        speaking = sum(1 for work in running if work.given)
        worker = WorkerState("speaker", 4711, "busy" if running else "idle", 500_000_000, 0)
        return ServiceState(self.phase, (worker,), len(running) - speaking, speaking, self.stalled_for)

    def chunks(self, request: SpeechRequest) -> Iterator[AudioChunk]:
        """What `speak` gives, for a test to compare with."""
        seconds = 0.0
        for span in self._chunk_spans(request.text):
            words = tuple(self._words(request, span, seconds))
            yield AudioChunk(self._tone(words), self.sample_rate, span, words)
            seconds += len(words) * self._word_seconds(request)

    @property
    def last(self) -> Work:
        return self.works[-1]

    async def _worked(self, request: SpeechRequest, items: Iterator[Item]) -> AsyncGenerator[Item]:
        work = Work(request)
        self.works.append(work)
        try:
            self._check(request)
            for item in items:
                await self._wait(work)
                work.given += 1
                yield item
            await self._fail_if_due(work)
            work.ending = "complete"
        except GeneratorExit:
            work.ending = "closed"
            raise
        except asyncio.CancelledError:
            work.ending = "cancelled"
            raise
        except Exception:
            work.ending = "failed"
            raise
        finally:
            work.ended.set()

    async def _wait(self, work: Work) -> None:
        await self._fail_if_due(work)
        if self.blocks_after == work.given:
            await asyncio.Event().wait()
        await asyncio.sleep(self.delay)

    async def _fail_if_due(self, work: Work) -> None:
        if self.failure and work.given == self.fails_after:
            await asyncio.sleep(self.delay)
            raise self.failure

    def _check(self, request: SpeechRequest) -> None:
        if self.phase != "ready":
            raise UnavailableError(f"the service is {self.phase}")
        if re.search(r"[\ud800-\udfff]", request.text):
            raise MalformedTextError("the text has lone surrogates")
        if not _WORD.search(request.text):
            raise NothingToSayError("there is nothing to say in the text")
        if request.voice is not None:
            parse_blend(request.voice)

    def _chunk_spans(self, text: str) -> Iterator[Span]:
        starts = [match.start() for match in _WORD.finditer(text)][:: self.chunk_words]
        cuts = [0, *starts[1:], len(text)]
        yield from itertools.pairwise(cuts)

    def _words(self, request: SpeechRequest, span: Span, seconds: float) -> Iterator[WordTiming]:
        each = self._word_seconds(request)
        for number, match in enumerate(_WORD.finditer(request.text, *span)):
            start = seconds + number * each
            yield WordTiming(match.group(), match.span(), start, start + each)

    def _word_seconds(self, request: SpeechRequest) -> float:
        return self.word_seconds / (request.rate or 1.0)

    def _tone(self, words: tuple[WordTiming, ...]) -> NDArray[np.float32]:
        """Half of full scale; a word always has the same pitch, one of twelve above 200 Hz."""
        tones = [np.zeros(0, dtype=np.float32)]
        for word in words:
            count = round(word.end * self.sample_rate) - round(word.start * self.sample_rate)
            pitch = 200 * 2 ** (sum(map(ord, word.text)) % 12 / 12)
            phase = np.arange(count) * (2 * math.pi * pitch / self.sample_rate)
            tones.append((0.5 * np.sin(phase)).astype(np.float32))
        return np.concatenate(tones)

    def _sentences(self, request: SpeechRequest) -> Iterator[ScoredSentence]:
        for match in _SENTENCE.finditer(request.text):
            if _WORD.search(match.group()):
                yield ScoredSentence(match.group(), match.span(), None, Score().with_given(request.score))

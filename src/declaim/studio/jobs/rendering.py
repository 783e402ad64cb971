"""Speaking a batch of passages: read, looked up, spoken where they are not kept, and noted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.engines.to_say import ToSay
from declaim.errors import DeclaimError, NothingToSayError, StorageError
from declaim.manner import main_language
from declaim.prosody.reading import reading_of
from declaim.prosody.score import Score
from declaim.server.service import SpeechRequest
from declaim.studio.jobs.line import Line, line_of, silence_of
from declaim.studio.jobs.printed import PrintedText
from declaim.studio.jobs.records import BatchRecord, Gap, PassageRecord, SpokenLine
from declaim.studio.jobs.score_memory import Remembered, matched
from declaim.studio.jobs.take_key import identity, take_key
from declaim.studio.jobs.take_store import KeptTake, TakeStore
from declaim.studio.passage import Passage

_CONTEXT: Final = 2
"""Sentences before a passage in whose light it is read: as many as the reader of emotions remembers."""


Done: TypeAlias = Callable[[str, float, bool], None]
"""Told of a sentence: its text, its seconds, and whether it was there already."""


class BookSpeech(Protocol):
    """Reads texts and speaks sentences; see :class:`~declaim.server.workers.patient.PatientSpeech`."""

    def read(self, request: SpeechRequest) -> AsyncGenerator[ToSay]:
        """The sentences of a text, each with its score and its voice."""
        ...

    def speak(self, said: ToSay, client: str) -> AsyncGenerator[AudioChunk]:
        """Speak one sentence."""
        ...


class Gate(Protocol):
    """Lets a job's sentences through, one by one, unless it is paused."""

    async def passed(self) -> None:
        """Wait until the job may go on."""
        ...

    async def full(self, error: StorageError) -> None:
        """The disk is full: the job pauses, and this waits until it goes on."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Passages that are spoken in one go.

    Attributes:
        passages: of one chapter, in a row.
        printed: the printed text of each.
        before: the passage before them.
        remembered: for each, sentences of an earlier run, see :mod:`~declaim.studio.jobs.score_memory`.
    """

    passages: tuple[Passage, ...]
    printed: tuple[str, ...]
    before: Passage | None = None
    remembered: Sequence[tuple[Remembered, ...]] = ()


@dataclass(slots=True)
class _Sentence:
    """A sentence of a passage and what becomes of it."""

    line: Line
    spoken: asyncio.Task[SpokenLine | Gap] | None = None


@dataclass(slots=True)
class _Said:
    """A passage on its way."""

    sentences: list[_Sentence] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    pause: float = 0.0


class Renderer:
    """Speaks batches for one job.

    Args:
        speech: who reads and speaks.
        store: where takes are kept.
        speaker: digest of who speaks, see :func:`~declaim.studio.jobs.take_key.speaker_digest`.
        client: in whose name, among others that speak books.
        width: sentences that are spoken at the same time, of all batches.
        gate: holds sentences back while the job is paused.
    """

    def __init__(
        self,
        speech: BookSpeech,
        store: TakeStore,
        *,
        speaker: str,
        client: str,
        width: int,
        gate: Gate,
    ) -> None:
        self._speech = speech
        self._store = store
        self._speaker = speaker
        self._client = client
        self._places = asyncio.Semaphore(width)
        self._gate = gate

    async def render(self, batch: Batch, done: Done) -> BatchRecord:
        """Speak a batch. What cannot be spoken is a gap in the record; the rest goes on.

        Args:
            batch: what to speak.
            done: told of each sentence that was spoken or found.

        Raises:
            asyncio.CancelledError: the job was ended; what is being spoken ends at once.
        """
        passages: list[_Said] = []
        context = await self._context(batch.before)
        async with asyncio.TaskGroup() as tasks:
            for index, passage in enumerate(batch.passages):
                before = batch.remembered[index] if batch.remembered else ()
                said, context = await self._read(passage, batch.printed[index], context, before)
                passages.append(said)
                for sentence in said.sentences:
                    await self._gate.passed()
                    await self._places.acquire()
                    sentence.spoken = tasks.create_task(self._speak(sentence.line, done))
        return BatchRecord(tuple(map(_record, passages)))

    async def _context(self, passage: Passage | None) -> str:
        """What was said just before a batch, as :meth:`_read` leaves it behind each passage."""
        if passage is None:
            return ""
        try:
            async with aclosing(self._speech.read(self._request(passage, ""))) as sentences:
                return _spoken_end([said async for said in sentences])
        except DeclaimError:  # it is told where it is a passage of its own batch
            return ""

    async def _read(
        self, passage: Passage, printed: str, context: str, before: Sequence[Remembered]
    ) -> tuple[_Said, str]:
        """A passage's sentences, and the end of it as the context of the next."""
        said, place = _Said(), PrintedText(passage.text, printed)
        try:
            await self._gate.passed()
            request = self._request(passage, context)
            start = len(request.text) - len(passage.text)
            async with aclosing(self._speech.read(request)) as sentences:
                found = [each async for each in sentences if _begins(each) >= start]
        except NothingToSayError:
            return said, context  # an ornament, which is left out of every reading
        except DeclaimError as error:
            said.gaps.append(Gap(printed, (0, len(printed)), _why(error)))
            return said, context
        for each in found:
            line = line_of(each, place, start, is_first=not said.sentences)
            if line is None:
                said.pause += silence_of(each.sentence)
            else:
                said.sentences.append(_Sentence(line))
        _remember(said.sentences, before)
        return said, _spoken_end(found)

    def _request(self, passage: Passage, context: str) -> SpeechRequest:
        """The passage behind its context, which ends a paragraph so that no sentence has a part in both."""
        text = f"{context}\n\n{passage.text}" if context else passage.text
        return SpeechRequest(
            text=text,
            client=self._client,
            voice=passage.voice or None,
            language=main_language(passage.text),
            score=passage.score or Score(),
            expressiveness=passage.expressiveness,
            soon=False,
        )

    async def _speak(self, line: Line, done: Done) -> SpokenLine | Gap:
        """A sentence's take, found or made."""
        try:
            key = take_key(line.said, self._speaker)
            kept = await asyncio.to_thread(self._store.find, key)
            is_known = kept is not None
            if kept is None:
                kept = await self._made(key, line.said)
            spoken = _spoken(line, key, kept)
        except DeclaimError as error:
            return Gap(line.text, line.span, _why(error))
        else:
            done(line.text, kept.samples / SAMPLE_RATE + line.pause, is_known)
            return spoken
        finally:
            self._places.release()

    async def _made(self, key: str, said: ToSay) -> KeptTake:
        """Speak a sentence and keep it, however long the disk stays full."""
        async with aclosing(self._speech.speak(said, self._client)) as chunks:
            samples, words, channels = _joined([chunk async for chunk in chunks])
        while True:
            try:
                return await asyncio.to_thread(self._store.write, key, samples, words, channels)
            except StorageError as error:
                await self._gate.full(error)


def _begins(said: ToSay) -> int:
    """Where the words of a sentence begin; what stands before them may belong to the passage before."""
    return next((word.span[0] for word in said.words), said.sentence.span[0])


def _remember(sentences: list[_Sentence], before: Sequence[Remembered]) -> None:
    """Give sentences that were said before the scores they had."""
    if not before:
        return
    known = matched(before, [identity(sentence.line.said) for sentence in sentences])
    for index, score in known.items():
        line = sentences[index].line
        said = replace(line.said, score=Score.model_validate(score))
        sentences[index].line = replace(line, said=said)


def _spoken_end(sentences: Sequence[ToSay]) -> str:
    """The last sentences in their spoken form, which is no markup."""
    read = (reading_of(said.sentence).text for said in sentences[-_CONTEXT:])
    return " ".join(text for text in read if text)


def _joined(
    chunks: Sequence[AudioChunk],
) -> tuple[NDArray[np.float32], tuple[tuple[tuple[int, int], float, float], ...], str]:
    """The samples of a sentence, the times of its words in them, and who spoke."""
    words, seconds = [], 0.0
    for chunk in chunks:
        words += [(word.span, word.start + seconds, word.end + seconds) for word in chunk.words]
        seconds += chunk.seconds
    empty: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)]
    samples = np.concatenate(empty + [chunk.samples for chunk in chunks])
    channels = dict.fromkeys(chunk.channel for chunk in chunks if chunk.channel)
    return samples, tuple(words), ",".join(channels)


def _spoken(line: Line, key: str, kept: KeptTake) -> SpokenLine:
    words = tuple((line.printed(span), start, end) for span, start, end in kept.words)
    score: dict[str, Any] = line.said.score.model_dump(mode="json")
    return SpokenLine(
        key, kept.samples, line.text, line.span, words, line.pause, identity(line.said), score, kept.channel
    )


def _record(said: _Said) -> PassageRecord:
    results = [sentence.spoken.result() for sentence in said.sentences if sentence.spoken]
    lines = tuple(result for result in results if isinstance(result, SpokenLine))
    gaps = (*said.gaps, *(result for result in results if isinstance(result, Gap)))
    return PassageRecord(lines, gaps, said.pause)


def _why(error: DeclaimError) -> str:
    return f"{error} ({error.hint})" if error.hint else str(error)

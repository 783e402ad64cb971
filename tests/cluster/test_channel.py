"""What becomes of a sentence whose engine is lost, or for which there is no room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any, Self

import pytest

pytest.importorskip("ray", reason="Ray is not installed: pip install 'declaim[ray]'")

from ray.exceptions import ActorDiedError
from ray.serve.exceptions import BackPressureError

from declaim.audio.chunk import AudioChunk
from declaim.channels.channel import ChannelDownError
from declaim.cluster.channel import Engines, Progress, ServeChannel
from declaim.cluster.messages import Answer, Begun, Failed, Made
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError, MarkupError, QueueFullError
from declaim.server.workers.fairness import Ticket
from toy_channels import chunk_of, text_of, to_say

SAID = to_say(text_of(1))
CHUNKS = len(SAID.sentence.clauses)


class Handle:
    """Serve's, of engines that do what a test says.

    Args:
        faults: of one call after the other: after how many chunks, and what.
    """

    def __init__(self, *faults: tuple[int, Exception] | None) -> None:
        self.faults = iter(faults)
        self.skips: list[int] = []
        self.are_patient: set[bool] = set()
        self.cancelled = 0
        self.is_ready = True
        self.is_open = asyncio.Event()
        self.is_open.set()

    def options(self, **_: object) -> Self:
        return self

    def running_replicas_populated(self) -> bool:
        return self.is_ready

    def remote(self, said: ToSay, skip: int, is_patient: bool) -> Call:
        self.skips.append(skip)
        self.are_patient.add(is_patient)
        return Call(self, self._answers(said, skip))

    def _answers(self, said: ToSay, skip: int) -> Iterator[Answer]:
        after, error = next(self.faults, None) or (-1, None)
        for number, clause in enumerate([None, *said.sentence.clauses[skip:]]):
            if error and number == after:
                raise error
            yield Made(chunk_of([clause]), 0.5) if clause else Begun()


class Call:
    def __init__(self, handle: Handle, answers: Iterator[Answer]) -> None:
        self._handle = handle
        self._answers = answers

    async def __aiter__(self) -> AsyncIterator[Answer]:
        for answer in self._answers:
            await self._handle.is_open.wait()
            yield answer

    def cancel(self) -> None:
        self._handle.cancelled += 1


def channel(handle: Handle, progress: Progress | None = None, *, is_patient: bool = False) -> ServeChannel:
    engines = Engines(handle, lambda _: None)
    ticket = Ticket("somebody", due=0.0, is_patient=is_patient)
    return ServeChannel("toy", engines, ticket, lambda _: (), progress or Progress())


def spoken(speaker: ServeChannel, started: Callable[[], None] = lambda: None) -> list[AudioChunk]:
    async def speak() -> list[AudioChunk]:
        async with aclosing(speaker.speak(SAID, started)) as chunks:
            return [chunk async for chunk in chunks]

    return asyncio.run(speak())


def spans(chunks: list[AudioChunk]) -> list[Any]:
    return [chunk.span for chunk in chunks]


def died() -> ActorDiedError:
    return ActorDiedError()


def test_another_engine_goes_on_where_the_lost_one_was() -> None:
    handle = Handle((0, died()), (2, died()), (2, died()))
    speaker = channel(handle)
    assert spans(spoken(speaker)) == [clause.span for clause in SAID.sentence.clauses]
    assert handle.skips == [0, 0, 1, 2]
    assert speaker.ticket.seconds == pytest.approx(CHUNKS * 0.5)


def test_what_kills_three_engines_fails() -> None:
    with pytest.raises(EngineError, match="3 processes were lost"):
        spoken(channel(Handle(*[(1, died())] * 3)))


def test_an_error_of_the_engine_arrives_as_it_is() -> None:
    class Wrong(Handle):
        def _answers(self, said: ToSay, skip: int) -> Iterator[Answer]:
            del said, skip
            yield Begun()
            yield Failed(MarkupError("wrong", line=3, column=4))

    with pytest.raises(MarkupError, match="line 3"):
        spoken(channel(Wrong()))


def test_a_full_queue_refuses_a_request_of_which_nothing_was_heard() -> None:
    with pytest.raises(QueueFullError) as refused:
        spoken(channel(Handle((0, BackPressureError(4, 4)))))
    assert refused.value.retry_after >= 1


@pytest.mark.parametrize("is_patient", [False, True])
def test_a_full_queue_lets_those_wait_who_have_begun_and_those_who_have_time(is_patient: bool) -> None:
    handle = Handle((0, BackPressureError(4, 4)), (0, BackPressureError(4, 4)))
    assert len(spoken(channel(handle, Progress(has_begun=not is_patient), is_patient=is_patient))) == CHUNKS
    assert handle.are_patient == {is_patient}
    assert len(handle.skips) == 3


def test_leaving_cancels_the_engines_work() -> None:
    handle = Handle()
    speaker = channel(handle)

    async def leave() -> None:
        async with aclosing(speaker.speak(SAID, lambda: None)) as chunks:
            async for _ in chunks:
                break

    asyncio.run(leave())
    assert handle.cancelled == 1
    assert speaker.engines.stalled_for == 0.0


def test_nobody_is_waited_for_where_another_channel_may_speak() -> None:
    handle = Handle()
    handle.is_ready = False
    with pytest.raises(ChannelDownError):
        spoken(channel(handle))
    assert len(spoken(channel(handle).patient())) == CHUNKS


def test_books_wait_while_a_listeners_sentence_waits() -> None:
    async def test() -> None:
        handle = Handle()
        engines = Engines(handle, lambda _: None)
        patient = ServeChannel("toy", engines, Ticket("book", due=0.0, is_patient=True), lambda _: ())
        listener = engines.ask(SAID, 0, is_patient=False)
        handle.is_open.clear()
        waiting = asyncio.ensure_future(anext(listener))
        first = asyncio.ensure_future(anext(patient.speak(SAID, lambda: None)))
        await asyncio.wait({waiting, first}, timeout=0.05)
        assert handle.skips == [0]
        handle.is_open.set()
        assert isinstance(await waiting, Begun)
        await first
        assert handle.skips == [0, 0]
        await listener.aclose()

    asyncio.run(test())

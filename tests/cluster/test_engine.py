"""The inside of an engine's process, without Ray."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from declaim.audio.chunk import AudioChunk
from declaim.cluster.engine import SpeakingEngine
from declaim.cluster.messages import Begun, Failed, Made
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError, MarkupError
from declaim.models.interrupt import raise_if_interrupted
from declaim.server.workers.process import Stage
from toy_channels import chunk_of, text_of, to_say

SAID = to_say(text_of(1))


class Toy:
    """Says clauses, and at the second one does what it is told."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.reached, self.go_on, self.interrupted = (threading.Event() for _ in range(3))
        self.fault = fault
        self.obeys = True

    def load(self) -> Stage:
        return self.speak

    def speak(self, said: ToSay, skip: int) -> Iterator[AudioChunk]:
        for number, clause in enumerate(said.sentence.clauses):
            if number == 1:
                self._second()
            if number >= skip:
                yield chunk_of([clause])

    def _second(self) -> None:
        self.reached.set()
        if self.fault:
            raise self.fault
        while not self.go_on.wait(0.01):
            try:
                if self.obeys:
                    raise_if_interrupted()
            except BaseException:
                self.interrupted.set()
                raise


async def answers(engine: SpeakingEngine, skip: int = 0, *, is_patient: bool = False) -> list[object]:
    async with aclosing(engine.speak(SAID, skip, is_patient=is_patient)) as answered:
        return [answer async for answer in answered]


def test_a_sentence_begins_and_comes_in_chunks_of_which_some_were_had_elsewhere() -> None:
    async def test() -> None:
        toy = Toy()
        toy.go_on.set()
        begun, *made = await answers(SpeakingEngine(toy.load), skip=1)
        assert isinstance(begun, Begun)
        assert [each.chunk.span for each in made if isinstance(each, Made)] == [
            clause.span for clause in SAID.sentence.clauses[1:]
        ]

    asyncio.run(test())


@pytest.mark.parametrize("error", [MarkupError("wrong", line=3, column=4), ZeroDivisionError("x / 0")])
def test_a_failure_is_the_last_answer(error: Exception) -> None:
    async def test() -> None:
        *_, failed = await answers(SpeakingEngine(Toy(error).load))
        assert isinstance(failed, Failed)
        kind = type(error) if isinstance(error, MarkupError) else EngineError
        assert type(failed.error) is kind

    asyncio.run(test())


def test_cancelling_reaches_the_thread_and_the_next_sentence_is_said() -> None:
    async def test() -> None:
        toy = Toy()
        engine = SpeakingEngine(toy.load)
        first = asyncio.create_task(answers(engine))
        await asyncio.to_thread(toy.reached.wait)
        second = asyncio.create_task(answers(engine))
        first.cancel()
        await asyncio.wait({first})
        assert toy.interrupted.wait(60)
        toy.go_on.set()
        assert len(await second) == 1 + len(SAID.sentence.clauses)
        assert not engine.is_stuck

    asyncio.run(test())


def test_an_engine_that_does_not_let_go_is_stuck_until_it_does() -> None:
    async def test() -> None:
        toy = Toy()
        toy.obeys = False
        engine = SpeakingEngine(toy.load)
        first = asyncio.create_task(answers(engine))
        await asyncio.to_thread(toy.reached.wait)
        first.cancel()
        await asyncio.wait({first})
        assert engine.is_stuck
        (failed,) = await answers(engine)
        assert isinstance(failed, Failed)
        toy.go_on.set()
        await asyncio.wrap_future(engine._thread.submit(int))  # the step has ended before this
        assert len(await answers(engine)) == 1 + len(SAID.sentence.clauses)

    asyncio.run(test())


def test_a_book_makes_way_for_listeners_between_two_chunks() -> None:
    ended: list[str] = []

    async def said(engine: SpeakingEngine, name: str, *, is_patient: bool) -> list[object]:
        given = await answers(engine, is_patient=is_patient)
        ended.append(name)
        return given

    async def test() -> None:
        toy = Toy()
        engine = SpeakingEngine(toy.load)
        book = asyncio.create_task(said(engine, "book", is_patient=True))
        await asyncio.to_thread(toy.reached.wait)  # it is in its second chunk, of three
        others = [
            asyncio.create_task(said(engine, name, is_patient=name == "other book"))
            for name in ("other book", "listener", "next listener")
        ]
        await asyncio.sleep(0)
        toy.go_on.set()
        for task in (book, *others):
            assert len(await task) == 1 + len(SAID.sentence.clauses), "nothing is lost, nothing twice"
        assert ended == ["listener", "next listener", "other book", "book"]

    asyncio.run(test())


def test_who_leaves_while_making_way_leaves_the_engine_to_others() -> None:
    async def test() -> None:
        toy = Toy()
        engine = SpeakingEngine(toy.load)
        book = asyncio.create_task(answers(engine, is_patient=True))
        await asyncio.to_thread(toy.reached.wait)
        listener = asyncio.create_task(answers(engine))
        waiting = asyncio.create_task(answers(engine))
        await asyncio.sleep(0)
        waiting.cancel()
        toy.go_on.set()
        await listener
        book.cancel()
        await asyncio.wait({book, waiting})
        assert len(await answers(engine)) == 1 + len(SAID.sentence.clauses)

    asyncio.run(test())

"""Engines on threads, and asynchronous iterators for callers without an event loop."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from declaim.audio.chunk import AudioChunk
from declaim.channels.blocking import EventLoop
from declaim.channels.in_thread import ThreadChannel
from declaim.channels.register import Channels
from declaim.channels.settings import ChannelSettings
from declaim.engines.kokoro import KokoroEngine
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError
from declaim.models.interrupt import RunInterrupted, installed
from declaim.prosody.score import Score
from declaim.text.frontend import TextFrontend
from declaim.text.sentence import Sentence, Span
from toy_channels import ToyChannel, chunk_of, heard, pieces, text_of, to_say

TEXT = text_of(4)
WORDS = [f"w{number:03}" for number in range(24)]
QUICK = ChannelSettings(first_audio=0.1, between_chunks=0.1, alone=0.2)


class ToyEngine:
    sample_rate = 24_000

    def __init__(self) -> None:
        self.fault = ""
        self.release = threading.Event()
        self.threads: set[str] = set()
        self.steps = 0

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        return () if sentence.clauses else ((0, 1),)

    def speak(
        self, sentence: Sentence, score: Score, voice: str, *, soon: bool = False
    ) -> Iterator[AudioChunk]:
        assert (score, voice, soon) == (Score(), "zf_toy", False)
        for number, clauses in enumerate(pieces(sentence)):
            self.steps += 1
            self.threads.add(threading.current_thread().name)
            if number == 1:
                self._misbehave()
            yield chunk_of(clauses)

    def _misbehave(self) -> None:
        match self.fault:
            case "raise":
                raise ZeroDivisionError("x / 0")
            case "run":
                interrupt = installed()
                assert interrupt
                while not interrupt.is_set:
                    time.sleep(0.001)
                raise RunInterrupted("the toy was interrupted")
            case "stuck":
                self.release.wait(60)


def listed() -> Channels:
    return Channels({"main": QUICK, "second": QUICK})


async def spoken(
    channels: Channels, *given: Any, number: int = 0
) -> tuple[list[AudioChunk], tuple[str, ...]]:
    failover = channels.begin(given)
    async with aclosing(failover.speak(to_say(TEXT, number))) as chunks:
        return [chunk async for chunk in chunks], failover.channels


def engine_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "engine"]


def none_is_left() -> bool:
    for thread in engine_threads():
        thread.join(5)
    return not engine_threads()


def test_an_engine_speaks_on_a_thread_of_its_own() -> None:
    engine = ToyEngine()
    channel = ThreadChannel("main", engine)
    chunks, channels = asyncio.run(spoken(listed(), channel))
    assert heard(chunks) == WORDS[:6]
    assert channels == ("main",)
    assert engine.threads == {"engine"}
    assert channel.cost(to_say(TEXT)) == 0
    assert channel.lacks(to_say(TEXT).sentence) == ()
    assert none_is_left()


def test_what_it_raises_moves_on() -> None:
    engine = ToyEngine()
    engine.fault = "raise"
    chunks, channels = asyncio.run(spoken(listed(), ThreadChannel("main", engine), ToyChannel("second")))
    assert heard(chunks) == WORDS[:6]
    assert channels == ("main", "second")
    assert none_is_left()


def test_a_run_is_interrupted_at_its_deadline() -> None:
    engine = ToyEngine()
    engine.fault = "run"
    main = ThreadChannel("main", engine)

    async def test() -> None:
        channels = listed()
        assert heard((await spoken(channels, main, ToyChannel("second")))[0]) == WORDS[:6]
        engine.fault = ""
        assert (await spoken(channels, main, ToyChannel("second")))[1] == ("main",)

    asyncio.run(test())
    assert none_is_left()


def test_an_engine_that_is_stuck_is_down_until_it_returns() -> None:
    engine = ToyEngine()
    engine.fault = "stuck"
    main = ThreadChannel("main", engine)

    async def test() -> None:
        channels = listed()
        assert (await spoken(channels, main, ToyChannel("second")))[1] == ("main", "second")
        steps = engine.steps
        assert (await spoken(channels, main, ToyChannel("second")))[1] == ("second",)
        with pytest.raises(EngineError, match="stuck in a sentence"):
            await spoken(channels, main)
        assert engine.steps == steps
        engine.fault = ""
        engine.release.set()
        assert (await spoken(channels, main, ToyChannel("second")))[1] == ("main",)

    asyncio.run(test())
    assert none_is_left()


def test_no_more_is_made_than_is_asked_for() -> None:
    engine = ToyEngine()

    async def test() -> None:
        chunks = listed().begin([ThreadChannel("main", engine)]).speak(to_say(TEXT))
        await anext(chunks)
        await asyncio.sleep(0.05)
        assert engine.steps == 1
        await chunks.aclose()

    asyncio.run(test())
    assert none_is_left()


def test_a_real_engine_says_the_same(tiny_engine: KokoroEngine) -> None:
    sentence = next(TextFrontend().read("Good morning, dear friends of mine."))
    wanted = [chunk.samples for chunk in tiny_engine.speak(sentence, Score(), "af_heart")]

    class Kokoro:
        sample_rate = tiny_engine.sample_rate
        speak = tiny_engine.speak

        def lacks(self, _: Sentence) -> tuple[Span, ...]:
            return ()

    async def test() -> list[AudioChunk]:
        failover = listed().begin([ThreadChannel("main", Kokoro())])
        return [chunk async for chunk in failover.speak(ToSay(sentence, Score(), "af_heart"))]

    found = asyncio.run(test())
    assert [chunk.samples.tolist() for chunk in found] == [samples.tolist() for samples in wanted]


# Without an event loop


async def counting(ended: list[str], *, hangs_at: int = 10**9) -> AsyncGenerator[int]:
    try:
        for number in range(5):
            if number == hangs_at:
                await asyncio.Event().wait()
            await asyncio.sleep(0)
            yield number
    finally:
        await asyncio.sleep(0)
        ended.append("ended")


def test_items_without_an_event_loop() -> None:
    ended: list[str] = []
    before = set(threading.enumerate())
    assert list(EventLoop().iterate(lambda: counting(ended))) == [0, 1, 2, 3, 4]
    assert ended == ["ended"]
    assert not set(threading.enumerate()) - before


def test_an_iterator_that_is_closed_leaves_no_loop() -> None:
    ended: list[str] = []
    before = set(threading.enumerate())
    items = EventLoop().iterate(lambda: counting(ended))
    assert next(items) == 0
    assert set(threading.enumerate()) - before
    items.close()  # type: ignore[attr-defined]
    assert ended == ["ended"]
    assert not set(threading.enumerate()) - before


def test_an_iterator_that_nobody_began_does_nothing() -> None:
    before = set(threading.enumerate())
    items = EventLoop().iterate(lambda: counting([]))
    items.close()  # type: ignore[attr-defined]
    assert not set(threading.enumerate()) - before


def test_within_an_event_loop() -> None:
    async def test() -> list[int]:
        return list(EventLoop().iterate(lambda: counting([])))

    assert asyncio.run(test()) == [0, 1, 2, 3, 4]


def test_two_iterators_share_the_loop() -> None:
    loop = EventLoop()
    before = set(threading.enumerate())
    first, second = (loop.iterate(lambda: counting([])) for _ in range(2))
    assert [next(first), next(second), next(first)] == [0, 0, 1]
    assert len(set(threading.enumerate()) - before) == 1
    assert [*first, *second] == [2, 3, 4, 1, 2, 3, 4]
    assert not set(threading.enumerate()) - before


def test_errors_come_through() -> None:
    async def failing() -> AsyncGenerator[int]:
        yield 1
        raise EngineError("broken")

    items = EventLoop().iterate(failing)
    assert next(items) == 1
    with pytest.raises(EngineError, match="broken"):
        next(items)


@pytest.mark.skipif(sys.platform == "win32", reason="no signal ends a wait there")
def test_ctrl_c_ends_the_generator_and_then_the_loop() -> None:
    ended: list[str] = []
    before = set(threading.enumerate())
    items = EventLoop().iterate(lambda: counting(ended, hangs_at=1))
    assert next(items) == 0
    interrupt = threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT])
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        next(items)
    interrupt.join()
    assert ended == ["ended"]
    assert not set(threading.enumerate()) - before


def test_channels_without_an_event_loop() -> None:
    engine = ToyEngine()
    engine.fault = "stuck"
    channels, loop = listed(), EventLoop()
    main, second = ThreadChannel("main", engine), ToyChannel("second")
    for number in range(3):
        failover = channels.begin([main, second])
        said = to_say(TEXT, number)
        chunks = loop.iterate(lambda failover=failover, said=said: failover.speak(said))  # type: ignore[misc]
        assert heard(chunks) == WORDS[number * 6 : number * 6 + 6]
    engine.release.set()
    assert none_is_left()

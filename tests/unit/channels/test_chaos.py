"""Thirty sentences while the main channel does what broken engines do, at random."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

import toy_stages
from declaim.audio.chunk import AudioChunk
from declaim.channels.channel import Channel
from declaim.channels.failover import Failover
from declaim.channels.register import Channels
from declaim.channels.settings import BreakerSettings, ChannelSettings
from declaim.engines.to_say import ToSay
from declaim.server.workers.fairness import Ticket
from declaim.server.workers.pool import Pool
from declaim.server.workers.pool_channel import PoolChannel
from toy_channels import GARBAGE, ToyChannel, heard, sentences_of, text_of, to_say

SENTENCES, WORDS = 30, 6
TEXT = text_of(SENTENCES)
RUNS, AT_A_TIME = 200, 8
DEADLINE = 0.06
SPARE = 0.2
"""Seconds by which a failover may be later than its deadline."""
USUAL = 3.0
"""Seconds that a run without faults may take on a machine that is busy otherwise."""
FAULTS = ("raise", "hang", "hang on", "end", *GARBAGE)
BREAKER = BreakerSettings(window_calls=10, first_wait=0.02, longest_wait=0.2)
SETTINGS = ChannelSettings(first_audio=DEADLINE, between_chunks=DEADLINE, breaker=BREAKER)


@dataclass
class Run:
    """One, as it went."""

    failovers: int = 0
    seconds: float = 0.0
    added: list[float] = field(default_factory=list)
    """Seconds that each failover has cost."""
    chunks: list[AudioChunk] = field(default_factory=list)


def planned(rng: random.Random, share: float) -> dict[int, str | Exception]:
    """A fault at some word of so many sentences."""
    return {
        number * WORDS + rng.randrange(WORDS): rng.choice(FAULTS)
        for number in range(SENTENCES)
        if rng.random() < share
    }


async def listen(failover: Failover, sentences: Sequence[ToSay]) -> Run:
    run = Run()
    began = time.perf_counter()
    for said in sentences:
        waits = []
        async with aclosing(failover.speak(said)) as chunks:
            asked = time.perf_counter()
            async for chunk in chunks:
                waits.append(time.perf_counter() - asked)
                run.chunks.append(chunk)
                asked = time.perf_counter()
        faults = [each for each in failover.reports[-1].passed_over if each.reason not in {"resting", "down"}]
        run.failovers += len(faults)
        run.added += [max(waits) / len(faults) for _ in faults]
    run.seconds = time.perf_counter() - began
    return run


def check(run: Run) -> None:
    assert heard(run.chunks) == [f"w{number:03}" for number in range(SENTENCES * WORDS)]
    assert "".join(TEXT[slice(*chunk.span)] for chunk in run.chunks) == TEXT
    assert run.seconds <= run.failovers * (DEADLINE + SPARE) + USUAL


def check_delays(runs: Sequence[Run]) -> None:
    added = [seconds for run in runs for seconds in run.added]
    print(  # noqa: T201 - the numbers are what this is for
        f"{len(runs)} runs, {len(added)} failovers, p50 {np.quantile(added, 0.5):.3f} s,"
        f" p95 {np.quantile(added, 0.95):.3f} s, longest {max(added):.3f} s"
    )
    assert np.quantile(added, 0.95) <= DEADLINE + SPARE


async def chaotic(seed: int) -> Run:
    rng = random.Random(seed)
    channels: list[Channel] = [
        ToyChannel("main", planned(rng, 0.2), size=rng.randrange(3)),
        ToyChannel("second", planned(rng, 0.05), size=rng.randrange(3), amplitude=0.1),
        ToyChannel("third", size=rng.randrange(3)),
    ]
    listed = Channels({channel.name: SETTINGS for channel in channels}, draw=rng.random)
    run = await listen(listed.begin(channels), [to_say(TEXT, number) for number in range(SENTENCES)])
    check(run)
    return run


def test_every_word_is_heard_once_and_in_order_whatever_happens() -> None:
    async def test() -> list[Run]:
        limit = asyncio.Semaphore(AT_A_TIME)

        async def one(seed: int) -> Run:
            async with limit:
                return await chaotic(seed)

        return await asyncio.gather(*map(one, range(RUNS)))

    runs = asyncio.run(test())
    assert sum(run.failovers for run in runs) > 3 * RUNS
    check_delays(runs)


# Real processes


@asynccontextmanager
async def pool(size: int = 1) -> AsyncIterator[Pool]:
    made = Pool("speaker", toy_stages.load_tones, size=size, step_timeout=10, memory_limit=10**12)
    made.start()
    try:
        await asyncio.wait_for(made.ready.wait(), 60)
        yield made
    finally:
        await made.close()


async def all_idle(workers: Pool) -> None:
    async with asyncio.timeout(60):
        while any(state.state != "idle" for state in workers.states):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


def with_faults(rng: random.Random, faults: Sequence[str]) -> list[ToSay]:
    """The text, with each fault in a sentence of its own."""
    sentences = [ToSay(sentence, to_say(TEXT).score, "zf_toy") for sentence in sentences_of(TEXT)]
    for number, fault in zip(rng.sample(range(SENTENCES), len(faults)), faults, strict=True):
        sentences[number] = replace(sentences[number], voice=f"{fault} {rng.randrange(3)}")
    return sentences


def run_test(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


@pytest.mark.parametrize("size", [1, 2])
def test_processes_that_crash_hang_and_lie(size: int) -> None:
    async def test() -> None:
        rng = random.Random(size)
        runs = []
        async with pool(size) as workers:
            settings = replace_deadlines(
                SETTINGS, 0.5
            )  # a process answers in milliseconds, if it gets a core
            for faults in (["die"], ["hang", "raise"], ["raise", "end", "silence"], ["die", "noise"]):
                await all_idle(workers)
                listed = Channels({"main": settings, "second": SETTINGS})
                ticket = Ticket("client", due=0)
                with workers.taking_turns(ticket):
                    failover = listed.begin([PoolChannel("main", workers, ticket), ToyChannel("second")])
                    run = await listen(failover, with_faults(rng, faults))
                check(run)
                assert "main" in failover.channels
                if size == 1:  # with two, the other one does what a dead one was doing
                    assert "second" in failover.channels
                runs.append(run)
        assert all(seconds <= 0.5 + SPARE for run in runs for seconds in run.added)

    run_test(test())


def replace_deadlines(settings: ChannelSettings, seconds: float) -> ChannelSettings:
    return settings.model_copy(update={"first_audio": seconds, "between_chunks": seconds})


def test_a_pool_that_is_dead_is_passed_over_at_once_and_then_used_again() -> None:
    async def test() -> None:
        async with pool() as workers:
            listed = Channels({"main": ChannelSettings(), "second": ChannelSettings()})
            ticket = Ticket("client", due=0)
            (pid,) = [state.pid for state in workers.states]
            assert pid
            os.kill(pid, signal.SIGKILL)
            with workers.taking_turns(ticket):
                failover = listed.begin([PoolChannel("main", workers, ticket), ToyChannel("second")])
                began = time.perf_counter()
                async with asyncio.timeout(5):
                    while "second" not in failover.channels:
                        await spoken(failover, 0)
                assert time.perf_counter() - began < 1
                await all_idle(workers)
                await spoken(failover, 1)
            assert failover.reports[-1].channels == ("main",)
            assert listed.health[0].state == "closed"

    run_test(test())


def test_a_dead_pool_is_waited_for_where_nobody_else_is() -> None:
    async def test() -> None:
        async with pool() as workers:
            listed = Channels({"main": ChannelSettings()})
            ticket = Ticket("client", due=0)
            with workers.taking_turns(ticket):
                failover = listed.begin([PoolChannel("main", workers, ticket)])
                (pid,) = [state.pid for state in workers.states]
                assert pid
                os.kill(pid, signal.SIGKILL)
                chunks = await spoken(failover, 0)
            assert heard(chunks) == [f"w{number:03}" for number in range(WORDS)]

    run_test(test())


async def spoken(failover: Failover, number: int) -> list[AudioChunk]:
    async with aclosing(failover.speak(to_say(TEXT, number))) as chunks:
        return [chunk async for chunk in chunks]

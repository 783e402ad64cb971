"""The service with several channels, in worker processes of the tiny model."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from declaim import AudioChunk, Config
from declaim.audio.formats import FORMATS
from declaim.server.brownout import Brownout
from declaim.server.cache import SpeechCache
from declaim.server.cached_speech import CachedSpeech
from declaim.server.metrics import Metrics
from declaim.server.service import SpeechRequest
from declaim.server.workers.speakers import LoadSpeaker
from declaim.server.workers.speech import PooledSpeechService
from tiny_stages import load_failing_kokoro, load_tiny_reader, load_tiny_speaker, load_unless_kokoro

TEXT = (
    "It was a dark night, and all of them were asleep, and nobody heard the bell, which rang until morning."
)

pytestmark = pytest.mark.usefixtures("tiny_machine")


@asynccontextmanager
async def service(load_speaker: LoadSpeaker, **server: Any) -> AsyncIterator[PooledSpeechService]:
    config = Config(prosody="rules", channels=("kokoro", "indextts"), server={"workers": 1, **server})
    made = PooledSpeechService(config, load_reader=load_tiny_reader, load_speaker=load_speaker)
    await made.start()
    try:
        await asyncio.wait_for(made.ready(), 60)
        yield made
    finally:
        await made.close()


async def spoken(speech: PooledSpeechService) -> list[AudioChunk]:
    async with aclosing(speech.speak(SpeechRequest(TEXT, voice="af_heart"))) as chunks:
        return [chunk async for chunk in chunks]


def assert_whole(chunks: list[AudioChunk]) -> None:
    spans = [chunk.span for chunk in chunks]
    assert (spans[0][0], spans[-1][1]) == (0, len(TEXT))
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    words = [word.text for chunk in chunks for word in chunk.words]
    assert len(words) == len(TEXT.split())


def counted(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_the_main_channel_speaks_as_long_as_it_can() -> None:
    async def test() -> None:
        async with service(load_tiny_speaker_for_all) as speech:
            chunks = await spoken(speech)
            assert {chunk.channel for chunk in chunks} == {"kokoro"}
            assert not any(chunk.is_makeshift for chunk in chunks)
            assert [state.name for state in speech.state().channels] == ["kokoro", "indextts"]
            assert {state.role for state in speech.state().workers} == {"reader", "speaker", "understudy"}

    asyncio.run(test())


def test_an_understudy_ends_what_the_main_channel_began() -> None:
    async def test() -> None:
        async with service(load_failing_kokoro) as speech:
            metrics = Metrics()
            metrics.watch(speech)
            chunks = await spoken(speech)
            assert_whole(chunks)
            channels = [chunk.channel for chunk in chunks]
            assert channels[0] == "kokoro"
            assert channels[-1] == "indextts"
            assert [chunk.is_makeshift for chunk in chunks] == [name == "indextts" for name in channels]
            assert counted(metrics, "declaim_channel_outcomes_total", channel="kokoro", outcome="failed") == 1
            assert (
                counted(metrics, "declaim_failovers_total", channel="kokoro", to="indextts", reason="failed")
                == 1
            )
            assert counted(metrics, "declaim_channel_breaker", channel="kokoro", state="closed") == 1

    asyncio.run(test())


def test_a_main_channel_that_cannot_start_does_not_keep_the_service_from_speaking() -> None:
    async def test() -> None:
        async with service(load_unless_kokoro) as speech:
            chunks = await spoken(speech)
            assert_whole(chunks)
            assert {chunk.channel for chunk in chunks} == {"indextts"}

    asyncio.run(test())


def test_what_an_understudy_spoke_is_not_kept(tmp_path: Path) -> None:
    async def test() -> None:
        async with service(load_unless_kokoro) as speech:
            metrics = Metrics()
            cache = SpeechCache(tmp_path / "cache", 10_000_000, metrics)
            await cache.open()
            source = CachedSpeech(speech, cache)
            for _ in range(2):
                async with aclosing(source(SpeechRequest(TEXT, voice="af_heart"), FORMATS["pcm"])) as stream:
                    data = [chunk.data async for chunk in stream]
                assert np.frombuffer(b"".join(data), "<i2").any()
                assert stream.headers == {"X-Declaim-Cache": "miss", "X-Declaim-Channel": "indextts"}
                await asyncio.sleep(0.2)
            await cache.close()
            assert not list((tmp_path / "cache").rglob("*.val"))

    asyncio.run(test())


def test_under_load_an_understudy_speaks_before_anybody_is_refused() -> None:
    async def test() -> None:
        async with service(load_tiny_speaker_for_all, queue_limit=4, brownout="rules,understudy") as speech:
            requests = [asyncio.create_task(spoken(speech)) for _ in range(5)]
            await asyncio.sleep(0)
            spoken_by = [{chunk.channel for chunk in await request} for request in requests]
            assert spoken_by[0] == {"kokoro"}
            assert spoken_by[-1] == {"indextts"}
            assert speech.state().brownout == ("rules", "understudy")

    asyncio.run(test())


def test_a_request_long_after_the_load_is_spoken_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("declaim.server.workers.speech.Brownout", partial(Brownout, clock=lambda: now))

    async def test() -> None:
        nonlocal now
        async with service(load_tiny_speaker_for_all, queue_limit=4, brownout="rules,understudy") as speech:
            await asyncio.gather(*(spoken(speech) for _ in range(5)))
            now = 3600.0
            assert {chunk.channel for chunk in await spoken(speech)} == {"kokoro"}

    asyncio.run(test())


def load_tiny_speaker_for_all(config: Config, threads: int, _: Any) -> Any:
    return load_tiny_speaker(config, threads, "kokoro")

"""Wyoming, with the protocol's own client."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import numpy as np
import pytest
from live_stream import until
from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeVoice,
)

from declaim.config import Config
from declaim.engines.voices import VOICES
from declaim.errors import ConfigError, EngineError
from declaim.server.settings import ServerConfig
from declaim.server.wyoming import serve_wyoming
from fake_service import FakeService

RATE = 24_000


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


@asynccontextmanager
async def address(
    service: FakeService, settings: ServerConfig | None = None
) -> AsyncIterator[tuple[str, int]]:
    config = Config(server=settings or ServerConfig())
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve_wyoming(service, "127.0.0.1", 0, config=config, started=port.set_result)
    )
    try:
        yield "127.0.0.1", await port
    finally:
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(serving, 1)


@asynccontextmanager
async def client_of(
    service: FakeService, settings: ServerConfig | None = None
) -> AsyncIterator[AsyncTcpClient]:
    async with address(service, settings) as place, AsyncTcpClient(*place, read_timeout=5) as client:
        yield client


async def hear(client: AsyncTcpClient, last: str) -> list[Event]:
    """The events up to one of this type."""
    events: list[Event] = []
    while not events or events[-1].type != last:
        event = await client.read_event()
        assert event is not None, [each.type for each in events]
        events.append(event)
    return events


def samples(events: list[Event]) -> Any:
    data = b"".join(AudioChunk.from_event(each).audio for each in events if AudioChunk.is_type(each.type))
    return np.frombuffer(data, "<i2")


def test_describe_names_every_voice_under_both_languages() -> None:
    async def talk() -> None:
        async with client_of(FakeService()) as client:
            await client.write_event(Describe().event())
            event = (await hear(client, "info"))[0]
        (program,) = Info.from_event(event).tts
        assert program.installed
        assert program.supports_synthesize_streaming
        voices = {voice.name: voice for voice in program.voices}
        assert voices.keys() == VOICES.keys()
        assert voices["zf_xiaoxiao"].languages == ["zh-CN", "en-US"]
        assert voices["bf_emma"].languages == ["en-GB", "zh-CN"]
        assert voices["ff_siwis"].languages == ["en-US", "zh-CN"]  # French is not spoken here

    run(talk())


def test_a_text_is_spoken() -> None:
    async def talk() -> None:
        service = FakeService()
        async with client_of(service) as client:
            voice = SynthesizeVoice(name="zf_xiaoyi")
            await client.write_event(Synthesize("One two three. Four five.", voice).event())
            events = await hear(client, "audio-stop")
        start = AudioStart.from_event(events[0])
        assert (start.rate, start.width, start.channels) == (RATE, 2, 1)
        assert len(samples(events)) == 5 * 2_400
        assert np.abs(samples(events)).max() == pytest.approx(2**14, rel=0.01)
        assert [work.request.text for work in service.works] == ["One two three. Four five."]
        assert service.last.request.voice == "zf_xiaoyi"

    run(talk())


@pytest.mark.parametrize(
    ("asked", "voice", "language"),
    [
        (None, "af_heart", None),
        (SynthesizeVoice(language="zh-CN"), "zf_xiaoxiao", "zh"),
        (SynthesizeVoice(language="en_GB"), "af_heart", "en"),
        (SynthesizeVoice(language="fr-FR"), "af_heart", None),
        (SynthesizeVoice(name="zm_yunxi"), "zm_yunxi", None),
        (SynthesizeVoice(name="declaim", speaker="am_puck"), "am_puck", None),
        (SynthesizeVoice(name="zf_xiaoxiao*0.5+zf_xiaoyi*0.5"), "zf_xiaoxiao*0.5000+zf_xiaoyi*0.5000", None),
    ],
)
def test_the_voice_that_is_asked_for(asked: SynthesizeVoice | None, voice: str, language: str | None) -> None:
    async def talk() -> None:
        service = FakeService()
        async with client_of(service) as client:
            await client.write_event(Synthesize("One.", asked).event())
            await hear(client, "audio-stop")
        assert (service.last.request.voice, service.last.request.language) == (voice, language)

    run(talk())


def test_a_text_in_parts_is_spoken_while_it_is_written() -> None:
    async def talk() -> None:
        service = FakeService()
        async with client_of(service) as client:
            await client.write_event(SynthesizeStart(SynthesizeVoice(name="am_puck")).event())
            for letter in "One two. Thr":
                await client.write_event(SynthesizeChunk(letter).event())
            first = await hear(client, "audio-chunk")
            await client.write_event(SynthesizeChunk("ee.").event())
            # What Home Assistant sends besides, for servers that do not stream.
            await client.write_event(Synthesize("One two. Three.").event())
            await client.write_event(SynthesizeStop().event())
            rest = await hear(client, "synthesize-stopped")
        assert [each.type for each in rest][-2:] == ["audio-stop", "synthesize-stopped"]
        assert [work.request.text for work in service.works] == ["One two. ", "Three."]
        assert {work.request.voice for work in service.works} == {"am_puck"}
        assert len(samples(first + rest)) == 3 * 2_400 + 2_400  # and the pause between the sentences

    run(talk())


def test_one_request_after_the_other() -> None:
    async def talk() -> None:
        async with client_of(FakeService()) as client:
            for text in ("One two.", "Three.", "四五六。"):
                await client.write_event(Synthesize(text).event())
            lengths = [len(samples(await hear(client, "audio-stop"))) for _ in range(3)]
        assert lengths == [4_800, 2_400, 7_200]

    run(talk())


def test_nothing_to_say_is_silence() -> None:
    async def talk() -> None:
        async with client_of(FakeService()) as client:
            await client.write_event(Synthesize("...").event())
            events = await hear(client, "audio-stop")
        assert [each.type for each in events] == ["audio-start", "audio-stop"]

    run(talk())


def test_a_client_that_leaves_ends_its_work() -> None:
    async def talk() -> None:
        service = FakeService(delay=0.02)
        async with address(service) as place:
            async with AsyncTcpClient(*place) as client:
                await client.write_event(Synthesize("word " * 500).event())
                await hear(client, "audio-chunk")
            begun = time.perf_counter()
            await service.last.ended.wait()
            assert time.perf_counter() - begun < 0.25
            assert service.last.given < 125

    run(talk())


def test_stopping_the_server_ends_the_work_though_clients_stay() -> None:
    async def talk() -> None:
        service = FakeService(blocks_after=1)
        async with address(service) as place:
            client = AsyncTcpClient(*place)
            await client.connect()
            await client.write_event(Synthesize("one two three four five").event())
            await hear(client, "audio-chunk")
        assert service.last.ended.is_set()
        await client.disconnect()

    run(talk())


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Synthesize("Hello", SynthesizeVoice(name="nobody")).event(), "unknown_voice"),
        (Synthesize("x" * 2_000).event(), "too_large"),
        (Event("synthesize", {}), "malformed_event"),
        (Event("synthesize", {"text": 5}), "input"),
        (Event("synthesize", {"text": "a", "voice": 5}), "malformed_event"),
        (Event("synthesize", {"text": "a", "voice": {"name": ["b"]}}), "malformed_event"),
    ],
)
def test_what_cannot_be_followed_is_said_and_the_connection_stays(event: Event, code: str) -> None:
    async def talk() -> None:
        async with client_of(FakeService(), ServerConfig(max_characters=1_000)) as client:
            await client.write_event(event)
            assert Error.from_event((await hear(client, "error"))[0]).code == code
            await client.write_event(Ping("still there?").event())
            assert Pong.from_event((await hear(client, "pong"))[0]).text == "still there?"
            await client.write_event(Event("something-else", {}))
            await client.write_event(Synthesize("One.").event())
            await hear(client, "audio-stop")

    run(talk())


def test_a_failure_is_told_and_ends_the_stream_of_its_text() -> None:
    async def talk() -> None:
        service = FakeService(failure=EngineError("/secret/path is broken"), fails_after=1)
        async with client_of(service) as client:
            await client.write_event(SynthesizeStart().event())
            await client.write_event(SynthesizeChunk("one two three four five six. And").event())
            events = await hear(client, "synthesize-stopped")
            (error,) = (Error.from_event(each) for each in events if Error.is_type(each.type))
            assert error.code == "engine"
            assert "secret" not in error.text
            await client.write_event(SynthesizeStop().event())
            service.failure = None
            await client.write_event(Synthesize("One.").event())
            assert len(samples(await hear(client, "audio-stop"))) == 2_400

    run(talk())


@pytest.mark.parametrize(
    "line",
    [
        b"no json\n",
        b"[]\n",
        b"5\n",
        b"{}\n",
        b"[" * 60_000 + b"\n",
        b"x" * 200_000,
        b'{"type": "synthesize", "data_length": "many"}\n',
        b'{"type": "synthesize", "payload_length": 99999999999}\n',
        b'{"type": "synthesize", "data_length": 99999999999}\n',
        b'{"type": "synthesize", "data_length": 3}\n[1]',
        b"\xff\xfe\n",
    ],
)
def test_what_is_no_event_ends_the_connection_and_no_other(line: bytes) -> None:
    async def talk() -> None:
        service = FakeService()
        async with address(service) as place:
            reader, writer = await asyncio.open_connection(*place)
            writer.write(line)
            answer = json.loads(await asyncio.wait_for(reader.readline(), 5))
            assert answer["type"] == "error"
            await asyncio.wait_for(reader.read(), 5)
            writer.close()
            async with AsyncTcpClient(*place) as client:
                await client.write_event(Synthesize("One.").event())
                await hear(client, "audio-stop")

    run(talk())


def test_a_client_that_does_not_read_is_dropped() -> None:
    async def talk() -> None:
        service = FakeService(word_seconds=1.0, chunk_words=10)
        async with client_of(service, ServerConfig(send_timeout=0.3)) as client:
            await client.write_event(Synthesize("word " * 400).event())
            await until(lambda: service.works)
            await asyncio.wait_for(service.last.ended.wait(), 5)
            assert service.last.ending != "complete"
            assert service.last.given < 30

    run(talk())


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wyoming.event", None)
    for name in [name for name in sys.modules if name.startswith("declaim.server.wyoming_")]:
        monkeypatch.delitem(sys.modules, name)
    serve = partial(serve_wyoming, FakeService(), "127.0.0.1", 0, config=Config())
    with pytest.raises(ConfigError, match="Wyoming") as refused:
        asyncio.run(serve())
    assert "declaim[wyoming]" in refused.value.hint

"""The stream, with websockets' client against a real server: what is heard, when, and until when."""

import asyncio
import base64
import json
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from live_stream import conversation, listening, stream_address, until
from websockets.exceptions import ConnectionClosed

from declaim.errors import EngineError, QueueFullError
from declaim.server.api.stream_connection import IDLE, StreamLimits
from declaim.server.settings import ServerConfig
from fake_service import FakeService

RATE = 24_000
GAP = round(0.1 * RATE)
"""Samples of silence between two sentences: what is missing to the usual pause."""


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


def test_text_in_parts_is_spoken_as_one() -> None:
    async def talk() -> None:
        service = FakeService()
        text = "One two three four five. Six seven, eight. 九十。"
        async with conversation(service) as client:
            for part in ("One two three four five. S", "ix seven, eight. 九"):
                for letter in part:
                    await client.say("text", utterance_id="a", text=letter)
                await client.hear_until("timestamps")
            await client.say("text", utterance_id="a", text="十。", end=True)
            done = await client.hear_until("done")
        assert done["characters"] == len(text)
        assert [word["text"] for word in client.words("a")] == [
            "One",
            "two",
            "three",
            "four",
            "five",
            "Six",
            "seven",
            "eight",
            "九",
            "十",
        ]
        assert all(text[slice(*word["span"])] == word["text"] for word in client.words("a"))
        samples = client.samples("a")
        assert len(samples) == 10 * 2_400 + 2 * GAP
        assert done["seconds"] == pytest.approx(len(samples) / RATE, abs=0.001)
        for word in client.words("a"):  # it is heard where it is said to be, and between them nothing
            assert np.abs(samples[round(word["start"] * RATE) : round(word["end"] * RATE)]).max() > 10_000
        six = client.words("a")[5]
        assert not samples[round(six["start"] * RATE) - GAP + 1 : round(six["start"] * RATE)].any()

    run(talk())


def test_each_piece_is_a_request_of_its_own_by_one_voice() -> None:
    async def talk() -> None:
        service = FakeService()
        async with conversation(service) as client:
            await client.say("config", speed=1.5, instructions="sad", emotion=None, language=None)
            await client.say("text", utterance_id="a", text="Hello there, you. ", flush=True)
            await client.hear_until("audio")
            await client.say("text", utterance_id="a", text="你好。", end=True)
            await client.hear_until("done")
        requests = [work.request for work in service.works]
        assert [request.text for request in requests] == ["Hello there, you. ", "你好。"]
        assert {request.voice for request in requests} == {"af_heart"}
        assert {request.rate for request in requests} == {1.5}
        assert {request.client for request in requests} == {"127.0.0.1"}
        assert all(request.score.emotion.sad > 0 for request in requests)

    run(talk())


def test_a_sentence_is_heard_before_the_text_is_complete() -> None:
    async def talk() -> None:
        async with conversation(FakeService()) as client:
            await client.say("text", text="Here we are. And")
            await client.hear_until("audio")
            await client.say("text", text=" that is it", end=True)
            await client.hear_until("done")

    run(talk())


def test_the_first_clause_is_heard_before_its_sentence_is_complete() -> None:
    async def talk() -> None:
        service = FakeService()
        async with conversation(service) as client:
            await client.say("text", text="今天天气真好，我们")
            await client.hear_until("audio")
            await client.say("text", text="去散步，好吗？")
            await client.say("end")
            await client.hear_until("done")
        assert [work.request.text for work in service.works] == ["今天天气真好，", "我们去散步，好吗？"]

    run(talk())


def test_text_without_an_end_is_spoken_after_a_while_or_when_flushed() -> None:
    async def talk() -> None:
        service = FakeService()
        async with conversation(service) as client:
            await client.say("config", max_buffer_delay_ms=50)
            await client.say("text", utterance_id="a", text="Well I am think")
            await client.hear_until("audio", utterance_id="a")
            await client.say("text", utterance_id="a", text="ing", flush=True)
            await client.hear_until("timestamps", utterance_id="a")
            assert [work.request.text for work in service.works] == ["Well I am ", "thinking"]
            await client.say("start", utterance_id="b", max_buffer_delay_ms=None)
            await client.say("text", utterance_id="b", text="Well I am")
            await asyncio.sleep(0.2)
            assert len(service.works) == 2
            await client.say("flush", utterance_id="b")
            await client.hear_until("audio", utterance_id="b")

    run(talk())


def test_the_next_piece_is_made_while_the_first_is_sent() -> None:
    async def talk() -> None:
        service = FakeService(word_seconds=2.0, chunk_words=10)
        async with conversation(service) as client:
            await client.say("text", text="One. Two. ", flush=True)
            await client.hear_until("audio")
            await client.say("text", text="Three. ", flush=True)
            await asyncio.sleep(0.2)  # without reading
            assert [work.request.text for work in service.works] == ["One. Two. ", "Three. "]

    run(talk())


def test_audio_inside_json_in_another_format() -> None:
    async def talk() -> None:
        async with conversation(FakeService()) as client:
            await client.say("config", response_format="mp3", encoding="base64", timestamps=False)
            await client.say("text", text="Hello there", end=True)
            await client.hear_until("done")
        data = b"".join(base64.b64decode(event["audio"]) for event in client.of("audio"))
        assert data[:2] == b"\xff\xf3"  # MPEG-2 layer III
        assert sum(event["bytes"] for event in client.of("audio")) == len(data)
        assert not client.of("timestamps")

    run(talk())


def test_half_an_emoji_in_each_of_two_messages() -> None:
    async def talk() -> None:
        service = FakeService()
        async with conversation(service) as client:
            await client.websocket.send(r'{"type": "text", "text": "Good \ud83d"}')
            await client.websocket.send(r'{"type": "text", "text": "\ude00 day", "end": true}')
            done = await client.hear_until("done")
        assert service.last.request.text == "Good 😀 day"
        assert done["characters"] == 10

    run(talk())


def test_cancelling_stops_the_work_and_says_how_far_it_came() -> None:
    async def talk() -> None:
        service = FakeService(delay=0.02)
        text = "word " * 500
        async with conversation(service) as client:
            await client.say("text", utterance_id="a", text=text, flush=True)
            for _ in range(3):
                await client.hear_until("audio")
            begun = time.perf_counter()
            await client.say("cancel", utterance_id="a")
            await service.last.ended.wait()
            stopped_after = time.perf_counter() - begun
            cancelled = await client.hear_until("cancelled")
            assert service.last.ending in {"cancelled", "closed"}
            assert stopped_after < 0.1
            heard = len(client.samples("a")) / RATE
            assert cancelled["seconds"] == pytest.approx(heard, abs=0.05)  # the encoder holds 30 ms
            begun_words = [word for word in client.words("a") if word["start"] < heard]
            assert cancelled["characters"] in {word["span"][1] for word in begun_words[-2:]}
            await client.say("text", utterance_id="a", text="Too late. And")
            await client.say("text", utterance_id="b", text="On it goes", end=True)
            await client.hear_until("done", utterance_id="b")
            assert [
                event["utterance_id"] for event in client.events[client.events.index(cancelled) + 1 :]
            ].count("a") == 0

    run(talk())


def test_cancelling_everything() -> None:
    async def talk() -> None:
        service = FakeService(blocks_after=1)
        async with conversation(service) as client:
            for name in ("a", "b"):
                await client.say("text", utterance_id=name, text="one two three four five six", flush=True)
                await client.hear_until("audio", utterance_id=name)
            await client.say("cancel")
            await client.hear_until("cancelled", utterance_id="a")
            await client.hear_until("cancelled", utterance_id="b")
            await asyncio.gather(*(work.ended.wait() for work in service.works))
            await client.say("cancel")
            await client.hear_until("cancelled", utterance_id=None)

    run(talk())


def test_cancelling_before_anything_was_heard() -> None:
    async def talk() -> None:
        service = FakeService(blocks_after=0)
        async with conversation(service) as client:
            await client.say("text", text="one two three", flush=True)
            await until(lambda: service.works)
            await client.say("cancel")
            cancelled = await client.hear_until("cancelled")
            assert (cancelled["seconds"], cancelled["characters"]) == (0, 0)

    run(talk())


def test_utterances_side_by_side() -> None:
    async def talk() -> None:
        async with conversation(FakeService(delay=0.01)) as client:
            for name in ("a", "b", "c"):
                await client.say("text", utterance_id=name, text=f"{name} one two three four five", end=True)
            for _ in range(3):
                await client.hear_until("done")
        for name in ("a", "b", "c"):
            assert len(client.samples(name)) == 6 * 2_400
            assert client.words(name)[0]["text"] == name

    run(talk())


def test_without_ids_one_utterance_follows_the_other() -> None:
    async def talk() -> None:
        async with conversation(FakeService()) as client:
            for text in ("One.", "Two."):
                await client.say("text", text=text, end=True)
            first, second = await client.hear_until("done"), await client.hear_until("done")
            assert first["utterance_id"] != second["utterance_id"]

    run(talk())


@pytest.mark.parametrize(
    ("message", "code", "name"),
    [
        ("no json", "malformed_json", None),
        ('{"type": "text", "text": NaN}', "malformed_json", None),
        ("[" * 50_000, "malformed_json", None),
        ("1" * 5_000, "malformed_json", None),
        ("[]", "unknown_message", None),
        ("null", "unknown_message", None),
        ('{"type": "shout"}', "unknown_message", None),
        ('{"type": "text", "utterance_id": "a"}', "invalid_request", "a"),
        ('{"type": "text", "utterance_id": "a", "text": 5}', "invalid_request", "a"),
        ('{"type": "text", "text": "a", "utterance_id": "\\ud83d"}', "invalid_request", None),
        ('{"type": "flush", "utterance_id": "a"}', "unknown_utterance", "a"),
        ('{"type": "end"}', "unknown_utterance", None),
        ('{"type": "cancel", "utterance_id": "a"}', "unknown_utterance", "a"),
        ('{"type": "config", "speed": "fast"}', "invalid_request", None),
        ('{"type": "config", "sped": 1}', "invalid_request", None),
        ('{"type": "start", "utterance_id": "a", "voice": "nobody"}', "unknown_voice", "a"),
        ('{"type": "start", "utterance_id": "' + "a" * 65 + '"}', "invalid_request", None),
        ('{"type": "text", "text": "' + "a" * 70_000 + '"}', "message_too_large", None),
        ('{"type": "text", "utterance_id": "a", "text": "' + "a" * 2_000 + '"}', "too_large", "a"),
        (b"\x00\x01", "binary_message", None),
    ],
)
def test_what_cannot_be_followed_is_said_and_the_connection_stays(
    message: str | bytes, code: str, name: str | None
) -> None:
    async def talk() -> None:
        async with conversation(FakeService(), settings=ServerConfig(max_characters=1000)) as client:
            await client.websocket.send(message)
            error = await client.hear_until("error")
            assert error["error"]["code"] == code
            assert error["utterance_id"] == name
            assert error["error"]["message"]
            assert 400 <= error["status"] < 500
            await client.say("text", utterance_id="next", text="Hello", end=True)
            await client.hear_until("done", utterance_id="next")

    run(talk())


def test_there_are_only_so_many_utterances_at_a_time() -> None:
    async def talk() -> None:
        async with conversation(FakeService(), limits=StreamLimits(max_utterances=2)) as client:
            for name in ("a", "b", "c"):
                await client.say("start", utterance_id=name)
            error = await client.hear_until("error", utterance_id="c")
            assert error["error"]["code"] == "too_many_utterances"
            await client.say("start", utterance_id="a")
            assert (await client.hear_until("error"))["error"]["code"] == "utterance_exists"

    run(talk())


@pytest.mark.parametrize(
    ("failure", "code", "more"),
    [
        (EngineError("/secret/path is broken"), "engine", {"status": 500}),
        (QueueFullError("full", retry_after=3), "queue_full", {"status": 429, "retry_after": 3}),
        (ZeroDivisionError("a surprise"), "internal_error", {"status": 500}),
    ],
)
def test_an_utterance_that_fails_says_so_and_the_others_go_on(
    failure: Exception, code: str, more: dict[str, int]
) -> None:
    async def talk() -> None:
        service = FakeService(failure=failure, fails_after=1)
        async with conversation(service) as client:
            await client.say("text", utterance_id="a", text="one two three four five six", flush=True)
            error = await client.hear_until("error", utterance_id="a")
            assert error["error"]["code"] == code
            assert more.items() <= error.items()
            assert "secret" not in json.dumps(error)
            assert "surprise" not in json.dumps(error)
            assert error["seconds"] == pytest.approx(len(client.samples("a")) / RATE, abs=0.05)
            service.failure = None
            await client.say("text", utterance_id="b", text="seven", end=True)
            await client.hear_until("done", utterance_id="b")

    run(talk())


def test_nothing_is_added_to_a_text_that_is_complete() -> None:
    async def talk() -> None:
        service = FakeService(delay=0.1)
        async with conversation(service) as client:
            await client.say("text", utterance_id="a", text="One two", end=True)
            await client.say("text", utterance_id="a", text="three. Four")
            assert (await client.hear_until("error"))["error"]["code"] == "utterance_ended"
            assert (await client.hear_until("done"))["characters"] == 7

    run(talk())


def test_marks_and_emoji_alone_are_no_error() -> None:
    async def talk() -> None:
        async with conversation(FakeService()) as client:
            await client.say("text", text="😀!")
            await client.say("end")
            assert (await client.hear_until("done"))["seconds"] == 0

    run(talk())


def test_a_client_that_leaves_ends_its_work() -> None:
    async def talk() -> None:
        service = FakeService(delay=0.05)
        async with stream_address(service) as address, listening(address) as client:
            await client.say("text", text="word " * 500, flush=True)
            await client.hear_until("audio")
            client.websocket.transport.abort()
            begun = time.perf_counter()
            await service.last.ended.wait()
            assert time.perf_counter() - begun < 0.25
            assert service.last.given < 125

    run(talk())


def test_no_more_is_made_than_a_slow_client_takes() -> None:
    async def talk() -> None:
        service = FakeService(word_seconds=1.0, chunk_words=10)
        async with stream_address(service) as address, listening(address) as client:
            await client.say("text", text="word " * 300, flush=True)
            await asyncio.sleep(1.5)  # without reading
            stuck = service.last.given
            assert stuck < 25, "14 MB fit into no socket"
            await asyncio.sleep(0.3)
            assert service.last.given == stuck
            await client.say("end")
            await client.hear_until("done")
            assert len(client.samples("utterance-1")) == 300 * RATE

    run(talk())


def test_a_client_that_does_not_read_can_still_cancel() -> None:
    async def talk() -> None:
        service = FakeService(word_seconds=1.0, chunk_words=10)
        async with stream_address(service) as address, listening(address) as client:
            await client.say("text", text="word " * 300, flush=True)
            await asyncio.sleep(1.0)
            await client.say("cancel")
            await asyncio.wait_for(service.last.ended.wait(), 0.25)
            cancelled = await client.hear_until("cancelled")
            assert cancelled["seconds"] == pytest.approx(len(client.samples("utterance-1")) / RATE, abs=0.05)

    run(talk())


def test_a_client_that_does_not_read_is_dropped_in_the_end() -> None:
    async def talk() -> None:
        service = FakeService(word_seconds=1.0, chunk_words=10)
        settings = ServerConfig(send_timeout=0.3)
        async with (
            stream_address(service, settings=settings) as address,
            listening(address) as client,
        ):
            await client.say("text", text="word " * 300, flush=True)
            await until(lambda: service.works)
            await asyncio.wait_for(service.last.ended.wait(), 5)
            assert service.last.ending != "complete"

    run(talk())


def test_a_silent_connection_is_closed_with_a_reason() -> None:
    async def talk() -> None:
        async with conversation(FakeService(), limits=StreamLimits(idle_timeout=0.2)) as client:
            assert (await client.hear_until("error"))["error"]["code"] == "idle"
            with pytest.raises(ConnectionClosed) as closed:
                await client.hear()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == IDLE

    run(talk())


def test_a_key_among_the_subprotocols_is_never_answered() -> None:
    async def talk() -> None:
        offered = ["openai-insecure-api-key.secret", "declaim.v1"]
        async with stream_address(FakeService()) as address:
            async with listening(address, subprotocols=offered) as client:
                assert client.websocket.subprotocol == "declaim.v1"
            async with listening(address, subprotocols=offered[:1]) as client:
                assert client.websocket.subprotocol is None

    run(talk())


def test_the_example_of_the_documentation() -> None:
    async def talk() -> None:
        service = FakeService()
        page = Path(__file__).parents[3] / "docs" / "streaming.md"
        example = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
        async with stream_address(service) as address:
            example = example.replace("ws://127.0.0.1:8000/v1/audio/stream", address)
            await asyncio.to_thread(exec, example, {})
        assert "".join(work.request.text for work in service.works) == "Hello there. It costs 3.14 euros."

    run(talk())

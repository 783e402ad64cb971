"""From chunks to blocks: nothing lost, nothing late, everything closed."""

import asyncio
import struct
import threading
from collections.abc import AsyncGenerator, AsyncIterator

import numpy as np
import pytest

from declaim.audio.chunk import AudioChunk
from declaim.audio.encoder import encode_stream
from declaim.audio.formats import FORMATS
from declaim.errors import EngineError
from declaim.server.audio_blocks import AudioBlocks, with_wav_sizes
from declaim.server.delivery import EncodedChunk, SpokenStream, encoded, spoken_by
from declaim.server.service import SpeechRequest
from fake_service import FakeService

RATE = 24_000
TEXT = "One two three four, five six seven eight, nine."
PCM, WAV = FORMATS["pcm"], FORMATS["wav"]


async def collected(stream: AsyncIterator[bytes]) -> list[bytes]:
    return [block async for block in stream]


@pytest.mark.parametrize("form", ["mp3", "opus", "aac", "flac", "wav", "pcm"])
def test_blocks_are_the_stream_that_one_encoder_makes(form: str) -> None:
    service = FakeService()
    request = SpeechRequest(TEXT)
    blocks = asyncio.run(collected(AudioBlocks(spoken_by(service)(request, FORMATS[form]))))
    whole = encode_stream((chunk.samples for chunk in service.chunks(request)), FORMATS[form], RATE)
    assert b"".join(blocks) == b"".join(whole)
    assert all(blocks)


def test_the_length_is_known_with_the_first_block_of_a_short_text_only() -> None:
    async def lengths(text: str) -> list[int | None]:
        stream = AudioBlocks(spoken_by(FakeService())(SpeechRequest(text), WAV))
        return [stream.length async for _ in stream]

    assert asyncio.run(lengths("One two.")) == [44 + 2 * 4800]
    assert asyncio.run(lengths(TEXT)) == [None, None, 44 + 2 * 9 * 2400]


def test_every_block_comes_before_the_next_chunk_is_made() -> None:
    async def given() -> list[int]:
        service = FakeService()
        stream = AudioBlocks(spoken_by(service)(SpeechRequest(TEXT), PCM))
        return [service.last.given async for _ in stream]

    assert asyncio.run(given()) == [1, 2, 3]


def test_nothing_is_done_before_the_first_block() -> None:
    async def closed() -> int:
        service = FakeService()
        stream = AudioBlocks(spoken_by(service)(SpeechRequest(TEXT), PCM))
        await stream.aclose()
        return len(service.works)

    assert asyncio.run(closed()) == 0


def test_closing_between_blocks_ends_the_work() -> None:
    async def ending() -> str:
        service = FakeService()
        stream = AudioBlocks(spoken_by(service)(SpeechRequest(TEXT), PCM))
        await anext(aiter(stream))
        await stream.aclose()
        return service.last.ending

    assert asyncio.run(ending()) == "closed"


def test_encoding_keeps_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()

    class Watched:
        def __init__(self, *_: object) -> None:
            threads.add(threading.get_ident())

        def encode(self, _samples: object = None) -> bytes:
            threads.add(threading.get_ident())
            return b"x"

        close = encode

    monkeypatch.setattr("declaim.server.delivery.Encoder", Watched)
    asyncio.run(collected(AudioBlocks(spoken_by(FakeService())(SpeechRequest(TEXT), PCM))))
    assert threads
    assert threading.get_ident() not in threads


def _chunk(samples: float, span: tuple[int, int]) -> AudioChunk:
    return AudioChunk(np.full(RATE, samples, dtype=np.float32), RATE, span)


def _blocks(chunks: AsyncIterator[AudioChunk]) -> AudioBlocks:
    return AudioBlocks(SpokenStream(encoded(chunks, len(TEXT), WAV, RATE)))


def test_a_pause_at_the_beginning_is_no_audio_yet() -> None:
    async def pause_then_failure() -> AsyncGenerator[AudioChunk]:
        yield _chunk(0, (0, 5))
        raise EngineError("the model failed")

    with pytest.raises(EngineError):
        asyncio.run(collected(_blocks(pause_then_failure())))


def test_a_pause_at_the_beginning_comes_with_what_follows() -> None:
    async def pause_then_speech() -> AsyncGenerator[AudioChunk]:
        yield _chunk(0, (0, 5))
        yield _chunk(0.5, (5, 9))
        yield _chunk(0, (9, 12))

    async def chunks() -> list[EncodedChunk]:
        return [chunk async for chunk in encoded(pause_then_speech(), 100, PCM, RATE)]

    assert [chunk.seconds for chunk in asyncio.run(chunks())] == [2, 1, 0]


def test_a_stream_of_nothing_has_no_blocks() -> None:
    async def nothing() -> AsyncGenerator[AudioChunk]:
        return
        yield

    assert asyncio.run(collected(_blocks(nothing()))) == []


def test_what_exists_already_is_one_block_of_known_length() -> None:
    class Kept(SpokenStream):
        is_made = True

    async def kept() -> tuple[int, int | None]:
        chunks = FakeService().speak(SpeechRequest(TEXT))
        blocks = AudioBlocks(Kept(encoded(chunks, len(TEXT), WAV, RATE)))
        (whole,) = await collected(blocks)
        return len(whole), blocks.length

    assert asyncio.run(kept()) == (44 + 2 * 9 * 2400,) * 2


def test_wav_sizes() -> None:
    whole = b"".join(encode_stream([np.zeros(100, dtype=np.float32)], WAV, RATE))
    patched = with_wav_sizes(whole, len(whole))
    assert struct.unpack_from("<I", patched, 4) == (236,)
    assert struct.unpack_from("<I", patched, 40) == (200,)
    assert patched[44:] == whole[44:]
    assert with_wav_sizes(whole, 2**32 + 8) == whole

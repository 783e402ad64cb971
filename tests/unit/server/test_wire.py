import asyncio
import socket
import threading

import numpy as np
import pytest

from declaim.audio.chunk import AudioChunk
from declaim.server.workers.wire import packed, receive, receive_async, send
from declaim.timings import WordTiming

SAMPLES = np.arange(200_000, dtype=np.float32)
CHUNK = AudioChunk(SAMPLES, 24_000, (0, 5), (WordTiming("你好", (0, 2), 0.1, 0.5),))


def assert_same(found: AudioChunk) -> None:
    assert np.array_equal(found.samples, SAMPLES)
    assert (found.span, found.words, found.sample_rate) == (CHUNK.span, CHUNK.words, CHUNK.sample_rate)


def test_samples_are_sent_from_where_they_are() -> None:
    assert any(np.shares_memory(np.asarray(part), SAMPLES.view(np.uint8)) for part in packed(CHUNK)[1:])


def test_messages_cross_in_order() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=lambda: [send(theirs, each) for each in ("a", CHUNK, None)])
        sender.start()
        assert receive(ours) == "a"
        assert_same(receive(ours))
        assert receive(ours) is None
        sender.join()


def test_messages_cross_without_blocking() -> None:
    async def test() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            reader, writer = await asyncio.open_connection(sock=ours)
            await asyncio.gather(asyncio.to_thread(send, theirs, CHUNK), check(reader))
            theirs.close()
            with pytest.raises(EOFError):
                await receive_async(reader)
            writer.close()

    async def check(reader: asyncio.StreamReader) -> None:
        assert_same(await receive_async(reader))

    asyncio.run(test())


def test_an_end_in_the_middle_is_an_end() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(b"".join(packed("a message"))[:-3])
        with pytest.raises(EOFError):
            receive(ours)

import random

import pytest

from declaim.server.encoded_chunk import EncodedChunk, pack, unpack
from declaim.timings import WordTiming

STREAM = [
    EncodedChunk(b"", 0.5, (WordTiming("重庆", (0, 2), 0.1, 0.4), WordTiming("a\ud800", (2, 3), 0.4, 0.5))),
    EncodedChunk(bytes(range(256)), 1.25, ends_text=True),
    EncodedChunk(b"end"),
]


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(pack(STREAM)) == STREAM
    assert unpack(pack([])) == []


def test_whatever_is_damaged_is_refused() -> None:
    whole = pack(STREAM)
    chance = random.Random(1)
    for _ in range(200):
        at = chance.randrange(len(whole))
        damaged = whole[:at] + bytes([whole[at] ^ (1 + chance.randrange(255))]) + whole[at + 1 :]
        with pytest.raises(ValueError, match="kept stream"):
            unpack(damaged)
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="kept stream"):
            unpack(whole[:length])

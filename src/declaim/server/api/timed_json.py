"""Audio and words in one JSON object, written while the audio is made: no memory holds hours of speech."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from declaim.server.api.events import word_json
from declaim.server.delivery import SpeechStream, note_channel
from declaim.timings import WordTiming


async def timed_json(chunks: SpeechStream, about: Mapping[str, object]) -> AsyncGenerator[bytes]:
    """The object in blocks: what is known before, ``audio`` in base64, and what is known after it.

    Args:
        chunks: closed with this.
        about: the fields that come first; one at least.
    """
    words: list[WordTiming] = []
    channels: list[str] = []
    seconds, held = 0.0, b""
    before = json.dumps(about, ensure_ascii=False).encode().removesuffix(b"}") + b', "audio": "'
    async with aclosing(chunks):
        async for chunk in chunks:
            words += chunk.words
            note_channel(chunk, channels)
            seconds += chunk.seconds
            held += chunk.data
            if whole := len(held) // 3 * 3:  # base64 has 4 characters for 3 bytes
                yield before + base64.b64encode(held[:whole])
                before, held = b"", held[whole:]
    rest = {"words": [word_json(word) for word in words], "seconds": round(seconds, 3), "channels": channels}
    after = json.dumps(rest, ensure_ascii=False).encode().removeprefix(b"{")
    yield before + base64.b64encode(held) + b'", ' + after

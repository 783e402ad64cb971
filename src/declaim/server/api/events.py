"""Speech as server-sent events, as OpenAI defines them, with the times of the words beside the audio."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any, Final

from declaim.server.delivery import SpeechStream
from declaim.server.problems import Problem, log_failure, problem_of
from declaim.timings import WordTiming

MEDIA_TYPE: Final = "text/event-stream"
HEADERS: Final = {"Cache-Control": "no-cache"}

_PIECE: Final = 24_576
"""Bytes of audio in an event: 32 KiB in base64. Clients that read lines have limits, aiohttp 64 KiB."""


async def speech_events(chunks: SpeechStream, characters: int, request_id: str) -> AsyncGenerator[bytes]:
    """``speech.audio.delta`` as audio is made, then ``speech.audio.done``.

    A failure before the first event is raised. One that comes later is ``speech.audio.error``, and the last
    event: a client has been told 200 by then.

    Args:
        chunks: closed with this.
        characters: of the text.
        request_id: for the log.
    """
    has_begun = False
    seconds, channel = 0.0, ""
    words: list[WordTiming] = []
    try:
        async with aclosing(chunks):
            async for chunk in chunks:
                seconds += chunk.seconds
                words += chunk.words
                channel = chunk.channel or channel
                for event in _deltas(chunk.data, words, channel):
                    has_begun = True
                    yield event
        if words:
            yield _delta(b"", words, channel)
    except Exception as error:
        if not has_begun:
            raise
        problem = problem_of(error)
        log_failure(error, problem, request_id)
        yield broken_off(problem)
    else:
        yield _event("speech.audio.done", usage=_usage(characters, seconds))


def broken_off(problem: Problem) -> bytes:
    """The last event of speech that goes no further."""
    return _event("speech.audio.error", error=problem.openai_error())


def word_json(word: WordTiming) -> dict[str, Any]:
    """A word with its place in the text and when it is heard, to the millisecond."""
    return {"text": word.text, "span": word.span, "start": round(word.start, 3), "end": round(word.end, 3)}


def _deltas(data: bytes, words: list[WordTiming], channel: str) -> Iterator[bytes]:
    """Events for some audio, maybe none; the first takes the words that have waited for audio."""
    for start in range(0, len(data), _PIECE):
        yield _delta(data[start : start + _PIECE], words, channel)
        words.clear()


def _delta(data: bytes, words: list[WordTiming], channel: str) -> bytes:
    audio = base64.b64encode(data).decode()
    about = {"channel": channel} if channel else {}
    return _event("speech.audio.delta", audio=audio, words=[word_json(word) for word in words], **about)


def _usage(characters: int, seconds: float) -> dict[str, Any]:
    """OpenAI counts tokens, of which there are none here: a character is one, and so is 0.1 s of audio."""
    spoken = round(seconds * 10)
    return {
        "input_tokens": characters,
        "output_tokens": spoken,
        "total_tokens": characters + spoken,
        "characters": characters,
        "seconds": round(seconds, 3),
    }


def _event(name: str, **fields: object) -> bytes:
    return b"data: " + json.dumps({"type": name, **fields}, ensure_ascii=False).encode() + b"\n\n"

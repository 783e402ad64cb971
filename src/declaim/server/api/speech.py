"""``POST /v1/audio/speech``, as OpenAI has it, and the same with the times of the words."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaim.audio.formats import FORMATS
from declaim.server.api import events
from declaim.server.api.answers import audio_answer, first_block, speech_headers, streamed
from declaim.server.api.backend import TheBackend
from declaim.server.api.documentation import Responses, audio, problems
from declaim.server.api.timed_json import timed_json
from declaim.server.api.wishes import FormatName, Speaking, speech_request
from declaim.server.request_id import request_id_of

router = APIRouter(prefix="/v1/audio", tags=["speech"])


class TimedSpeechBody(Speaking):
    """A text and how it is to be spoken."""

    input: Annotated[str, Field(min_length=1)]
    """Plain text, Markdown or SSML."""
    model: Annotated[str, Field(max_length=200)] | None = None
    """Any name: there is one model. OpenAI's clients have to send one."""
    response_format: FormatName = "mp3"


class SpeechBody(TimedSpeechBody):
    """OpenAI's request, and what Declaim can do beyond it."""

    stream_format: Literal["audio", "sse"] = "audio"
    """The audio itself, or events with pieces of it; whatever the model is called."""


class Word(BaseModel):
    """A spoken word."""

    text: str
    """As it stands in the text."""
    span: tuple[int, int]
    """Where it stands there, in characters."""
    start: float
    """When it is heard, in seconds."""
    end: float


class TimedSpeech(BaseModel):
    """Audio, and when each word is heard in it."""

    format: FormatName
    mime_type: str
    sample_rate: int
    voice: str
    audio: Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]
    words: list[Word]
    seconds: float
    channels: list[str]
    """Who spoke, in the order in which each first did."""


_EXAMPLES: Final[dict[str, Any]] = {
    "OpenAI": {
        "summary": "What OpenAI's clients send",
        "value": {"model": "tts-1", "input": "Good morning.", "voice": "alloy"},
    },
    "Chinese": {
        "summary": "Chinese and English, sad and slow",
        "value": {
            "input": "今天天气真好,我们去 Central Park 散步吧。",
            "voice": "zf_xiaoxiao",
            "emotion": "sad:0.6",
            "speed": 0.9,
            "response_format": "wav",
        },
    },
    "events": {
        "summary": "Events with audio and words",
        "value": {"input": "Good morning.", "voice": "marin", "stream_format": "sse"},
    },
}
_TIMED: Final[Responses] = {200: {"model": TimedSpeech, "description": "The speech."}}
_SpeechBody = Annotated[SpeechBody, Body(openapi_examples=_EXAMPLES)]
_TimedBody = Annotated[
    TimedSpeechBody, Body(openapi_examples={name: _EXAMPLES[name] for name in ("OpenAI", "Chinese")})
]


@router.post("/speech", response_class=Response, responses=audio(events=True) | problems())
async def speech(body: _SpeechBody, backend: TheBackend, request: Request) -> Response:
    """Speak a text.

    The answer begins when there is something to hear, and goes on as the speech is made. If that fails after
    it has begun, the audio breaks off without the end of the HTTP message; events end with
    `speech.audio.error`.
    """
    asked = speech_request(body, body.input, backend, request)
    if body.stream_format == "audio":
        return await audio_answer(asked, body.response_format, body.headers(), backend, request)
    chunks = backend.speech(asked, FORMATS[body.response_format])
    stream = events.speech_events(chunks, len(asked.text), request_id_of(request.scope))
    first = await first_block(stream, request)
    headers = speech_headers(asked, body.response_format, backend) | body.headers() | dict(chunks.headers)
    return streamed(first, stream, events.MEDIA_TYPE, headers | events.HEADERS, backend)


@router.post(
    "/speech/timings",
    response_class=Response,
    responses=_TIMED | problems(),
)
async def timings(body: _TimedBody, backend: TheBackend, request: Request) -> Response:
    """Speak a text, and say when each of its words is heard.

    The JSON is sent as it is made: `audio` comes before `words`. If the making fails, it breaks off.
    """
    asked = speech_request(body, body.input, backend, request, soon=False)
    headers = speech_headers(asked, body.response_format, backend)
    audio_format = FORMATS[body.response_format]
    about = {
        "format": body.response_format,
        "mime_type": audio_format.mime_type,
        "sample_rate": int(headers["X-Declaim-Sample-Rate"]),
        "voice": asked.voice,
    }
    chunks = backend.speech(asked, audio_format)
    stream = timed_json(chunks, about)
    first = await first_block(stream, request)
    headers |= body.headers() | dict(chunks.headers)
    return streamed(first, stream, "application/json", headers, backend)

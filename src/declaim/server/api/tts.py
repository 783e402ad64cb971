"""``POST /tts``: the simple form, as clients of IndexTTS servers have it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request
from pydantic import Field
from starlette.responses import Response

from declaim.server.api.answers import audio_answer
from declaim.server.api.backend import TheBackend
from declaim.server.api.documentation import audio, problems
from declaim.server.api.wishes import FormatName, Speaking, Voice, speech_request

router = APIRouter(tags=["speech"])


class TtsBody(Speaking):
    """A text and how it is to be spoken."""

    text: Annotated[str, Field(min_length=1)]
    """Plain text, Markdown or SSML."""
    speaker: Voice | None = None
    """Another word for `voice`, which wins if both are given."""
    format: FormatName = "wav"


_EXAMPLE = {"text": "今天天气真好。", "speaker": "zf_xiaoxiao"}


@router.post("/tts", response_class=Response, responses=audio() | problems())
async def tts(
    body: Annotated[TtsBody, Body(examples=[_EXAMPLE])], backend: TheBackend, request: Request
) -> Response:
    """Speak a text. All of `POST /v1/audio/speech` but its events, with other names for two fields."""
    wish = body.model_copy(update={"voice": body.voice or body.speaker})
    asked = speech_request(wish, body.text, backend, request)
    return await audio_answer(asked, body.format, body.headers(), backend, request)

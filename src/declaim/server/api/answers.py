"""Answering with audio: nothing is promised before the first block exists."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from declaim.audio.formats import FORMATS
from declaim.errors import EngineError
from declaim.server.api.backend import Backend
from declaim.server.api.wishes import FormatName
from declaim.server.audio_blocks import AudioBlocks, with_wav_sizes
from declaim.server.sending import Blocks, StreamedResponse, unless_left
from declaim.server.service import SpeechRequest


async def audio_answer(
    speech: SpeechRequest, form: FormatName, headers: Mapping[str, str], backend: Backend, request: Request
) -> Response:
    """The bytes of the audio, as they are made.

    Raises:
        ClientLeftError: the client left before there was anything to hear.
        DeclaimError: there never was, see :meth:`SpeechService.speak`.
    """
    audio_format = FORMATS[form]
    stream = backend.speech(speech, audio_format)
    blocks = AudioBlocks(stream)
    first = await first_block(blocks, request)
    all_headers = speech_headers(speech, form, backend) | dict(headers) | dict(stream.headers)
    if blocks.length is not None and form == "wav":
        first = with_wav_sizes(first, blocks.length)
    all_headers["Content-Disposition"] = f'inline; filename="speech{audio_format.suffix}"'
    return streamed(first, blocks, audio_format.mime_type, all_headers, backend, length=blocks.length)


async def first_block(blocks: Blocks, request: Request) -> bytes:
    """Wait for the first block, as long as the client does.

    Raises:
        ClientLeftError: it has left; the work has ended.
        DeclaimError: there is none.
    """
    try:
        return await unless_left(request.receive, _next(blocks))
    except BaseException:
        await blocks.aclose()
        raise


def streamed(
    first: bytes,
    rest: Blocks,
    media_type: str,
    headers: Mapping[str, str],
    backend: Backend,
    *,
    length: int | None = None,
) -> StreamedResponse:
    """A response of blocks, with the service's limits; ``length`` is that of all of them, if it is known."""
    timeout = backend.settings.send_timeout
    headers = {"X-Accel-Buffering": "no", **headers}  # nginx would collect blocks, and hours of them on disk
    return StreamedResponse(
        first, rest, media_type=media_type, headers=headers, send_timeout=timeout, length=length
    )


def speech_headers(speech: SpeechRequest, form: FormatName, backend: Backend) -> dict[str, str]:
    """What every answer with audio says of it."""
    rate = FORMATS[form].rate_for(backend.service.sample_rate)
    return {"X-Declaim-Voice": speech.voice or "", "X-Declaim-Sample-Rate": str(rate)}


async def _next(blocks: Blocks) -> bytes:
    async for block in blocks:
        return block
    raise EngineError("the speech ended before it began")

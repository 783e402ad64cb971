"""``POST /v1/score``: how a text is read, without speaking it."""

from __future__ import annotations

from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field

from declaim.prosody.score import Score
from declaim.server.api.backend import TheBackend, client_of
from declaim.server.api.documentation import problems
from declaim.server.api.wishes import Reading, checked_length
from declaim.server.sending import unless_left
from declaim.server.service import ScoredSentence, SpeechRequest, SpeechService

router = APIRouter(prefix="/v1", tags=["prosody"])


class ScoreBody(Reading):
    """A text and how it is to be read."""

    input: Annotated[str, Field(min_length=1)]
    """Plain text, Markdown or SSML."""


class SentenceScore(BaseModel):
    """A sentence and its score."""

    text: str
    """As it stands in the text, markup included."""
    span: tuple[int, int]
    """Where it stands there, in characters."""
    voice: str | None
    """The voice that markup asks for."""
    score: Score


class Scores(BaseModel):
    """The scores of a text."""

    sentences: list[SentenceScore]


@router.post("/score", responses=problems())
async def score(
    body: Annotated[ScoreBody, Body(examples=[{"input": "I am so happy! 今天天气真好。"}])],
    backend: TheBackend,
    request: Request,
) -> Scores:
    """Read a text: the score of each of its sentences. What comes back can be sent as `score`."""
    asked = SpeechRequest(
        text=checked_length(body.input, backend),
        client=client_of(request),
        timeout=body.timeout or backend.settings.timeout,
        language=body.language,
        score=body.given_score(),
        expressiveness=body.expressiveness,
    )
    sentences = await unless_left(request.receive, _read(backend.service, asked))
    return Scores(
        sentences=[
            SentenceScore(text=each.text, span=each.span, voice=each.voice, score=each.score)
            for each in sentences
        ]
    )


async def _read(service: SpeechService, asked: SpeechRequest) -> list[ScoredSentence]:
    async with aclosing(service.read(asked)) as sentences:
        return [each async for each in sentences]

"""The application: routes, errors and documentation around a speech service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import Lifespan

import declaim
from declaim.config import Config
from declaim.errors import DeclaimError
from declaim.server.api import catalogue, health, score, tts
from declaim.server.api.backend import Backend
from declaim.server.api.documentation import PROBLEM_SCHEMA, SECURITY_SCHEME
from declaim.server.api.speech import router as speech_router
from declaim.server.delivery import SpeechSource, spoken_by
from declaim.server.problems import ClientLeftError, ProblemMiddleware, answer_with_problem
from declaim.server.request_id import RequestIdMiddleware
from declaim.server.service import SpeechService
from declaim.server.settings import ServerConfig

_DESCRIPTION: Final = """Reads Chinese, English and both in one sentence aloud.

OpenAI's clients work as they are, with this service as their `base_url`. Errors are problem details (RFC
9457) that carry OpenAI's `error` object too. Fields that are not known are ignored, because clients of other
services send some; the header `X-Declaim-Ignored` names them."""
_TAGS: Final = [
    {"name": "speech", "description": "Text in, audio out."},
    {"name": "prosody", "description": "How a text is read."},
    {"name": "books", "description": "Audiobooks, made in the background."},
    {"name": "catalogue", "description": "What there is to choose from."},
    {"name": "health", "description": "How the service is."},
]
_ROUTERS: Final = (speech_router, tts.router, score.router, catalogue.router, health.router)


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description of the routes, and what several of them refer to."""
        described = super().openapi()
        described["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        described["components"]["securitySchemes"] = {"key": SECURITY_SCHEME}
        described["security"] = [{}, {"key": []}]
        return described


def create_app(
    config: Config,
    service: SpeechService,
    settings: ServerConfig,
    *,
    speech: SpeechSource | None = None,
    middleware: Sequence[Middleware] = (),
    routers: Sequence[APIRouter] = (),
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """Put the interfaces around a service.

    Args:
        config: how to speak where a request does not say.
        service: who speaks.
        settings: limits.
        speech: gives the encoded speech of a request; a cache before the service. None: the service alone.
        middleware: what stands between every request and the routes, outermost first. Exceptions may leave
            it: they become answers.
        routers: more routes, which find the `Backend` in ``app.state.backend``.
        lifespan: what is to be done before the first and after the last request.
    """
    problems = Middleware(ProblemMiddleware)
    app = _Application(
        title="Declaim",
        summary="A speech service.",
        description=_DESCRIPTION,
        version=declaim.__version__,
        openapi_tags=_TAGS,
        docs_url=None,  # FastAPI's pages load their scripts from another host
        redoc_url=None,
        middleware=[Middleware(RequestIdMiddleware), problems, *middleware, problems],
        lifespan=lifespan,
    )
    app.state.backend = Backend(service, speech or spoken_by(service), config, settings)
    for kind in (DeclaimError, RequestValidationError, HTTPException, ClientLeftError):
        app.add_exception_handler(kind, answer_with_problem)
    for router in (*_ROUTERS, *routers):
        app.include_router(router)
    return app

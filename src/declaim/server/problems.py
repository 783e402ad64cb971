"""Errors as answers: problem details (RFC 9457) that OpenAI's clients can read as well."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from declaim.errors import (
    AuthenticationError,
    ConfigError,
    DeadlineError,
    DeclaimError,
    EngineError,
    InputError,
    ModelError,
    QueueFullError,
    StorageError,
    UnavailableError,
    UnknownVoiceError,
)
from declaim.server.request_id import request_id_of

logger = logging.getLogger(__name__)

_LONGEST: Final = 500
"""Characters of a message: what a client sent may be quoted in it, and may be huge."""
_RETRY_UNAVAILABLE: Final = 5
"""Seconds: a worker loads its models in less."""

_SPEAKS_FOR_ITSELF: Final = (InputError, QueueFullError, DeadlineError, UnavailableError, AuthenticationError)
"""Errors whose messages are about the request. Those of others may name files of the machine."""
_TOLD_INSTEAD: Final[Mapping[type[DeclaimError], str]] = {
    EngineError: "the speech could not be made",
    ModelError: "a model that is needed cannot be used now",
    StorageError: "the service cannot write what it has to",
    DeclaimError: "the service failed",
}
_OPENAI_TYPES: Final[Mapping[int, str]] = {401: "authentication_error", 429: "rate_limit_error"}


class ClientLeftError(Exception):
    """The client closed the connection before it had its answer."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with a request, as the client may know it."""

    status: int
    code: str
    """Stable, for programs: ``queue_full``."""
    detail: str
    hint: str = ""
    """What to do next."""
    param: str | None = None
    """The field of the request that is wrong."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def openai_error(self) -> dict[str, str | None]:
        """The object that OpenAI's clients look for under ``error``."""
        usual = "server_error" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
        kind = _OPENAI_TYPES.get(self.status, usual)
        message = f"{_clean(self.detail)}. {_clean(self.hint)}".rstrip(". ") + "."
        return {"message": message, "type": kind, "param": self.param, "code": self.code}

    def body(self, request_id: str) -> bytes:
        """JSON of the whole."""
        content: dict[str, Any] = {
            "type": f"urn:declaim:problem:{self.code.replace('_', '-')}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": _clean(self.detail),
        }
        if self.hint:
            content["hint"] = _clean(self.hint)
        content |= {"request_id": request_id, "error": self.openai_error()}
        return json.dumps(content, ensure_ascii=False).encode()


def problem_of(error: Exception) -> Problem:
    """What a client is told about any error."""
    match error:
        case DeclaimError():
            return _of_declaim(error)
        case RequestValidationError():
            return _of_validation(error)
        case HTTPException():
            return _of_http(error)
        case ClientLeftError():  # nginx's status for it: nobody receives it, the log has it
            return Problem(499, "client_left", "the client left before the answer")
        case _:
            return Problem(500, "internal_error", "the service failed", "Report the request id")


def problem_response(error: Exception, scope: Scope) -> Response:
    """The answer to a request that failed, which is logged if the service is at fault."""
    problem = problem_of(error)
    request_id = request_id_of(scope)
    log_failure(error, problem, request_id)
    return Response(
        problem.body(request_id), problem.status, problem.headers, media_type="application/problem+json"
    )


def log_failure(error: Exception, problem: Problem, request_id: str) -> None:
    """Log what the client is not told: why the service failed, the stack of a surprise, that it has left."""
    if problem.code == "internal_error":
        logger.error("request %s failed unexpectedly", request_id, exc_info=error)
    elif isinstance(error, DeclaimError) and not _may_be_told(error):
        logger.error("request %s failed: %s", request_id, error)
    elif isinstance(error, ClientLeftError):
        logger.info("request %s: %d, the client left", request_id, problem.status)


async def answer_with_problem(request: Request, error: Exception) -> Response:
    """FastAPI's exception handler for all errors that have one."""
    return problem_response(error, request.scope)


class ProblemMiddleware:
    """Turns every exception that comes out of an application into an answer, and lets none further.

    After the answer has begun there is nothing to turn it into: it is left incomplete, and the server closes
    the connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            response = problem_response(error, scope)
            if not has_begun:
                await response(scope, receive, send)


def _of_declaim(error: DeclaimError) -> Problem:
    code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    if isinstance(error, UnknownVoiceError):
        hint = "GET /v1/audio/voices lists them all"
        return Problem(error.http_status, code, str(error), hint, param="voice")
    if _may_be_told(error):
        return Problem(error.http_status, code, str(error), error.hint, headers=_retry_after(error))
    told = next(text for kind, text in _TOLD_INSTEAD.items() if isinstance(error, kind))
    return Problem(error.http_status, code, told, "See the service's log", headers=_retry_after(error))


def _may_be_told(error: DeclaimError) -> bool:
    return isinstance(error, _SPEAKS_FOR_ITSELF) and not isinstance(error, ConfigError)


def _retry_after(error: DeclaimError) -> dict[str, str]:
    if isinstance(error, QueueFullError):
        return {"Retry-After": str(max(1, error.retry_after))}
    if isinstance(error, AuthenticationError):
        return {"WWW-Authenticate": "Bearer"}
    return (
        {"Retry-After": str(_RETRY_UNAVAILABLE)}
        if error.http_status == HTTPStatus.SERVICE_UNAVAILABLE
        else {}
    )


def _of_validation(error: RequestValidationError) -> Problem:
    first: Mapping[str, Any] = error.errors()[0]
    if first["type"] == "json_invalid":
        return Problem(400, "malformed_body", f"the body is no JSON at character {first['loc'][-1]}")
    place = first["loc"][1:]
    param = _clean(str(place[0])) if place else None  # what follows names parts of our own types
    message = str(first["msg"]).removeprefix("Value error, ")
    if param is None:
        return Problem(422, "invalid_request", message, "Send a JSON object as application/json")
    return Problem(422, "invalid_request", f"{param}: {message}", param=param)


def _of_http(error: HTTPException) -> Problem:
    """Those that the framework raises: no such route or method, a body that cannot be decoded."""
    headers = error.headers or {}
    match error.status_code:
        case 400:
            return Problem(400, "malformed_body", "the body is no JSON in UTF-8, or nested too deeply")
        case 404:
            return Problem(404, "not_found", "there is nothing here", "/openapi.json lists what there is")
        case 405:
            return Problem(405, "method_not_allowed", "not with this method", headers=headers)
        case status:
            phrase = HTTPStatus(status).phrase
            return Problem(status, re.sub(r"\W+", "_", phrase).lower(), phrase, headers=headers)


def _clean(text: str) -> str:
    """Without lone surrogates, which UTF-8 has no bytes for, and not longer than a message should be."""
    whole = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return whole.encode("utf-8", "replace").decode()

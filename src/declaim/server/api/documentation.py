"""What OpenAPI says of the answers that are no models: audio, events and problems."""

from __future__ import annotations

from typing import Any, Final

from declaim.audio.formats import FORMATS
from declaim.server.api.events import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

SECURITY_SCHEME: Final = {"type": "http", "scheme": "bearer", "description": "If the service has keys."}

PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details (RFC 9457), and the same under `error` as OpenAI's clients expect it.",
    "required": ["type", "title", "status", "detail", "request_id", "error"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:declaim:problem:queue-full"]},
        "title": {"type": "string", "examples": ["Queue full"]},
        "status": {"type": "integer", "examples": [429]},
        "detail": {"type": "string", "examples": ["16 requests wait already"]},
        "hint": {"type": "string", "examples": ["Try again in 3 seconds."]},
        "request_id": {"type": "string"},
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string", "examples": ["rate_limit_error"]},
                "param": {"type": ["string", "null"]},
                "code": {"type": "string", "examples": ["queue_full"]},
            },
        },
    },
}

_PROBLEMS: Final = {
    400: "The body is no JSON.",
    401: "The service wants a key.",
    404: "No such voice.",
    413: "The body or the text is too large.",
    422: "A field is wrong; `error.param` names it.",
    429: "Too many wait already, or the client asks too often; see `Retry-After`.",
    500: "The speech could not be made.",
    503: "The service is starting or stopping; see `Retry-After`.",
    504: "There was nothing to hear in time.",
    507: "The service cannot write what it has to.",
}
_RETRY_AFTER: Final = {
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}
}
_HAVE_RETRY_AFTER: Final = (429, 503)


def problems(*statuses: int) -> Responses:
    """The answers with these statuses; all that a route with a body can give, by default."""
    return {
        status: {
            "description": description,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        | ({"headers": _RETRY_AFTER} if status in _HAVE_RETRY_AFTER else {})
        for status, description in _PROBLEMS.items()
        if not statuses or status in statuses
    }


def audio(*, events: bool = False) -> Responses:
    """The answer with audio in any of the formats, and with events if the route has them."""
    content: dict[str, Any] = {
        FORMATS[name].mime_type: {"schema": {"type": "string", "format": "binary"}}
        for name in ("mp3", "opus", "aac", "flac", "wav", "pcm")
    }
    if events:
        content[MEDIA_TYPE] = _EVENTS
    return {200: {"description": "The speech, sent as it is made.", "content": content, "headers": _HEADERS}}


_HEADERS: Final = {
    "X-Request-Id": {"description": "The request, in the log.", "schema": {"type": "string"}},
    "X-Declaim-Voice": {"description": "Who speaks.", "schema": {"type": "string"}},
    "X-Declaim-Sample-Rate": {"description": "Hz.", "schema": {"type": "integer"}},
    "X-Declaim-Speed": {
        "description": "The speed, where it is not the one that was asked for.",
        "schema": {"type": "number"},
    },
    "X-Declaim-Ignored": {
        "description": "Fields that were sent and are not known.",
        "schema": {"type": "string"},
    },
}


_BASE64: Final = {"type": "string", "contentEncoding": "base64"}
_WORDS: Final = {"type": "array", "items": {"$ref": "#/components/schemas/Word"}}
_ERROR: Final = {"$ref": "#/components/schemas/Problem/properties/error"}
_USAGE: Final = {
    "type": "object",
    "required": ["input_tokens", "output_tokens", "total_tokens", "characters", "seconds"],
    "properties": {
        "input_tokens": {"type": "integer", "description": "Characters of the text."},
        "output_tokens": {"type": "integer", "description": "Tenths of a second of audio."},
        "total_tokens": {"type": "integer"},
        "characters": {"type": "integer"},
        "seconds": {"type": "number"},
    },
}


def _event(name: str, **fields: dict[str, Any]) -> dict[str, Any]:
    properties = {"type": {"const": name}, **fields}
    return {"type": "object", "required": list(properties), "properties": properties}


_EVENTS: Final[dict[str, Any]] = {
    "itemSchema": {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {
                    "oneOf": [
                        _event("speech.audio.delta", audio=_BASE64, words=_WORDS),
                        _event("speech.audio.done", usage=_USAGE),
                        _event("speech.audio.error", error=_ERROR),
                    ]
                },
            }
        },
    },
    "example": 'data: {"type": "speech.audio.delta", "audio": "…", "words": '
    '[{"text": "Good", "span": [0, 4], "start": 0.0, "end": 0.21}]}\n\n'
    'data: {"type": "speech.audio.done", "usage": {"input_tokens": 13, "output_tokens": 9, '
    '"total_tokens": 22, "characters": 13, "seconds": 0.93}}\n\n',
}

"""What a client may say on the stream: JSON messages, each with a ``type``."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal, NoReturn, TypeAlias

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from declaim.server.api.wishes import FormatName, Speaking
from declaim.server.problems import Problem, problem_of

UtteranceId: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]


class RefusedError(Exception):
    """A message cannot be followed; the connection stays.

    Attributes:
        problem: what the client is told.
        utterance_id: of the utterance that it is about, if there is one.
    """

    def __init__(self, problem: Problem, utterance_id: str | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.utterance_id = utterance_id


class Options(Speaking):
    """How an utterance is spoken and sent."""

    model_config = ConfigDict(extra="forbid")

    response_format: FormatName = "pcm"
    """``pcm`` is raw signed 16-bit little-endian mono at the rate of the ``ready`` event."""
    encoding: Literal["binary", "base64"] = "binary"
    """Audio in a binary message behind its event, or inside it."""
    timestamps: bool = True
    """Whether to say when each word is heard."""
    max_buffer_delay_ms: Annotated[int, Field(ge=50, le=60_000)] | None = 1000
    """Milliseconds without text after which what was written is spoken up to its last clause, or word. Null
    waits for the end of the sentence."""

    def with_given(self, given: Options) -> Options:
        """These options, where those that ``given`` was made with take the place of these."""
        names = given.model_fields_set & Options.model_fields.keys()
        return self.model_copy(update={name: getattr(given, name) for name in names})


class ConfigMessage(Options):
    """Options of all utterances that are begun from now on."""

    type: Literal["config"]


class StartMessage(Options):
    """Begin an utterance, with options of its own. Text begins one too."""

    type: Literal["start"]
    utterance_id: UtteranceId | None = None


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")

    utterance_id: UtteranceId | None = None
    """None is the utterance that was begun last without an id."""


class TextMessage(_Message):
    """More of the text."""

    type: Literal["text"]
    text: Any
    """A string, which may end in half a surrogate pair: no such string is one to pydantic."""
    flush: bool = False
    end: bool = False

    @field_validator("text")
    @classmethod
    def _is_string(cls, value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("it is no string")  # noqa: TRY004 - pydantic's way to refuse a value
        return value


class FlushMessage(_Message):
    """Speak what was written, without waiting for more."""

    type: Literal["flush"]


class EndMessage(_Message):
    """The text is complete."""

    type: Literal["end"]


class CancelMessage(_Message):
    """Stop an utterance, or, without an id, all of them."""

    type: Literal["cancel"]


Message: TypeAlias = Annotated[
    ConfigMessage | StartMessage | TextMessage | FlushMessage | EndMessage | CancelMessage,
    Field(discriminator="type"),
]
_MESSAGES: Final[TypeAdapter[Message]] = TypeAdapter(Message)


def parse_message(written: str) -> Message:
    """A client's message.

    Raises:
        RefusedError: it is none, or says something that cannot be.
    """
    try:
        # Not pydantic's own parser: it takes no lone surrogates.
        content = json.loads(written, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        problem = Problem(400, "malformed_json", "the message is no JSON, or nested too deeply")
        raise RefusedError(problem) from error
    try:
        return _MESSAGES.validate_python(content)
    except ValidationError as error:
        raise RefusedError(_problem_with(error), _id_in(content)) from error


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def _problem_with(error: ValidationError) -> Problem:
    kind = error.errors()[0]["type"]
    if kind in ("union_tag_invalid", "union_tag_not_found", "model_attributes_type"):
        return Problem(422, "unknown_message", "the message has no type that is known", _TYPES_HINT, "type")
    return problem_of(RequestValidationError(error.errors(include_url=False, include_context=False)))


_TYPES_HINT: Final = "The types are config, start, text, flush, end and cancel"


def _id_in(content: object) -> str | None:
    """The id that a wrong message names, so that the client finds it by that."""
    named = content.get("utterance_id") if isinstance(content, dict) else None
    return named if isinstance(named, str) and len(named) <= 64 and named.isprintable() else None  # noqa: PLR2004

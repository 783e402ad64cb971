"""How a client wants a text to be spoken: the fields that several endpoints share."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import Request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from declaim.errors import OptionError, TooLargeError
from declaim.prosody.checked import limited
from declaim.prosody.emotion import EMOTIONS, Emotion
from declaim.prosody.prosody import Prosody
from declaim.prosody.score import Score
from declaim.server.api.backend import Backend, client_of
from declaim.server.service import SpeechRequest
from declaim.server.voices import voice_for

FormatName: TypeAlias = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
"""The formats that OpenAI has."""

SPEED_LIMITS: Final = (0.25, 4.0)
"""What OpenAI takes. Voices can be understood between 0.5 and 2, which is as far as Declaim goes."""
MAX_TIMEOUT: Final = 3600.0
_NAMES: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_MOST_NAMES: Final = 10


def _refused_by_name(value: object, handler: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 - any field
    """Let a field's own error be one of validation, so that the answer names the field."""
    try:
        return handler(value)
    except OptionError as error:
        raise ValueError(f"{error}; {error.hint}" if error.hint else str(error)) from error


def _emotion_of(value: object) -> object:
    return Emotion.parse(value) if isinstance(value, str) else value


_EMOTION_SCHEMA: Final = {
    "anyOf": [
        {"type": "string", "maxLength": 200, "examples": ["sad:0.6,calm:0.2"]},
        {
            "type": "object",
            "properties": {name: {"type": "number", "minimum": 0, "maximum": 1} for name in EMOTIONS},
            "additionalProperties": False,
        },
        {"type": "null"},
    ]
}

EmotionWish: TypeAlias = Annotated[
    Emotion | None,
    BeforeValidator(_emotion_of),
    WrapValidator(_refused_by_name),
    WithJsonSchema(_EMOTION_SCHEMA),
]
ScoreWish: TypeAlias = Annotated[Score | None, WrapValidator(_refused_by_name)]


class VoiceId(BaseModel):
    """OpenAI's other way to name a voice."""

    id: Annotated[str, Field(min_length=1, max_length=500)]


Voice: TypeAlias = Annotated[str, Field(min_length=1, max_length=500)] | VoiceId
"""A voice, a blend of voices, or one of OpenAI's names."""

Speed: TypeAlias = Annotated[
    float, Field(strict=True, ge=SPEED_LIMITS[0], le=SPEED_LIMITS[1], allow_inf_nan=False)
]


class Reading(BaseModel):
    """How a text is to be read. Fields that are not known are ignored, and named in ``X-Declaim-Ignored``."""

    model_config = ConfigDict(extra="allow")

    language: Literal["zh", "en"] | None = None
    """Of the text, where it cannot be told: numbers and symbols without words. Null to find out."""
    score: ScoreWish = None
    """Fields of the score of every sentence that are not to be read from the text."""
    emotion: EmotionWish = None
    """The score's emotion, for short: ``sad:0.6,calm:0.2``, or an object of weights."""
    instructions: Annotated[str, Field(max_length=4096)] | None = None
    """In words, how to say it: a hint, which ``score``, ``emotion`` and ``pitch`` overrule."""
    expressiveness: Annotated[float, Field(strict=True, ge=0, le=2, allow_inf_nan=False)] | None = None
    """How strongly the score is performed: 0 is the voice's own manner."""
    timeout: Annotated[float, Field(strict=True, gt=0, le=MAX_TIMEOUT, allow_inf_nan=False)] | None = None
    """Seconds until there must be something to hear; then 504."""

    def ignored(self) -> dict[str, str]:
        """The header that names what was sent and not understood, of such names as a header can hold."""
        names = [name for name in self.model_extra or {} if _NAMES.fullmatch(name)][:_MOST_NAMES]
        return {"X-Declaim-Ignored": ", ".join(names)} if names else {}

    def given_score(self) -> Score:
        """What is set of every sentence's score; of two that set the same field, the more explicit wins."""
        score = _understood(self.instructions) if self.instructions else Score()
        if self.score is not None:
            score = score.with_given(self.score)
        return score if self.emotion is None else score.with_given(Score(emotion=self.emotion))


class Speaking(Reading):
    """How a text is to be spoken."""

    voice: Voice | None = None
    """A voice of ``GET /v1/audio/voices``, a blend (``zf_xiaoxiao*0.7+zf_xiaoyi*0.3``), or one of OpenAI's
    names, which stands for a voice of the same gender in the language of the text."""
    speed: Speed | None = None
    """1 is the voice's own. OpenAI takes 0.25 to 4; below 0.5 and above 2 Declaim speaks at 0.5 and at 2, and
    the response's ``X-Declaim-Speed`` says so."""
    pitch: Annotated[float, Field(strict=True), limited("pitch")] | None = None
    """Semitones."""
    never_cloud: bool = False
    """The text does not leave the machine, even if the service may use channels elsewhere."""
    max_cost: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None = None
    """What the request may cost on channels that are paid for; the service's own limit stays."""

    @property
    def rate(self) -> float | None:
        """The speed as far as Declaim goes."""
        low, high = Prosody.LIMITS["rate"]
        return None if self.speed is None else min(max(self.speed, low), high)

    def headers(self) -> dict[str, str]:
        """What the response has to say of the fields."""
        changed = {"X-Declaim-Speed": f"{self.rate:g}"} if self.rate != self.speed else {}
        return changed | self.ignored()


def _understood(instructions: str) -> Score:
    from declaim.prosody.instructions import interpret_instructions  # noqa: PLC0415 - few requests have any

    return interpret_instructions(instructions)


def checked_length(text: str, backend: Backend) -> str:
    """The text, unless it is too long.

    Raises:
        TooLargeError: it has more characters than the service takes.
    """
    limit = backend.settings.max_characters
    if len(text) > limit:
        raise TooLargeError(
            f"the text has {len(text)} characters, more than {limit}", hint="Send it in several requests"
        )
    return text


def speech_request(
    wish: Speaking, text: str, backend: Backend, request: Request, *, soon: bool = True
) -> SpeechRequest:
    """What the service is asked for.

    Raises:
        InputError: the text is too long, or there is no such voice.
    """
    voice = wish.voice.id if isinstance(wish.voice, VoiceId) else wish.voice
    return SpeechRequest(
        text=checked_length(text, backend),
        client=client_of(request),
        timeout=wish.timeout or backend.settings.timeout,
        voice=voice_for(voice, text, wish.language, backend.config),
        language=wish.language,
        rate=wish.rate,
        pitch=wish.pitch,
        score=wish.given_score(),
        expressiveness=wish.expressiveness,
        soon=soon,
        never_cloud=wish.never_cloud,
        max_cost=wish.max_cost,
    )

"""What there is to choose from: models, voices, formats, languages, limits."""

from __future__ import annotations

from typing import Final, Literal, get_args

from fastapi import APIRouter
from pydantic import BaseModel

import declaim
from declaim.audio.formats import FORMATS
from declaim.channels.breaker import BreakerState
from declaim.engines.voices import VOICES
from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.prosody import Prosody
from declaim.server.api.backend import Backend, TheBackend
from declaim.server.api.documentation import problems
from declaim.server.api.wishes import MAX_TIMEOUT, SPEED_LIMITS, FormatName
from declaim.server.voices import OPENAI_VOICES
from declaim.text.sentence import Language

router = APIRouter(prefix="/v1", tags=["catalogue"], responses=problems(401, 429))

_LANGUAGE_NAMES: Final[dict[Language, str]] = {"zh": "Chinese", "en": "English"}


class Model(BaseModel):
    """A model, as OpenAI lists it."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class Models(BaseModel):
    """All models, as OpenAI lists them."""

    object: Literal["list"] = "list"
    data: list[Model]


class VoiceOffer(BaseModel):
    """A voice."""

    id: str
    name: str
    language: str
    """BCP 47 tag of its native language."""
    language_name: str
    gender: str
    speaks: list[Language]
    """What it can be given to say."""
    aliases: dict[Language, list[str]]
    """OpenAI's names for it, by the language of the text."""


class Voices(BaseModel):
    """All voices, those that are native in Chinese or English first."""

    voices: list[VoiceOffer]


class FormatOffer(BaseModel):
    """An audio format."""

    name: FormatName
    mime_type: str
    sample_rate: int


class LanguageOffer(BaseModel):
    """A language."""

    code: Language
    name: str


class Limits(BaseModel):
    """What a request may be."""

    characters: int
    body_bytes: int
    timeout: float
    """Seconds until there must be something to hear, if a request does not say."""
    longest_timeout: float
    waiting_requests: int


class Range(BaseModel):
    """From lowest to highest, and what is meant by nothing."""

    minimum: float
    maximum: float
    default: float


class ChannelOffer(BaseModel):
    """Who may speak."""

    name: str
    state: BreakerState
    """`open`: it failed, and is left alone for a while. `half-open`: it is tried again."""


class Capabilities(BaseModel):
    """What the service can do."""

    version: str
    sample_rate: int
    """Of the voices, in Hz."""
    formats: list[FormatOffer]
    stream_formats: list[str]
    languages: list[LanguageOffer]
    emotions: list[str]
    ranges: dict[str, Range]
    """Of the numbers in a request; `speed` is taken from `accepted_speed` and spoken within its range."""
    accepted_speed: tuple[float, float]
    limits: Limits
    channels: list[ChannelOffer]
    """The main one first."""


@router.get("/models")
async def models() -> Models:
    """The one model there is. Requests may name any."""
    return Models(data=[Model(id="declaim", created=0, owned_by="declaim")])


@router.get("/audio/voices")
async def voices() -> Voices:
    """Who can speak. Every voice speaks Chinese and English, with the accent of its own language."""
    native = sorted(VOICES.values(), key=lambda voice: voice.language[:2] not in _LANGUAGE_NAMES)
    return Voices(
        voices=[
            VoiceOffer(
                id=voice.name,
                name=voice.name,
                language=voice.language,
                language_name=voice.language_name,
                gender=voice.gender,
                speaks=list(_LANGUAGE_NAMES),
                aliases=_aliases(voice.name),
            )
            for voice in native
        ]
    )


@router.get("/capabilities")
async def capabilities(backend: TheBackend) -> Capabilities:
    """Formats, languages, emotions, ranges, limits and channels."""
    rate = backend.service.sample_rate
    return Capabilities(
        version=declaim.__version__,
        sample_rate=rate,
        formats=[
            FormatOffer(
                name=name, mime_type=FORMATS[name].mime_type, sample_rate=FORMATS[name].rate_for(rate)
            )
            for name in get_args(FormatName)
        ],
        stream_formats=["audio", "sse"],
        languages=[LanguageOffer(code=code, name=name) for code, name in _LANGUAGE_NAMES.items()],
        emotions=list(EMOTIONS),
        ranges=_ranges(backend),
        accepted_speed=SPEED_LIMITS,
        limits=_limits(backend),
        channels=[
            ChannelOffer(name=channel.name, state=channel.state)
            for channel in backend.service.state().channels
        ],
    )


def _aliases(name: str) -> dict[Language, list[str]]:
    return {
        language: aliases
        for language in _LANGUAGE_NAMES
        if (aliases := [alias for alias, named in OPENAI_VOICES.items() if named[language] == name])
    }


def _ranges(backend: Backend) -> dict[str, Range]:
    """What the service says when a request says nothing is the configuration's."""
    config, limits = backend.config, Prosody.LIMITS
    defaults = {"speed": config.rate, "pitch": config.pitch}
    return {
        name: Range(minimum=low, maximum=high, default=defaults[name])
        for name, (low, high) in {"speed": limits["rate"], "pitch": limits["pitch"]}.items()
    } | {"expressiveness": Range(minimum=0, maximum=2, default=config.expressiveness)}


def _limits(backend: Backend) -> Limits:
    settings = backend.settings
    return Limits(
        characters=settings.max_characters,
        body_bytes=settings.max_body,
        timeout=settings.timeout,
        longest_timeout=MAX_TIMEOUT,
        waiting_requests=settings.queue_limit,
    )

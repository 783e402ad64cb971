"""What a show is: its speakers, music and manner, and where it is published."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, model_validator

from declaim.engines.voices import parse_blend
from declaim.errors import UnknownVoiceError
from declaim.prosody.checked import limited

_Line = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\n\r]+$")]
_Text = Annotated[str, Field(max_length=20_000)]
_Address = Annotated[HttpUrl, Field(strict=False)]
_Seconds = Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)]


def _known_voice(voice: str) -> str:
    try:
        parse_blend(voice)
    except UnknownVoiceError as error:
        raise ValueError(f"{error}; {error.hint}" if error.hint else str(error)) from error
    return voice


def _file_alone(given: object) -> object:
    """``intro: jingle.mp3`` is short for ``intro: {file: jingle.mp3}``."""
    return {"file": given} if isinstance(given, str) else given


def _voice_alone(given: object) -> object:
    """``Anna: af_heart`` is short for ``Anna: {voice: af_heart}``; ``Anna:`` alone leaves all open."""
    if given is None:
        return {}
    return {"voice": given} if isinstance(given, str) else given


def _place(given: object) -> object:
    """Files are written as text."""
    return Path(given) if isinstance(given, str) and given.strip() else given


FileName = Annotated[Path, BeforeValidator(_place)]
"""Relative to the show's own file."""
Voice = Annotated[str, AfterValidator(_known_voice)]
"""A name from ``declaim voices`` or a blend."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Speaker(_Strict):
    """Somebody who speaks."""

    voice: Voice | None = None
    """None: one is chosen, see :mod:`declaim.studio.podcast.voices`."""
    aliases: Annotated[tuple[_Line, ...], Field(strict=False)] = ()
    """Other names that the script has for them."""
    gain: Annotated[float, Field(ge=-20, le=12, allow_inf_nan=False)] = 0.0
    """dB, on top of the loudness that all speakers are brought to."""
    pan: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] | None = None
    """-1 (left) to 1 (right) of a stereo episode; None: a place beside the others'."""
    expressiveness: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    """How strongly emotion is performed; None is the configuration's."""
    rate: Annotated[float, limited("rate")] | None = None
    """Speaking rate; None leaves it to the voice and the text."""


class Music(_Strict):
    """A piece of music. Levels are relative to the speakers' loudness."""

    file: FileName
    """Any audio file that FFmpeg reads."""
    level: Annotated[float, Field(ge=-60, le=12, allow_inf_nan=False)] = -4.0
    """dB: its loudness where nobody speaks."""
    duck: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 16.0
    """dB by which it is turned down while somebody speaks."""
    lead: _Seconds = 5.0
    """Seconds before the first word of an intro, and after the last of an outro, that are its own."""
    length: _Seconds = 15.0
    """Seconds of it that are heard at most, those under the speech included."""
    fade_in: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 0.05
    """Seconds."""
    fade_out: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 3.0
    """Seconds."""


class Bed(_Strict):
    """Music under all of the speech; it begins again when it ends."""

    file: FileName
    level: Annotated[float, Field(ge=-60, le=12, allow_inf_nan=False)] = -14.0
    """dB: its loudness where nobody speaks, relative to the speakers'."""
    duck: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 8.0
    """dB by which it is turned down while somebody speaks."""
    fade_in: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 2.0
    fade_out: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 4.0


class Gaps(_Strict):
    """Silences."""

    turn: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = 1.0
    """How long the gaps between turns are, as a multiple of natural ones."""
    section: _Seconds = 1.6
    """Seconds between sections."""
    ending: _Seconds = 0.6
    """Seconds behind the last word, where there is no outro."""


class Publication(_Strict):
    """What an entry of a feed says beside the show's own fields."""

    url: _Address | None = None
    """Where the files will lie: the address of their folder."""
    guid: _Line | None = None
    """The entry's lasting name; None makes one from the podcast's name and the number, else the title."""
    date: Annotated[dt.datetime | dt.date | None, Field(union_mode="left_to_right")] = None
    """When it is published; without an offset in UTC."""
    season: Annotated[int, Field(ge=1)] | None = None
    episode: Annotated[int, Field(ge=1)] | None = None
    kind: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool = False
    link: _Address | None = None
    """The episode's page, or for ``feed`` the podcast's."""
    image: _Address | None = None
    category: _Line | None = None
    """One of Apple's categories; of a whole feed only."""
    feed: bool = False
    """Write a whole feed with this one entry instead of the entry."""


class Show(_Strict):
    """An episode, as its file describes it. Unknown keys are errors."""

    title: _Line
    """Of the episode."""
    podcast: _Line | None = None
    """The series that it belongs to."""
    description: _Text = ""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    """A BCP 47 tag; None: what most of the script is in."""
    author: Annotated[str, Field(max_length=500)] = ""
    speakers: dict[_Line, Annotated[Speaker, BeforeValidator(_voice_alone)]] = Field(default_factory=dict)
    script: Annotated[str, Field(min_length=1)] | None = None
    """The script itself."""
    script_file: FileName | None = None
    """A UTF-8 file with it; give one of both."""
    intro: Annotated[Music, BeforeValidator(_file_alone)] | None = None
    outro: Annotated[Music, BeforeValidator(_file_alone)] | None = None
    bed: Annotated[Bed, BeforeValidator(_file_alone)] | None = None
    gaps: Gaps = Gaps()
    overlap: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    """Seconds, at most, by which an interjection or an interruption begins before the other has ended."""
    stereo: bool = False
    """Whether speakers sit side by side and music is in stereo."""
    cover: FileName | None = None
    """A JPEG or PNG."""
    publication: Publication = Publication()

    @model_validator(mode="after")
    def _has_a_script(self) -> Show:
        if (self.script is None) == (self.script_file is None):
            raise ValueError("give one of `script` and `script_file`")
        return self

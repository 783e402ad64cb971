"""What can be asked of a book that is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from declaim.errors import OptionError
from declaim.server.settings import comma_separated

BookFormat: TypeAlias = Literal["m4b", "mp3", "opus", "flac"]
"""``m4b`` is one file, the others are one for each chapter."""
SubtitleName: TypeAlias = Literal["srt", "vtt", "lrc"]


class BookOptions(BaseModel):
    """How a book is to be made. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    voice: Annotated[str, Field(max_length=500)] = ""
    """The narrator's: a name or a blend. Empty: the configuration's, or one for the book's language."""
    formats: Annotated[tuple[BookFormat, ...], BeforeValidator(comma_separated), Field(min_length=1)] = (
        "m4b",
    )
    """What is written."""
    subtitles: Annotated[tuple[SubtitleName, ...], BeforeValidator(comma_separated)] = ()
    """Beside each audio file."""
    read_along: bool = False
    """An EPUB in which each sentence is marked while it is heard."""
    dialogue: bool = True
    """Whether characters have voices of their own; else all is the narrator's."""
    cast: Annotated[str, Field(max_length=200_000)] = ""
    """A cast file's content: who speaks with which voice. Empty: as is suggested."""
    expressiveness: Annotated[float, Field(ge=0, le=2)] | None = None
    """How strongly the text's emotion is performed; None is the configuration's."""
    loudness: Annotated[float, Field(ge=-40, le=-6)] | None = -19.0
    """LUFS of the whole book; None leaves the level."""

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read options from JSON; nothing is the defaults.

        Raises:
            OptionError: no JSON, an unknown key, or a value that cannot be.
        """
        try:
            return cls.model_validate_json(written or "{}")
        except ValidationError as error:
            raise wrong_option(error) from error

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """Options by name.

        Raises:
            OptionError: a value cannot be.
        """
        try:
            return cls.model_validate(dict(given))
        except ValidationError as error:
            raise wrong_option(error) from error


def wrong_option(error: ValidationError) -> OptionError:
    """The error to be raised for options that are not as they should be."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return OptionError(f"an option is wrong: {f'{place}: ' if place else ''}{first['msg']}")

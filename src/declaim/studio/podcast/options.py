"""What can be asked of an episode that a service makes of a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from declaim.studio.jobs.options import wrong_option
from declaim.studio.podcast.show import Voice


class PodcastOptions(BaseModel):
    """How an episode is to be made. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    voices: Annotated[dict[str, Annotated[Voice, Field(max_length=500)]], Field(max_length=200)] = Field(
        default_factory=dict
    )
    """By speaker, a name or a blend; whoever is not named has the show's voice, or one that fits. The speaker
    of a script that names nobody is empty."""
    stereo: bool | None = None
    """Speakers side by side; None is as the show says, which usually is no."""

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """Options by name.

        Raises:
            OptionError: an unknown key, or a value that cannot be.
        """
        try:
            return cls.model_validate(dict(given))
        except ValidationError as error:
            raise wrong_option(error) from error

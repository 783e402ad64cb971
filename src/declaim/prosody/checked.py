"""Values that users write: frozen, without unknown fields, and refused with an error of this package."""

from __future__ import annotations

from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from declaim.errors import OptionError
from declaim.prosody.prosody import Prosody


def limited(name: str) -> object:
    """The range of one of :class:`Prosody`'s fields, for a field of the same meaning."""
    low, high = Prosody.LIMITS[name]
    return Field(ge=low, le=high, allow_inf_nan=False)


class Checked(BaseModel):
    """A model of such values.

    Raises:
        OptionError: an unknown field, or a value that is out of range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _refuse(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401 - anything
        try:
            return handler(given)
        except ValidationError as error:
            name = cls.__name__.lower()
            problems = "; ".join(
                f"{'.'.join(map(str, each['loc'])) or name}: {each['msg']}" for each in error.errors()
            )
            raise OptionError(f"the {name} is wrong: {problems}") from error

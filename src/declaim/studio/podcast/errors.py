"""What can be wrong with a podcast, beside what :mod:`declaim.errors` knows."""

from __future__ import annotations

from declaim.errors import InputError


class PodcastError(InputError):
    """A podcast cannot be made as asked; its subclasses say why."""


class ShowError(PodcastError):
    """The show's file is not what it should be.

    Attributes:
        line: 1-based line of that file, or None where its format does not tell.
    """

    def __init__(self, message: str, *, line: int | None = None, hint: str = "") -> None:
        super().__init__(message if line is None else f"line {line}: {message}", hint=hint)
        self.line = line


class ScriptError(PodcastError):
    """A line of a script cannot be understood, or there is nothing in it to say.

    Attributes:
        line: 1-based line of the script, or None if it is about the whole.
    """

    def __init__(self, message: str, *, line: int | None = None, hint: str = "") -> None:
        super().__init__(message if line is None else f"line {line} of the script: {message}", hint=hint)
        self.line = line


class MusicError(PodcastError):
    """A music file is not there, or nothing in it can be played."""

"""Who speaks: the recording for each of the voices that a request may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from declaim.engines.voices import VOICES, parse_blend
from declaim.errors import ConfigError, UnknownVoiceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT = "default"
_LETTERS = 2
"""At the beginning of a voice's name: its language and its gender."""
_KINDS = {name[:_LETTERS] for name in VOICES} | {voice.gender for voice in VOICES.values()} | {DEFAULT}


class Cast:
    """Recordings by voice.

    Args:
        recordings: by a voice's name, the first two letters of several, ``female``, ``male`` or ``default``.

    Raises:
        ConfigError: there is none, a key is no voice, or a file is missing.
    """

    def __init__(self, recordings: Mapping[str, Path]) -> None:
        if not recordings:
            raise ConfigError(
                "indextts has no voice",
                hint="Set engines.indextts.voices, such as {default = '/recordings/me.wav'}.",
            )
        unknown = sorted(recordings.keys() - VOICES.keys() - _KINDS)
        if unknown:
            raise ConfigError(
                f"engines.indextts.voices: {', '.join(unknown)} is no voice",
                hint=f"Besides the names of voices there are {', '.join(sorted(_KINDS))}.",
            )
        missing = sorted({str(path) for path in recordings.values() if not path.is_file()})
        if missing:
            raise ConfigError(f"engines.indextts.voices: there is no file {', '.join(missing)}")
        self._recordings = recordings

    def recording(self, voice: str) -> Path:
        """The recording for a voice; of a blend, for the voice that has most of it.

        Raises:
            UnknownVoiceError: there is no such voice, or no recording for it.
        """
        weights = parse_blend(voice)
        name = max(weights, key=weights.__getitem__)
        for key in (name, name[:_LETTERS], VOICES[name].gender, DEFAULT):
            if key in self._recordings:
                return self._recordings[key]
        raise UnknownVoiceError(
            f"indextts has no recording for {name}",
            hint=f"Add {name}, {VOICES[name].gender} or {DEFAULT} to engines.indextts.voices.",
        )

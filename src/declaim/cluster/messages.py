"""What an engine's process answers while it says a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from declaim.audio.chunk import AudioChunk
from declaim.errors import DeclaimError
from declaim.stopwatch import StageName


@dataclass(frozen=True, slots=True)
class Begun:
    """The sentence is no longer waiting: work on its first chunk begins."""


@dataclass(frozen=True, slots=True)
class Made:
    """A chunk; work on the next one begins."""

    chunk: AudioChunk
    seconds: float
    """That it took."""
    stages: Mapping[StageName, float] = field(default_factory=dict)
    """Of these seconds, those of each stage."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be said; nothing follows. Sent, not raised: Ray wraps what is raised in other types."""

    error: DeclaimError


Answer: TypeAlias = Begun | Made | Failed

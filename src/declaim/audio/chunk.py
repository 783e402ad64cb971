"""What a synthesizer gives: a piece of audio and what is said in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from declaim.text.sentence import Span
    from declaim.timings import WordTiming


@dataclass(frozen=True, slots=True, eq=False)
class AudioChunk:
    """One or more clauses of speech."""

    samples: NDArray[np.float32]
    """Mono, full scale = 1; not limited: peaks may lie beyond it until they are played or encoded."""
    sample_rate: int
    """In Hz."""
    span: Span
    """Where the words stand in the user's text; the spans of all chunks tile it. Some may be empty: when a
    number is said in several clauses, the first of them has all of its characters."""
    words: tuple[WordTiming, ...] = ()
    """When each word is heard, in seconds from the beginning of the first chunk."""
    channel: str = ""
    """Who spoke it; empty where there is no choice."""
    is_makeshift: bool = False
    """Whether an understudy spoke it, or it was read with less care than is usual."""

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return len(self.samples) / self.sample_rate

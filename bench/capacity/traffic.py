"""Who asks for what: sentences as they were measured, and listeners who ask for one thing after the other."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, as an idle node of one core speaks it, with all that a request costs there beside."""

    text: str
    voice: str
    first: float
    """Seconds until something of it can be heard."""
    work: float
    """Seconds until all of it has been made."""
    audio: float
    """Seconds of speech."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a listener."""

    pause: float
    """Seconds between the end of the one before and this."""
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Habit:
    """How a listener asks.

    Args:
        sentences: of one request.
        pause: mean seconds between a request's end and the next request, distributed exponentially.
        listens: the next pause begins when all has been heard; otherwise when all has been received.
        spread: seconds over which listeners begin, which all would at once otherwise.
    """

    sentences: int = 1
    pause: float = 0.0
    listens: bool = False
    spread: float = 0.0

    def requests(self, spoken: Sequence[Sentence], seed: int) -> Iterator[Request]:
        """What one listener asks for, without end; the same for the same seed."""
        choose = random.Random(seed)  # noqa: S311 - nothing secret
        by_voice = [
            [one for one in spoken if one.voice == voice] for voice in sorted({s.voice for s in spoken})
        ]
        late = choose.uniform(0, self.spread)
        while True:
            pause = late + (choose.expovariate(1 / self.pause) if self.pause else 0.0)
            yield Request(pause, tuple(choose.choices(choose.choice(by_voice), k=self.sentences)))
            late = 0.0

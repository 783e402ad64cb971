"""How far a job is, how fast, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_LEAST_KNOWN: Final = 20.0
"""Estimated seconds of speech that must have been made before a speed is told."""


@dataclass(slots=True)
class ChapterProgress:
    """A chapter's.

    Attributes:
        title: its name.
        expected: seconds of speech that its text was estimated at.
        done: of these, those that have been spoken.
        seconds: of audio, in fact.
        sentences: spoken.
    """

    title: str
    expected: float
    done: float = 0.0
    seconds: float = 0.0
    sentences: int = 0

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.done / self.expected) if self.expected else 1.0


@dataclass(slots=True)
class Progress:
    """A whole job's.

    The time left is the speech left, estimated by its characters, times what a second of such an estimate
    has cost this run since its first sentence was there: what comes before that is paid once, and of a short
    book it is much. Sentences that were there already cost nothing and tell nothing; neither does the time
    in which the job is paused.

    Args:
        chapters: in order.
        clock: seconds, from any beginning.
    """

    chapters: Sequence[ChapterProgress]
    clock: Callable[[], float] = time.monotonic
    made: float = 0.0
    """Of the estimate, what was spoken in this run."""
    made_seconds: float = 0.0
    """Of audio, in this run."""
    _first: tuple[float, float] | None = None
    """Seconds worked, and ``made``, when the first sentence of this run was there."""
    _worked: float = 0.0
    _since: float | None = field(default=None)

    def start(self) -> None:
        """Work begins, or goes on after a pause."""
        if self._since is None:
            self._since = self.clock()

    def stop(self) -> None:
        """Work pauses or ends."""
        self._worked, self._since = self.worked, None

    @property
    def worked(self) -> float:
        """Seconds of this run, without pauses."""
        return self._worked + (0.0 if self._since is None else self.clock() - self._since)

    def sentence(self, chapter: int, expected: float, seconds: float, *, is_known: bool) -> None:
        """A sentence has its take.

        Args:
            chapter: index.
            expected: the estimate of its text.
            seconds: of audio.
            is_known: whether it was there already.
        """
        at = self.chapters[chapter]
        at.done += expected
        at.seconds += seconds
        at.sentences += 1
        if not is_known:
            self.made += expected
            self.made_seconds += seconds
            self._first = self._first or (self.worked, self.made)

    @property
    def expected(self) -> float:
        """Estimated seconds of speech in all."""
        return sum(chapter.expected for chapter in self.chapters)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        whole = self.expected
        if not whole:
            return 1.0 if self.chapters else 0.0  # what is in the book is not known at first
        return sum(min(chapter.done, chapter.expected) for chapter in self.chapters) / whole

    @property
    def seconds(self) -> float:
        """Of audio, so far."""
        return sum(chapter.seconds for chapter in self.chapters)

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of work for a second of audio; None while too little is known."""
        return self.worked / self.made_seconds if self.made >= _LEAST_KNOWN else None

    @property
    def left(self) -> float | None:
        """Seconds until all is spoken; None while too little is known."""
        if self.made < _LEAST_KNOWN:
            return None
        to_do = sum(max(0.0, chapter.expected - chapter.done) for chapter in self.chapters)
        worked, made = self._first or (0.0, 0.0)
        if self.made - made < _LEAST_KNOWN / 2:  # a long first sentence
            worked, made = 0.0, 0.0
        return to_do * (self.worked - worked) / (self.made - made)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        left, factor = self.left, self.real_time_factor
        return {
            "share": round(self.share, 4),
            "sentences": sum(chapter.sentences for chapter in self.chapters),
            "seconds": round(self.seconds, 2),
            "real_time_factor": None if factor is None else round(factor, 3),
            "seconds_left": None if left is None else round(left, 1),
        }

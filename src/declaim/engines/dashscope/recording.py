"""What came of a task, cut into chunks of whole clauses as early as that can be done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.audio.resampling import Resampler
from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.messages import TimedSentence
from declaim.engines.dashscope.script import Script, least_seconds
from declaim.engines.dashscope.timeline import Timeline
from declaim.timings import WordTiming

_FULL_SCALE = 32_768.0
_SAMPLE_BYTES = 2
_LONGEST = 600.0
"""Seconds of audio for a task: no sentence has as much."""
_LATE_TIMES = 1.0
"""Seconds by which the times of words may go on after the audio; half of one has been seen."""
_QUIET = 0.01
"""Of a chunk's peak: below it is silence."""
_CONTAINERS = (b"RIFF", b"ID3", b"OggS")


class Recording:
    """Gathers the audio and times of a task.

    A clause is given as soon as its end is known, from the time of a word behind it, and its audio is there.
    Clauses whose end is not known come with those behind them.

    Args:
        script: what is said.
        rate: at which it is said, as a ratio.
        sample_rate: of the audio that comes, Hz.
        gain: factor on the samples.
    """

    def __init__(self, script: Script, *, rate: float, sample_rate: int, gain: float) -> None:
        self._script = script
        self._rate = rate
        self._in_rate = sample_rate
        self._gain = np.float32(gain / _FULL_SCALE)
        self._timeline = Timeline(script)
        self._resampler = Resampler(sample_rate, SAMPLE_RATE)
        self._bytes = 0
        self._odd = b""
        self._pieces: list[NDArray[np.float32]] = []
        self._is_silent = True
        self._ready = 0
        """Samples in the pieces."""
        self._start = 0
        """Samples that were given."""
        self._next = 0
        """The first clause that was not given."""

    def hear(self, audio: bytes) -> None:
        """Take in audio: signed 16-bit little-endian samples, which may be cut anywhere.

        Raises:
            DashScopeError: it is no such audio, or more of it than any sentence has.
        """
        if not self._bytes and audio.startswith(_CONTAINERS):
            raise DashScopeError("it sent a container format where bare samples were asked for")
        self._bytes += len(audio)
        if self._heard > _LONGEST:
            raise DashScopeError(f"it sent more than {_LONGEST:g} seconds of audio for a sentence")
        audio = self._odd + audio
        whole = len(audio) - len(audio) % _SAMPLE_BYTES
        self._odd = audio[whole:]
        samples = np.frombuffer(audio[:whole], dtype="<i2")
        self._is_silent = self._is_silent and not samples.any()
        self._add(self._resampler.process(samples.astype(np.float32) * self._gain))

    def note(self, sentence: TimedSentence) -> None:
        """Take in the times of words."""
        self._timeline.note(sentence, self._heard)

    def chunks(self) -> Iterator[AudioChunk]:
        """Those that can be given now. One is always left for :meth:`last`."""
        for end in range(self._next + 1, len(self._script.clauses)):
            cut = self._cut(end)
            if cut is not None and cut <= self._ready:
                yield self._chunk(end, cut)

    def last(self) -> AudioChunk:
        """The rest, when the service has finished.

        Raises:
            DashScopeError: it is not all of what was to be said.
        """
        self._add(self._resampler.flush())
        if not self._bytes:
            raise DashScopeError("it finished without any audio")
        if self._odd:
            raise DashScopeError("its audio ends within a sample")
        if self._is_silent:
            raise DashScopeError("its audio is silence")
        seconds = (self._ready - self._start) / SAMPLE_RATE
        if seconds < self._least(len(self._script.clauses)):
            raise DashScopeError(f"{seconds:.2f} seconds of audio are not all that was to be said")
        if self._timeline.end > self._heard + _LATE_TIMES:
            raise DashScopeError(
                f"its audio ends at {self._heard:.2f} seconds, its words at {self._timeline.end:.2f}"
            )
        return self._chunk(len(self._script.clauses), self._ready)

    @property
    def _heard(self) -> float:
        """Seconds of audio that came."""
        return self._bytes / _SAMPLE_BYTES / self._in_rate

    def _add(self, samples: NDArray[np.float32]) -> None:
        self._pieces.append(samples)
        self._ready += len(samples)

    def _least(self, end: int) -> float:
        """Seconds that the clauses up to one need, from the first that was not given."""
        clauses = self._script.clauses[self._next : end]
        return least_seconds([word for clause in clauses for word in clause.words], self._rate)

    def _cut(self, end: int) -> int | None:
        """The sample between a clause and the one before it; None if it is not known, or cannot be."""
        between = self._between(end)
        if between is None:
            return None
        cut = round((between[0] + between[1]) / 2 * SAMPLE_RATE)
        return cut if cut - self._start >= self._least(end) * SAMPLE_RATE else None

    def _between(self, end: int) -> tuple[float, float] | None:
        """When the clause before one ends and when that one begins."""
        words, times = self._script.clause_words, self._timeline.words
        before, after = times.get(words[end - 1][-1]), times.get(words[end][0])
        if before is None or after is None:
            return None
        return min(before[1], after[0]), after[0]

    def _chunk(self, end: int, cut: int) -> AudioChunk:
        """The clauses up to one, and their audio up to a sample."""
        samples, rest = np.split(np.concatenate(self._pieces), [cut - self._start])
        clauses = self._script.clauses[self._next : end]
        timings = tuple(self._timings(end, self._start / SAMPLE_RATE, cut / SAMPLE_RATE))
        silence = self._silence(end, cut, samples)
        self._pieces, self._start, self._next = [rest], cut, end
        span = clauses[0].span[0], clauses[-1].span[1]
        return AudioChunk(np.pad(samples, (0, silence)), SAMPLE_RATE, span, timings)

    def _timings(self, end: int, begin: float, until: float) -> Iterator[WordTiming]:
        """When words are heard, from the chunk's beginning; those of one written stretch become one."""
        all_words, ranges = self._script.words, self._script.clause_words
        indices = range(ranges[self._next].start, ranges[end - 1].stop)
        for span, group in groupby(indices, key=lambda index: all_words[index].span):
            times = [self._timeline.words[index] for index in group if index in self._timeline.words]
            if times:
                heard = (min(max(time, begin), until) - begin for time in (times[0][0], times[-1][1]))
                yield WordTiming("", span, *heard)

    def _silence(self, end: int, cut: int, samples: NDArray[np.float32]) -> int:
        """Samples to add so that the pause behind a clause is as long as was asked for."""
        clause = self._script.clauses[end - 1]
        wanted = clause.hold if clause.pause is None else clause.pause
        if wanted is None:
            return 0
        between = self._between(end) if end < len(self._script.clauses) else None
        ahead = between[1] - cut / SAMPLE_RATE if between else 0.0
        return max(0, round((wanted - ahead) * SAMPLE_RATE) - _quiet_end(samples))


def _quiet_end(samples: NDArray[np.float32]) -> int:
    """Samples of silence at the end."""
    levels = np.abs(samples)
    sounds = np.flatnonzero(levels > _QUIET * levels.max(initial=0.0))
    return len(samples) - int(sounds[-1]) - 1 if len(sounds) else len(samples)

"""From durations to the samples of spoken words, and from those to the timings of written ones."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from declaim.timings import WordTiming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from declaim.text.sentence import Span, Word


def word_samples(
    durations: NDArray[np.integer[Any]], owners: Sequence[int], words: int, samples_per_frame: int
) -> list[Span]:
    """The samples that each word lasts; one that is not heard lasts none.

    Args:
        durations: of each token, in frames.
        owners: the word that each token belongs to; -1 is none.
        words: how many there are.
        samples_per_frame: of a frame.
    """
    ends = np.cumsum(durations) * samples_per_frame
    starts = ends - durations * samples_per_frame
    times = [(0, 0)] * words
    for word, group in groupby(range(len(owners)), key=lambda i: owners[i]):
        if word >= 0:
            indices = list(group)
            times[word] = int(starts[indices[0]]), int(ends[indices[-1]])
    return times


def word_timings(
    words: Sequence[Word], times: Sequence[Span], begin: int, end: int, sample_rate: int
) -> tuple[WordTiming, ...]:
    """Word timings from the beginning of a chunk; words of one written stretch (``2024``) become one.

    Args:
        words: those of the chunk.
        times: first sample and one past the last of each; the same twice for one that is not heard.
        begin: the chunk's first sample.
        end: one past its last; no word is heard beyond it.
        sample_rate: in Hz.
    """
    timings = []
    for span, group in groupby(zip(words, times, strict=True), key=lambda pair: pair[0].span):
        spoken = [time for _, time in group if time[1] > time[0]]
        if spoken:
            heard = (min(max(sample, begin), end) - begin for sample in (spoken[0][0], spoken[-1][1]))
            timings.append(WordTiming("", span, *(sample / sample_rate for sample in heard)))
    return tuple(timings)

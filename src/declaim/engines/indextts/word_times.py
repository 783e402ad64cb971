"""When each word is heard, guessed: the model says no alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from declaim.engines.indextts.wording import stretches
from declaim.timings import WordTiming

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from declaim.text.sentence import Clause, Span, Word

_QUIET = 0.01
"""Of the loudest sample, that is −40 dB: what is below at either end is silence."""
_MARK = 4
"""Phonemes that a pause at a mark within a piece lasts about as long as."""
_NO_SOUND = frozenset("ˈˌː→↗↓↘ ")


def heard(samples: NDArray[np.float32]) -> tuple[int, int]:
    """From where to where there is sound in samples (n,)."""
    loud = np.flatnonzero(np.abs(samples) > _QUIET * np.abs(samples).max(initial=0))
    return (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, len(samples))


def estimated(
    clauses: Sequence[Clause], samples: NDArray[np.float32], sample_rate: int
) -> tuple[WordTiming, ...]:
    """The words of clauses in the audio of them, one for each written stretch.

    What is heard is divided by the phonemes of the words, and a few for each mark between them.
    """
    parts = [part for clause in clauses for part in _parts(clause)]
    begin, end = heard(samples)
    *_, (_, _, last_pause) = parts  # it lies behind what is heard
    seconds = (end - begin) / sample_rate / (sum(sounds + pause for _, sounds, pause in parts) - last_pause)
    timings, start = [], begin / sample_rate
    for span, sounds, pause in parts:
        stop = start + sounds * seconds
        timings.append(WordTiming("", span, start, stop))
        start = stop + pause * seconds
    return tuple(timings)


def _parts(clause: Clause) -> Iterator[tuple[Span, int, int]]:
    """The span of each written stretch, its phonemes, and how many of them a pause behind it is worth."""
    words = list(stretches(clause.words))
    for stretch in words:
        sounds = sum(map(_sounds, stretch))
        is_last = stretch is words[-1]
        yield stretch[0].span, max(1, sounds), _MARK if is_last and clause.punctuation else 0


def _sounds(word: Word) -> int:
    return sum(symbol not in _NO_SOUND for symbol in word.phonemes)

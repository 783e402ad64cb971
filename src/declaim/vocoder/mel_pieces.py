"""Vocoding a mel spectrogram in stretches of clauses: where to cut it, and how they are joined again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from declaim.acoustic.fastspeech import FRAME_RATE, SAMPLES_PER_FRAME, MelFrames

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_SOUND = -1.5
"""Mean of the bands, normalised, above which a frame is heard: silence lies near −2.2, vowels at 0.5."""
_LEAD, _TAIL = 4, 6
"""Frames (50 and 75 ms) of silence kept before the first sound of a stretch, and after its last."""
_WORTH_VOCODING, _LAST = 240, 64
"""Frames that a stretch has at least (3 s), and the last one of several (0.8 s): half a second of what
surrounds each is vocoded with it and thrown away."""
_FADE = 120
"""Samples (5 ms)."""


class MelVocoder(Protocol):
    """Whatever turns a mel spectrogram into samples."""

    context: int
    """Frames on either side that a piece is to be given besides its own."""

    def __call__(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """(300 T,): the samples of a mel (T, 80)."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """The frames of one clause."""

    start: int
    end: int
    sound_end: int
    """One past the last frame that is heard."""
    silence: float
    """Seconds of silence to add behind it, so that its pause is as asked."""


def plan(frames: MelFrames, clause_ends: Sequence[int], pauses: Sequence[float | None]) -> list[Piece]:
    """Cut an utterance into its clauses; see :func:`together` for what of them is vocoded at once.

    Silence at its beginning and end, and where a pause is asked for, is cut down to what every pause has.

    Args:
        frames: the utterance.
        clause_ends: for each clause, the index of the symbol that ends it.
        pauses: for each clause, the seconds of silence asked for behind it; None leaves it to the model.
    """
    loudness = frames.mel.mean(axis=1)
    cuts = [0, *_cuts(frames.durations, clause_ends, loudness), len(frames)]
    pieces = []
    for index, (start, end) in enumerate(pairwise(cuts)):
        is_first, is_last = index == 0, index == len(clause_ends) - 1
        heard = np.flatnonzero(loudness[start:end] > _SOUND)
        first, last = (int(heard[0]), int(heard[-1]) + 1) if len(heard) else (0, end - start)
        pause = pauses[index]
        begin, stop, silence = start, end, 0.0
        if is_first or pauses[index - 1] is not None:
            begin = start + max(0, first - _LEAD)
        if is_last or pause is not None:
            stop = min(end, start + last + _kept(pause))
            silence = 0.0 if pause is None else max(0.0, pause - (stop - start - last + _LEAD) / FRAME_RATE)
        pieces.append(Piece(begin, stop, start + last, silence))
    return pieces


def _kept(pause: float | None) -> int:
    """Frames of silence to keep before a cut: with those behind it no more than its pause is long."""
    return _TAIL if pause is None else min(_TAIL, max(0, int(pause * FRAME_RATE) - _LEAD))


def _cuts(
    durations: NDArray[np.int64], clause_ends: Sequence[int], loudness: NDArray[np.float32]
) -> Iterator[int]:
    """The quietest frame within each boundary between two clauses."""
    ends = np.cumsum(durations)
    cut = 0
    for symbol in clause_ends[:-1]:
        start, end = int(ends[symbol] - durations[symbol]), int(ends[symbol]) + 1
        cut = max(cut + 1, start + int(np.argmin(loudness[start:end])))
        yield cut


def together(pieces: Sequence[Piece], *, soon: bool) -> list[list[Piece]]:
    """What is vocoded at once: short clauses with what follows them, if nothing is cut out between.

    Args:
        pieces: of an utterance, in order.
        soon: leave the first one by itself.
    """
    groups = [[pieces[0]]]
    for piece in pieces[1:]:
        group = groups[-1]
        is_done = _length(group) >= _WORTH_VOCODING or (soon and len(groups) == 1)
        if _adjoin(group[-1], piece) and not is_done:
            group.append(piece)
        else:
            groups.append([piece])
    *_, last = groups
    if len(groups) > 1 + soon and _length(last) < _LAST and _adjoin(groups[-2][-1], last[0]):
        groups[-2:] = [groups[-2] + last]
    return groups


def _length(group: Sequence[Piece]) -> int:
    return group[-1].end - group[0].start


def _adjoin(before: Piece, piece: Piece) -> bool:
    return before.end == piece.start and not before.silence


def render(
    vocoder: MelVocoder, mel: NDArray[np.float32], stretches: Sequence[tuple[int, int]]
) -> Iterator[NDArray[np.float32]]:
    """Vocode stretches of frames (first, one past the last) one after the other.

    Yields:
        300 samples for each frame of a stretch. Where two adjoin, the first 10 ms of the second are
        cross-faded with what the first one would go on with; elsewhere they are faded in and out.
    """
    going_on: NDArray[np.float32] | None = None
    for index, (start, end) in enumerate(stretches):
        begin = max(0, start - vocoder.context)
        samples = vocoder(mel[begin : end + 1 + vocoder.context])  # one more, to be cross-faded
        first, last = ((frame - begin) * SAMPLES_PER_FRAME for frame in (start, end))
        body = samples[first:last].copy()
        if going_on is None:
            body[:_FADE] *= _rise(_FADE)
        else:
            body[: 2 * _FADE] *= _rise(2 * _FADE)
            body[: 2 * _FADE] += going_on
        going_on = None
        if index + 1 < len(stretches) and stretches[index + 1][0] == end:
            going_on = samples[last : last + 2 * _FADE] * _rise(2 * _FADE)[::-1]
        else:
            body[-_FADE:] *= _rise(_FADE)[::-1]
        yield body


def _rise(length: int) -> NDArray[np.float32]:
    """Half a Hann window from 0 to 1; it and its mirror image sum to 1."""
    phase = (np.arange(length, dtype=np.float32) + np.float32(0.5)) / length
    return (np.float32(0.5) - np.float32(0.5) * np.cos(np.float32(np.pi) * phase)).astype(np.float32)

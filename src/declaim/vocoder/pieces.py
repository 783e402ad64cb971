"""Vocoding a sentence clause by clause: where to cut it, and how the pieces are joined again.

The vocoder normalises each of its channels over all the frames that it is given (AdaIN), so a piece
vocoded by itself differs from the same frames vocoded within their sentence: near its edges, because what
surrounds it is missing, and in level. Each piece is therefore vocoded with some frames of what surrounds it,
which are dropped, and brought to the level that the acoustic model predicts for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from declaim.acoustic.frames import FRAME_RATE, SAMPLES_PER_FRAME, SPEECH_ENERGY, Frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from declaim.vocoder.istftnet import Vocoder

CONTEXT = 20
"""Frames (0.5 s) vocoded on either side of a piece and dropped. The convolutions reach about ten; the rest is
for the normalisation (docs/vocoder.md has error rates by context)."""
_LEAD, _TAIL = 4, 6
"""Frames kept before the first sound of a group and after its last, where the pause is not shorter. Little is
lost with them: they lie 52 dB and more under the speech (RMS of a frame, 48 clauses of four voices)."""
_FIRST_PIECE, _PIECE, _LONG_PIECE, _LAST_PIECE = 48, 120, 200, 32
"""Frames that a piece has at least: the very first one (1.2 s) where it should be heard soon and the one
behind it (3 s), all others (5 s), and what is left at the end (0.8 s). The more the vocoder is given, the
better it normalises, and the less of it is context. While a piece is heard, one several times as long can be
made."""
_WORTH_CUTTING = 160
"""Frames (4 s, silence included): a shorter sentence is soon heard as it is."""
MARGIN = 120
"""Samples (5 ms) by which neighbours overlap on either side of a cut, to be cross-faded."""

_LOUD = 3.0
"""Frames with more predicted energy than this are vowels and the like: those that make the level."""
_LEVEL, _LEVEL_ENERGY, _LEVEL_SLOPE = -2.13, 7.45, 0.45
"""Log RMS of loud frames, the predicted energy at which whole sentences have it, and how it grows."""
_MAX_LEVEL_CHANGE = 1.4
"""Natural log: 12 dB. More than this means that the piece is hardly speech."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of frames that is vocoded at once: one clause, or several when they are short."""

    start: int
    end: int
    clauses: range
    """Indices of the clauses that are in it."""
    reach: tuple[int, int]
    """First frame, and one past the last, that are vocoded for it: those around it are dropped again."""


def plan(
    frames: Frames, clause_ends: Sequence[int], pauses: Sequence[float | None], *, soon: bool = False
) -> list[list[Piece]]:
    """Where to cut a sentence: groups of pieces, each group to be joined, with silence between groups.

    The silence that the model draws at the beginning and end of a group is vocoded, because the vocoder
    was trained on utterances that have it, but is left out of the pieces.

    Args:
        frames: the sentence.
        clause_ends: for each clause, the index of the token with which it ends (its punctuation).
        pauses: for each clause the seconds of silence asked for behind it; None leaves it to the model.
        soon: make the very first piece short.
    """
    loudness = frames.loudness()
    token_ends = np.cumsum(frames.durations)
    cuts = [0]
    for end in clause_ends[:-1]:
        token = end + 1  # durations begin with the boundary token
        cut = _quietest(loudness, int(token_ends[token] - frames.durations[token]), int(token_ends[token]))
        cuts.append(max(cut, cuts[-1] + 1))
    cuts.append(len(frames))
    groups: list[list[Piece]] = [[]]
    for i, (start, end) in enumerate(pairwise(cuts)):
        reach = max(0, start - CONTEXT), min(len(frames), end + CONTEXT)
        groups[-1].append(Piece(start, end, range(i, i + 1), reach))
        if pauses[i] is not None:
            groups.append([])
    merged = [
        _merged(group, soon=soon and group is groups[0] and len(frames) > _WORTH_CUTTING)
        for group in groups
        if group
    ]
    lead = _LEAD
    for group in merged:
        tail, next_lead = _kept_silence(pauses[group[-1].clauses[-1]], is_last=group is merged[-1])
        _trim(group, loudness, lead, tail)
        lead = next_lead
    return merged


def _merged(pieces: list[Piece], *, soon: bool) -> list[Piece]:
    """Join pieces that are shorter than they should be to what follows, or at the end to what is before."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and _length(merged[-1]) < _least(len(merged) - 1, soon=soon):
            merged.append(_joined(merged.pop(), piece))
        else:
            merged.append(piece)
    if len(merged) > 1 and _length(merged[-1]) < _LAST_PIECE:
        last = merged.pop()
        merged.append(_joined(merged.pop(), last))
    return merged


def _least(index: int, *, soon: bool) -> int:
    if not soon:
        return _LONG_PIECE
    return (_FIRST_PIECE, _PIECE)[index] if index <= 1 else _LONG_PIECE


def _length(piece: Piece) -> int:
    return piece.end - piece.start


def _joined(left: Piece, right: Piece) -> Piece:
    clauses = range(left.clauses.start, right.clauses.stop)
    return Piece(left.start, right.end, clauses, (left.reach[0], right.reach[1]))


def _kept_silence(pause: float | None, *, is_last: bool) -> tuple[int, int]:
    """Frames of silence to keep behind a group and before the next one: no more than its pause is long.

    One is kept in any case, before the onset. The sentence after this one keeps all of its own.
    """
    asked = _LEAD + _TAIL if pause is None else min(_LEAD + _TAIL, int(pause * FRAME_RATE))
    if is_last:
        return max(0, asked - _LEAD), _LEAD
    tail = asked * _TAIL // (_LEAD + _TAIL)
    return tail, max(1, asked - tail)


def _trim(pieces: list[Piece], loudness: NDArray[np.float32], lead: int, tail: int) -> None:
    """Leave out the silence before the first sound of a group and after its last, but for so many frames."""
    first, last = pieces[0], pieces[-1]
    heard = first.start + np.flatnonzero(loudness[first.start : last.end] > SPEECH_ENERGY)
    if not len(heard):
        return
    start = min(max(first.start, int(heard[0]) - lead), first.end - 1)
    pieces[0] = replace(first, start=start)
    last = pieces[-1]
    end = max(min(last.end, int(heard[-1]) + 1 + tail), last.start + 1)
    pieces[-1] = replace(last, end=end)


def silence_after(frames: Frames, groups: Sequence[Sequence[Piece]], index: int) -> float:
    """Seconds of near silence that are heard behind a group's last sound before what follows begins.

    Part of them is the end of the group, part the beginning of the next one; behind the last group the next
    sentence is taken to begin as any other.
    """
    loudness = frames.loudness()
    after = _quiet(loudness[groups[index][0].start : groups[index][-1].end][::-1])
    if index + 1 == len(groups):
        return (after + _LEAD) / FRAME_RATE
    following = groups[index + 1]
    return (after + _quiet(loudness[following[0].start : following[-1].end])) / FRAME_RATE


def _quiet(loudness: NDArray[np.float32]) -> int:
    """Frames before the first one that is heard."""
    heard = np.flatnonzero(loudness > SPEECH_ENERGY)
    return int(heard[0]) if len(heard) else len(loudness)


def _quietest(loudness: NDArray[np.float32], start: int, end: int) -> int:
    """The frame at which to cut: the quietest from one before a punctuation's frames to two behind them."""
    start, end = max(0, start - 1), min(len(loudness), end + 2)
    quietest = np.flatnonzero(loudness[start:end] == loudness[start:end].min())
    return start + int(quietest[len(quietest) // 2])


def render(
    vocoder: Vocoder, frames: Frames, style: NDArray[np.float32], pieces: Sequence[Piece]
) -> Iterator[NDArray[np.float32]]:
    """Vocode the pieces one after the other; together the arrays are the sentence.

    Yields:
        Samples of each piece at 24 kHz. The cut between two of them lies 5 ms before the piece's first
        frame, because what follows is still to be cross-faded with the next piece.
    """
    loudness = frames.loudness()
    held: NDArray[np.float32] | None = None
    for index, piece in enumerate(pieces):
        is_last = index == len(pieces) - 1
        start, end = piece.reach
        samples = vocoder(frames, style, start, end)
        begin = (piece.start - start) * SAMPLES_PER_FRAME
        stop = begin + (piece.end - piece.start) * SAMPLES_PER_FRAME
        samples = samples * _level_gain(samples[begin:stop], loudness[piece.start : piece.end])
        if held is None:
            body = samples[begin : stop if is_last else stop + MARGIN]
            body[:MARGIN] *= _rise(MARGIN)
        else:
            body = samples[begin - MARGIN : stop if is_last else stop + MARGIN]
            body[: 2 * MARGIN] *= _rise(2 * MARGIN)
            body[: 2 * MARGIN] += held
        if is_last:
            body[-MARGIN:] *= _rise(MARGIN)[::-1]
            yield body
            return
        held = body[-2 * MARGIN :] * _rise(2 * MARGIN)[::-1]
        yield body[: -2 * MARGIN]


def _rise(length: int) -> NDArray[np.float32]:
    """Half a Hann window from 0 to 1; it and its mirror image sum to 1."""
    phase = (np.arange(length, dtype=np.float32) + np.float32(0.5)) / length
    return (np.float32(0.5) - np.float32(0.5) * np.cos(np.float32(np.pi) * phase)).astype(np.float32)


def _level_gain(samples: NDArray[np.float32], loudness: NDArray[np.float32]) -> np.float32:
    """The gain that brings a piece to the level that its predicted energy calls for.

    In whole sentences the level of a clause follows its predicted energy within 1.3 dB (standard deviation
    0.5 dB, over 60 clauses of five voices in both languages); a piece by itself strays from that by up to
    5 dB either way. Only the piece counts, without its context: the vocoder leaves the first and last frames
    that it is given silent. And power counts, not its logarithm, which a single silent frame would sink.
    """
    loud = loudness > _LOUD
    if not loud.any():
        return np.float32(1)
    power = (samples.reshape(-1, SAMPLES_PER_FRAME)[loud] ** 2).mean()
    level = 0.5 * np.log(power + 1e-12)
    energy = np.log(np.exp(loudness[loud]).mean())
    target = _LEVEL + _LEVEL_SLOPE * (energy - _LEVEL_ENERGY)
    return np.float32(np.exp(np.clip(target - level, -_MAX_LEVEL_CHANGE, _MAX_LEVEL_CHANGE)))

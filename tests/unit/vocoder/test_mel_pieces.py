import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.acoustic.fastspeech import MelFrames
from declaim.vocoder.mel_pieces import Piece, plan, render, together

LOUD, QUIET = 0.5, -2.2


class Smear:
    """A vocoder that reaches as far as its context: each frame's samples are a mean of its neighbours."""

    context = 3

    def __call__(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        padded = np.pad(mel[:, 0], self.context, mode="edge")
        means = np.convolve(padded, np.ones(7) / 7, mode="valid")
        return np.repeat(means, 300).astype(np.float32)


def frames(*stretches: tuple[int, float]) -> MelFrames:
    """A symbol for each stretch of frames of one loudness."""
    levels = np.concatenate([np.full(length, level) for length, level in stretches])
    durations = np.array([length for length, _ in stretches])
    return MelFrames(durations, np.repeat(levels[:, None], 80, axis=1).astype(np.float32))


TWO = frames((10, QUIET), (40, LOUD), (20, QUIET), (40, LOUD), (30, QUIET))
"""Two clauses; the third symbol is the pause between them."""


def test_clauses_meet_in_the_pause_between_them() -> None:
    first, second = plan(TWO, [2, 4], [None, None])
    assert 50 <= first.end < 70
    assert second.start == first.end
    assert (first.silence, second.silence) == (0, 0)
    assert (first.start, second.end) == (6, 116)  # 50 ms before the first sound, 75 ms behind the last
    assert (first.sound_end, second.sound_end) == (50, 110)


@pytest.mark.parametrize("pause", [0.0, 0.06, 0.15, 0.5, 2.0])
def test_a_pause_is_as_long_as_asked(pause: float) -> None:
    first, second = plan(TWO, [2, 4], [pause, None])
    silent = (first.end - first.sound_end) + (70 - second.start)
    assert silent / 80 + first.silence == pytest.approx(max(pause, 0.05), abs=1 / 80)


def test_the_pause_behind_a_sentence_counts_the_silence_before_the_next() -> None:
    (piece,) = plan(frames((10, QUIET), (40, LOUD), (30, QUIET)), [2], [0.4])
    assert (piece.end - piece.sound_end + 4) / 80 + piece.silence == pytest.approx(0.4)


def test_without_any_sound_nothing_is_cut() -> None:
    (piece,) = plan(frames((5, QUIET), (5, QUIET)), [1], [None])
    assert (piece.start, piece.end) == (0, 10)


def test_stretches_that_adjoin_are_as_one() -> None:
    rng = np.random.default_rng(1)
    mel = rng.standard_normal((120, 80)).astype(np.float32)
    whole = np.concatenate(list(render(Smear(), mel, [(0, 40), (40, 41), (41, 120)])))
    np.testing.assert_allclose(whole[120:-120], Smear()(mel)[120:-120], atol=1e-6)
    assert abs(whole[0]) < 1e-3
    assert abs(whole[-1]) < 1e-3


def test_stretches_apart_are_faded() -> None:
    mel = np.ones((60, 80), dtype=np.float32)
    first, second = render(Smear(), mel, [(0, 20), (30, 60)])
    assert (len(first), len(second)) == (20 * 300, 30 * 300)
    for piece in (first, second):
        assert max(abs(piece[0]), abs(piece[-1])) < 1e-3
        np.testing.assert_allclose(piece[120:-120], 1)


def lengths(*frames: int, apart: int | None = None) -> list[Piece]:
    """Pieces of so many frames, one behind the other; one of them has a pause behind it."""
    ends = np.cumsum(frames)
    return [
        Piece(int(end) - length, int(end), int(end), 0.5 if index == apart else 0.0)
        for index, (end, length) in enumerate(zip(ends, frames, strict=True))
    ]


def grouped(pieces: list[Piece], *, soon: bool = False) -> list[int]:
    groups = together(pieces, soon=soon)
    assert [piece for group in groups for piece in group] == pieces
    return [len(group) for group in groups]


def test_short_clauses_are_vocoded_with_what_follows() -> None:
    assert grouped(lengths(100, 100, 100, 300, 100, 100)) == [3, 1, 2]
    assert grouped(lengths(50)) == [1]


def test_a_short_end_is_vocoded_with_what_is_before_it() -> None:
    assert grouped(lengths(300, 40)) == [2]
    assert grouped(lengths(300, 80)) == [1, 1]


def test_what_a_pause_parts_is_vocoded_apart() -> None:
    assert grouped(lengths(100, 100, 100, apart=0)) == [1, 2]
    assert grouped(lengths(300, 40, apart=0)) == [1, 1]
    first, second = plan(TWO, [2, 4], [0.0, None])  # its silence is cut out, and none is added
    assert grouped([first, second]) == [1, 1]


def test_the_first_clause_is_by_itself_if_somebody_waits() -> None:
    assert grouped(lengths(100, 100, 200, 40), soon=True) == [1, 3]
    assert grouped(lengths(100, 40), soon=True) == [1, 1]

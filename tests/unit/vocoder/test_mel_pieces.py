import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.acoustic.fastspeech import MelFrames
from declaim.vocoder.mel_pieces import Piece, plan, render

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


def test_pieces_that_adjoin_are_as_one() -> None:
    rng = np.random.default_rng(1)
    mel = rng.standard_normal((120, 80)).astype(np.float32)
    pieces = [Piece(0, 40, 40, 0), Piece(40, 41, 41, 0), Piece(41, 120, 120, 0)]
    together = np.concatenate(list(render(Smear(), mel, pieces)))
    np.testing.assert_allclose(together[120:-120], Smear()(mel)[120:-120], atol=1e-6)
    assert abs(together[0]) < 1e-3
    assert abs(together[-1]) < 1e-3


def test_pieces_apart_are_faded() -> None:
    mel = np.ones((60, 80), dtype=np.float32)
    first, second = render(Smear(), mel, [Piece(0, 20, 20, 0.1), Piece(30, 60, 60, 0)])
    assert (len(first), len(second)) == (20 * 300, 30 * 300)
    for piece in (first, second):
        assert max(abs(piece[0]), abs(piece[-1])) < 1e-3
        np.testing.assert_allclose(piece[120:-120], 1)

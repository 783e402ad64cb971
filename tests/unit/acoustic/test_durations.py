import numpy as np
import pytest

from declaim.acoustic.durations import whole_frames

RNG = np.random.default_rng(7)


def predicted(count: int = 400) -> np.ndarray:
    """Durations as the model gives them: mostly one or two frames, some long ones."""
    return np.concatenate([RNG.uniform(0.6, 2.6, count - 20), RNG.uniform(4, 14, 20)]).astype(np.float32)


def test_the_own_rate_is_plain_rounding() -> None:
    durations = np.array([0.2, 1.4, 1.6, 7.51], dtype=np.float32)
    assert whole_frames(durations, np.ones(4, np.float32)).tolist() == [1, 1, 2, 8]


@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95, 1.1, 1.3])
def test_the_whole_keeps_the_rate(rate: float) -> None:
    durations = predicted()
    own = whole_frames(durations, np.ones(400, np.float32)).sum()
    asked = whole_frames(durations, np.full(400, rate, np.float32)).sum()
    assert asked == pytest.approx(own / rate, rel=0.01)


def test_no_token_is_lost_at_the_fastest_rate() -> None:
    whole = whole_frames(predicted(), np.full(400, 2, np.float32))
    assert whole.dtype == np.int64
    assert whole.min() == 1


def test_the_error_carried_on_is_never_more_than_a_frame() -> None:
    # Tokens of three frames and more: none is held up by the least of one frame.
    durations = RNG.uniform(3, 9, 300).astype(np.float32)
    rates = RNG.uniform(0.6, 1.4, 300).astype(np.float32)
    wanted = np.cumsum(np.rint(durations) / rates)
    assert np.abs(np.cumsum(whole_frames(durations, rates)) - wanted).max() <= 0.51


def test_a_slow_word_leaves_its_neighbours_as_they_are() -> None:
    durations = np.full(30, 4, np.float32)
    rates = np.ones(30, np.float32)
    rates[10:20] = 0.5
    assert whole_frames(durations, rates).tolist() == [4] * 10 + [8] * 10 + [4] * 10


def test_words_of_a_long_text_do_not_hurry_to_make_up_for_the_least_of_one_frame() -> None:
    # Thirty tokens of one frame at rate 2 cannot be shortened; what follows must still have its own rate.
    durations = np.array([1.0] * 30 + [10.0] * 10, np.float32)
    rates = np.array([2.0] * 30 + [1.0] * 10, np.float32)
    assert whole_frames(durations, rates)[30:].sum() >= 95

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from bench.peers.timing import timed

RATE = 1_000


class Clock:
    """Stands still but for what is told."""

    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


def utterance(clock: Clock) -> Iterator[npt.NDArray[np.float32]]:
    """20 ms of silence and 20 of sound after 0.5 s; 100 ms of sound after 0.6 s; the end at 0.7 s."""
    clock.now += 0.5
    yield np.repeat(np.array([0, 0.5], np.float32), RATE // 50)
    yield np.empty(0, np.float32)
    clock.now += 0.1
    yield np.full(RATE // 10, 0.5, np.float32)
    clock.now += 0.1


def test_leading_silence_and_late_chunks_are_seen() -> None:
    clock = Clock()
    timing = timed(utterance(clock), RATE, clock)
    assert [samples for _, samples in timing.chunks] == [40, 100]
    assert timing.first_audio == pytest.approx(0.5)
    assert timing.first_sound == pytest.approx(0.52)
    assert timing.whole == pytest.approx(0.7)
    assert timing.audio == pytest.approx(0.14)
    assert timing.rtf == pytest.approx(0.7 / 0.14)
    assert timing.stall == pytest.approx(0.1 - 0.04)


def test_a_chunk_that_comes_while_another_plays_stalls_nobody() -> None:
    clock = Clock()
    chunks = (np.ones(RATE, np.float32) for _ in range(3))
    assert timed(chunks, RATE, clock).stall == 0


def test_silence_all_along_is_all_before_the_first_sound() -> None:
    timing = timed([np.zeros(RATE, np.float32)], RATE, Clock())
    assert timing.first_sound == pytest.approx(1.0)


def test_no_audio_is_an_error() -> None:
    with pytest.raises(ValueError, match="no audio"):
        timed([np.empty(0, np.float32)], RATE)

import time
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from declaim.stopwatch import Stopwatch, timed, timed_items


def measured() -> dict[str, float]:
    stopwatch = Stopwatch()
    stopwatch.install()

    def sentences() -> Iterator[int]:
        for number in range(2):
            time.sleep(0.02)
            yield number

    def scores() -> Iterator[int]:
        for sentence in timed_items("text", sentences()):
            time.sleep(0.05)
            yield sentence

    for _ in timed_items("prosody", scores()):
        time.sleep(0.1)
        with timed("vocoder"):
            time.sleep(0.03)
    found = dict(stopwatch.take())
    assert stopwatch.take() == {}
    return found


def test_each_stage_has_its_own_time() -> None:
    found = copy_context().run(measured)
    assert set(found) == {"text", "prosody", "vocoder"}
    assert 0.04 <= found["text"] < found["vocoder"] < found["prosody"]
    assert found["vocoder"] >= 0.06
    assert 0.1 <= found["prosody"] < 0.2


def test_nothing_is_measured_unless_asked_for() -> None:
    assert list(timed_items("text", iter([1, 2]))) == [1, 2]


def test_an_error_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), timed("text"):
        _ = 1 / 0

import threading
import time

import pytest

from declaim.later import Later


class Made:
    """Counts, and tells the threads that it was made on."""

    def __init__(self, *, failures: int = 0) -> None:
        self.threads: list[str] = []
        self.failures = failures

    def __call__(self) -> int:
        self.threads.append(threading.current_thread().name)
        time.sleep(0.05)
        if len(self.threads) <= self.failures:
            raise OSError("not now")
        return len(self.threads)


def test_it_is_made_once_when_it_is_asked_for() -> None:
    made = Made()
    later = Later(made)
    assert made.threads == []
    assert (later.get(), later.get()) == (1, 1)
    assert made.threads == ["MainThread"]


def test_it_may_be_made_ahead() -> None:
    made = Made()
    later = Later(made)
    later.begin()
    later.begin()
    assert later.get() == 1
    later.begin()
    assert made.threads == ["loading"]


def test_threads_that_ask_at_once_get_the_same() -> None:
    made = Made()
    later = Later(made)
    got: list[int] = []
    threads = [threading.Thread(target=lambda: got.append(later.get())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [1] * 4


@pytest.mark.parametrize("ahead", [False, True])
def test_what_failed_is_told_and_tried_again(*, ahead: bool) -> None:
    later = Later(Made(failures=1))
    if ahead:
        later.begin()
    with pytest.raises(OSError, match="not now"):
        later.get()
    assert later.get() == 2


def test_none_is_a_value() -> None:
    calls: list[None] = []
    later = Later(lambda: calls.append(None))
    assert later.get() is None
    assert later.get() is None
    assert len(calls) == 1

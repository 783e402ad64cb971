import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from declaim.background import in_background


def wait_until(condition: object, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "synthesis"]


def test_the_same_items_in_order() -> None:
    assert list(in_background(iter(range(1000)))) == list(range(1000))
    assert list(in_background([])) == []
    assert list(in_background([None, None])) == [None, None]


def test_they_are_made_on_another_thread() -> None:
    def names() -> Iterator[str]:
        yield threading.current_thread().name

    assert list(in_background(names())) == ["synthesis"]


def test_an_exception_comes_after_the_items_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise RuntimeError("the model failed")

    items = in_background(failing())
    assert next(items) == 1
    with pytest.raises(RuntimeError, match="the model failed"):
        next(items)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError])
def test_even_one_that_ends_the_program(kind: type[BaseException]) -> None:
    def failing() -> Iterator[int]:
        raise kind
        yield 1

    with pytest.raises(kind):
        list(in_background(failing()))


def test_no_more_is_made_than_was_said() -> None:
    made: list[int] = []

    def counted() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            yield i

    items = in_background(counted(), ahead=3)
    assert next(items) == 0
    time.sleep(0.4)
    assert len(made) <= 1 + 3 + 1  # taken, waiting, and the one that has no place yet
    items.close()  # type: ignore[attr-defined]
    wait_until(lambda: not workers())
    assert len(made) <= 5


def test_the_worker_ends_and_the_generator_is_closed_when_the_caller_stops() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    source = endless()
    for item in in_background(source):
        assert item == 1
        break
    del source
    wait_until(lambda: not workers())
    assert closed.wait(5)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_the_caller_can_be_interrupted_while_it_waits() -> None:
    release = threading.Event()

    def stuck() -> Iterator[int]:
        release.wait(20)  # as native code: it does not hear of signals
        yield 1

    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(in_background(stuck()))
    assert time.monotonic() - started < 1
    release.set()
    wait_until(lambda: not workers())

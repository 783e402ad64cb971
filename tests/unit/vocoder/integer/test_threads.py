import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from declaim.vocoder.integer.threads import Team

sizes = pytest.mark.parametrize("size", [1, 2, 3])


def wait_for(event: threading.Event) -> None:
    assert event.wait(20)


@sizes
@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_every_piece_is_done_once(size: int, count: int) -> None:
    done: list[int] = []
    team = Team(size)
    for _ in range(3):
        done.clear()
        team.run([iter([[partial(done.append, number) for number in range(count)]])])
        assert Counter(done) == Counter(range(count))


def test_one_thread_does_them_in_order_and_itself() -> None:
    done: list[tuple[int, int]] = []
    Team(1).run([iter([[lambda n=n: done.append((n, threading.get_ident())) for n in range(20)]])])
    assert done == [(n, threading.get_ident()) for n in range(20)]


@pytest.mark.parametrize("size", [2, 3])
def test_as_many_threads_as_it_has_work_at_once(size: int) -> None:
    together = threading.Barrier(size, timeout=20)
    Team(size).run([iter([[together.wait] * size])])


def test_it_returns_when_all_is_done() -> None:
    caller = threading.get_ident()
    done = threading.Event()

    def slow_in_helpers() -> None:
        if threading.get_ident() == caller:
            time.sleep(0.01)
        else:
            time.sleep(0.2)
            done.set()

    begun = threading.Barrier(2, timeout=20)
    Team(2).run([iter([[lambda: (begun.wait(), slow_in_helpers())] * 2])])
    assert done.is_set()


@pytest.mark.parametrize("in_helper", [False, True])
@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_what_is_raised_reaches_the_caller_when_nothing_runs_any_more(
    in_helper: bool, kind: type[BaseException]
) -> None:
    team, caller = Team(3), threading.get_ident()
    everybody, failed, failing = threading.Barrier(3, timeout=20), threading.Event(), threading.Lock()
    ended: list[int] = []

    def part() -> None:
        everybody.wait()
        if (threading.get_ident() != caller) == in_helper and failing.acquire(blocking=False):
            failed.set()
            raise kind("part")
        wait_for(failed)
        time.sleep(0.1)
        ended.append(1)

    with pytest.raises(kind, match="part"):
        team.run([iter([[part] * 3])])
    assert len(ended) == 2
    done: list[int] = []
    team.run([iter([[partial(done.append, number) for number in range(20)]])])  # and it goes on
    assert sorted(done) == list(range(20))


@sizes
def test_after_a_failure_no_further_piece_is_begun(size: int) -> None:
    done: list[int] = []

    def fail() -> None:
        raise ValueError("part")

    with pytest.raises(ValueError, match="part"):
        Team(size).run([iter([[fail] + [lambda: (time.sleep(0.01), done.append(1))] * 100])])
    assert len(done) <= 2 * size


def test_several_callers_at_once() -> None:
    team = Team(2)

    def caller(number: int) -> bool:
        for _ in range(30):
            done: list[int] = []
            team.run([iter([[partial(done.append, piece) for piece in range(number + 5)]])])
            if sorted(done) != list(range(number + 5)):
                return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(caller, range(6)))


def test_a_helper_that_is_busy_elsewhere_is_not_waited_for() -> None:
    team = Team(2)
    release, begun = threading.Event(), threading.Barrier(3, timeout=20)

    def occupy() -> None:
        begun.wait()
        wait_for(release)

    other = threading.Thread(target=team.run, args=([iter([[occupy, occupy]])],))
    other.start()
    begun.wait()  # the caller's thread and the only helper are both in `occupy`
    done: list[int] = []
    team.run([iter([[partial(done.append, number) for number in range(9)]])])
    assert done == list(range(9))
    release.set()
    other.join(20)
    assert not other.is_alive()


@sizes
def test_a_chain_goes_on_when_all_parts_of_its_step_are_done(size: int) -> None:
    done: list[tuple[int, int]] = []

    def part(number: int, step: int) -> None:
        time.sleep(0.001)
        done.append((number, step))

    def chain(number: int) -> Iterator[list[Callable[[], None]]]:
        for step in range(5):
            assert done.count((number, step - 1)) == (4 if step else 0)
            yield [partial(part, number, step)] * 4
        assert done.count((number, 4)) == 4
        return number * 10

    assert Team(size).run([chain(1), chain(2), chain(3)]) == [10, 20, 30]
    assert Counter(done) == {(number, step): 4 for number in (1, 2, 3) for step in range(5)}
    for number in (1, 2, 3):
        steps = [step for chain, step in done if chain == number]
        assert steps == sorted(steps)


def test_while_one_chain_waits_for_a_part_another_one_goes_on() -> None:
    other_is_done = threading.Event()

    def slow() -> Iterator[list[Callable[[], None]]]:
        yield [partial(wait_for, other_is_done)]

    def quick() -> Iterator[list[Callable[[], None]]]:
        for _ in range(20):
            yield [lambda: None, lambda: None]
        other_is_done.set()

    Team(2).run([slow(), quick()])


@sizes
def test_steps_without_parts_and_no_chains(size: int) -> None:
    def chain() -> Iterator[list[Callable[[], None]]]:
        yield []
        yield []
        return "end"

    assert Team(size).run([chain()]) == ["end"]
    assert Team(size).run([]) == []


@sizes
def test_a_chain_that_fails_between_its_steps_ends_the_others(size: int) -> None:
    begun: list[int] = []

    def failing() -> Iterator[list[Callable[[], None]]]:
        yield [lambda: time.sleep(0.02)]
        raise ValueError("step")

    def endless() -> Iterator[list[Callable[[], None]]]:
        while True:
            yield [lambda: (time.sleep(0.001), begun.append(1))]

    team = Team(size)
    with pytest.raises(ValueError, match="step"):
        team.run([failing(), endless()])
    count = len(begun)
    time.sleep(0.02)
    assert len(begun) == count
    assert team.run([iter([[]])]) == [None]

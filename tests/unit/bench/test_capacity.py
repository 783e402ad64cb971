"""The simulated cluster: what queueing theory knows exactly, it must show."""

import random
from collections.abc import Iterator

import pytest

from bench.capacity import simulation
from bench.capacity.simulation import Wish, fewest_engines, quantile, simulate
from bench.capacity.traffic import Habit, Request, Sentence

HALF_SECOND = Sentence("", "", first=0.5, work=0.5, audio=2.0)


def arrivals(rate: float, seed: int) -> Iterator[Request]:
    """One request after the other, at random times, each of its own listener and of random length."""
    choose = random.Random(seed)
    while True:
        work = choose.expovariate(1.0)
        yield Request(choose.expovariate(rate), (Sentence("", "", first=0.0, work=work, audio=0.0),))


def lone(requests: Iterator[Request], count: int) -> list[Iterator[Request]]:
    """Each request with a listener who asks once."""
    at, listeners = 0.0, []
    for request in (next(requests) for _ in range(count)):
        at += request.pause
        listeners.append(iter([Request(at, request.sentences)]))
    return listeners


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_one_engine_makes_wait_as_long_as_theory_says(load: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "_LONGEST_PAUSE", 0.1)  # theory hands places on at once
    listeners = lone(arrivals(load, 1), 40_000)
    seen = simulate(1, listeners, Habit(), warm=1000, measured=40_000 / load * 0.9)
    wait = sum(seen.first_audio) / len(seen.first_audio)
    assert wait == pytest.approx(load / (1 - load), rel=0.08), (
        "M/M/1: the load times the mean work over 1 - load"
    )


def test_what_is_asked_for_is_made_if_there_is_room() -> None:
    listeners = [Habit(pause=10.0, spread=10.0).requests([HALF_SECOND], seed) for seed in range(100)]
    seen = simulate(20, listeners, Habit(), warm=100, measured=2000)
    assert seen.audio / seen.seconds == pytest.approx(100 * 2.0 / 10.5, rel=0.03)
    assert seen.busy / seen.seconds == pytest.approx(100 * 0.5 / 10.5, rel=0.03)


def test_a_sentence_that_comes_late_is_a_gap() -> None:
    slow = Sentence("", "", first=0.5, work=3.0, audio=2.0)
    habit = Habit(sentences=2, listens=True)
    seen = simulate(1, [habit.requests([slow], 0)], habit, warm=0, measured=100)
    assert seen.gaps >= 10
    quick = simulate(1, [habit.requests([HALF_SECOND], 0)], habit, warm=0, measured=100)
    assert quick.gaps == 0


def test_the_fewest_cores_are_found() -> None:
    habit = Habit(listens=True, spread=5)  # a listener keeps an engine busy for a fifth of the time
    cores, seen = fewest_engines(Wish(20, habit, 1.0), [HALF_SECOND], warm=20, measured=100)
    assert 4 <= cores <= 8
    assert quantile(seen.first_audio, 0.95) <= 1.0
    fewer = [habit.requests([HALF_SECOND], seed) for seed in range(20)]
    assert quantile(simulate(cores - 1, fewer, habit, warm=20, measured=100).first_audio, 0.95) > 1.0


def test_the_same_seed_asks_for_the_same() -> None:
    spoken = [HALF_SECOND, Sentence("", "zf", 0.1, 0.2, 1.0)]
    one, other = (Habit(sentences=3, pause=2).requests(spoken, 7) for _ in range(2))
    assert [next(one) for _ in range(20)] == [next(other) for _ in range(20)]
    assert {len({sentence.voice for sentence in next(one).sentences}) for _ in range(20)} == {1}


def test_quantiles() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([0.0, 1.0], 0.95) == pytest.approx(0.95)
    assert quantile([], 0.5) == float("inf")

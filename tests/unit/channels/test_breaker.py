"""Circuit breakers on a clock of the test's own."""

import random

import pytest

from declaim.channels.breaker import BreakerState, CircuitBreaker
from declaim.channels.settings import BreakerSettings


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def states() -> list[BreakerState]:
    return []


@pytest.fixture
def breaker(clock: Clock, states: list[BreakerState]) -> CircuitBreaker:
    settings = BreakerSettings(minimum_calls=4, first_wait=2, longest_wait=16, probes=2, slow_after=1)
    return CircuitBreaker(settings, changed=states.append, clock=clock, draw=lambda: 1.0)


def call(breaker: CircuitBreaker, *outcomes: str) -> None:
    for outcome in outcomes:
        permit = breaker.permit()
        assert permit
        match outcome:
            case "good":
                permit.succeeded(0.1)
            case "slow":
                permit.succeeded(1.5)
            case "bad":
                permit.failed()
            case "left":
                permit.released()


def test_few_failures_say_nothing(breaker: CircuitBreaker) -> None:
    call(breaker, "bad", "bad", "bad")
    assert breaker.state == "closed"


def test_half_of_the_calls_that_fail_open_it(breaker: CircuitBreaker, states: list[BreakerState]) -> None:
    call(breaker, "good", "good", "bad")
    assert not states
    call(breaker, "bad")
    assert states == ["open"]
    assert breaker.permit() is None
    assert breaker.reopens_in == 2


def test_slow_calls_open_it(breaker: CircuitBreaker) -> None:
    call(breaker, "good", "slow", "slow", "slow")
    assert (breaker.state, breaker.slow_rate, breaker.failure_rate) == ("closed", 0.75, 0)
    call(breaker, "slow")
    assert breaker.state == "open"


def test_what_a_client_does_says_nothing(breaker: CircuitBreaker) -> None:
    call(breaker, "bad", "bad", "bad", "left", "left", "left")
    assert breaker.state == "closed"


def test_only_the_latest_calls_count(breaker: CircuitBreaker, clock: Clock) -> None:
    call(breaker, *["good"] * 3, "bad", *["good"] * 25)
    assert breaker.failure_rate == 0
    call(breaker, "bad", "bad", "bad")
    clock.now += 121
    call(breaker, "bad", "bad", "bad")
    assert breaker.state == "closed"


def test_it_is_closed_by_probes_one_at_a_time(
    breaker: CircuitBreaker, clock: Clock, states: list[BreakerState]
) -> None:
    call(breaker, *["bad"] * 4)
    clock.now += 1.9
    assert breaker.permit() is None
    clock.now += 0.2
    probe = breaker.permit()
    assert probe
    assert breaker.permit() is None
    probe.succeeded(0.1)
    probe.failed()  # is told too late
    assert breaker.state == "half-open"
    call(breaker, "good")
    assert states == ["open", "half-open", "closed"]
    call(breaker, "bad", "bad", "bad")  # what was before is forgotten
    assert breaker.state == "closed"


def test_a_probe_whose_client_leaves_is_made_again(breaker: CircuitBreaker, clock: Clock) -> None:
    call(breaker, *["bad"] * 4)
    clock.now += 3
    call(breaker, "left", "left", "good", "good")
    assert breaker.state == "closed"


@pytest.mark.parametrize("outcome", ["bad", "slow"])
def test_waits_double_up_to_the_longest(breaker: CircuitBreaker, clock: Clock, outcome: str) -> None:
    call(breaker, *["bad"] * 4)
    waits = []
    for _ in range(5):
        waits.append(breaker.reopens_in)
        clock.now += breaker.reopens_in
        call(breaker, outcome)
    assert waits == [2, 4, 8, 16, 16]
    clock.now += 20
    call(breaker, "good", "good", *["bad"] * 4)
    assert breaker.reopens_in == 2


def test_waits_are_drawn_between_half_and_the_whole(clock: Clock) -> None:
    draw = random.Random(3).random
    waits = []
    for _ in range(200):
        breaker = CircuitBreaker(BreakerSettings(first_wait=8), clock=clock, draw=draw)
        call(breaker, *["bad"] * 4)
        waits.append(breaker.reopens_in)
    assert 4 <= min(waits) < 4.2
    assert 7.8 < max(waits) <= 8


def test_what_was_begun_before_it_opened_is_no_news(breaker: CircuitBreaker, clock: Clock) -> None:
    early = [breaker.permit(), breaker.permit()]
    call(breaker, *["bad"] * 4)
    clock.now += 2.5
    probe = breaker.permit()
    for permit in early:
        assert permit
        permit.failed()
    assert breaker.state == "half-open"
    assert probe
    probe.succeeded(0.1)
    call(breaker, "good")
    assert breaker.state == "closed"


def test_a_call_that_is_forced_can_only_help(breaker: CircuitBreaker, clock: Clock) -> None:
    call(breaker, *["bad"] * 4)
    clock.now += 1
    breaker.force().failed()
    assert (breaker.state, breaker.reopens_in) == ("open", 1)
    breaker.force().succeeded(5)  # slowly
    assert breaker.state == "open"
    breaker.force().succeeded(0.1)
    assert breaker.state == "half-open"
    breaker.force().succeeded(0.1)
    assert breaker.state == "closed"


def test_what_many_calls_tell_at_once_is_told_once(breaker: CircuitBreaker, clock: Clock) -> None:
    """Ten sentences meet the same wrong key: that is one failure, and not ten in a row."""
    permits = [breaker.permit() for _ in range(10)]
    for permit in permits:
        assert permit
        permit.failed_for(0)
    assert breaker.reopens_in == 2
    clock.now += 2
    call(breaker, "bad")
    assert breaker.reopens_in == 4


def test_a_forced_call_does_not_put_off_the_next_trial(breaker: CircuitBreaker, clock: Clock) -> None:
    call(breaker, *["bad"] * 4)
    clock.now += 1
    breaker.force().failed_for(0)
    assert breaker.reopens_in == 1
    clock.now += 1
    probe = breaker.permit()
    assert probe
    breaker.force().failed_for(0)
    assert breaker.state == "half-open"
    probe.failed()
    assert breaker.reopens_in == 4


def test_whoever_asks_to_be_left_alone_is_also_after_a_forced_call(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    call(breaker, *["bad"] * 4)
    clock.now += 1
    breaker.force().failed_for(300)
    assert breaker.reopens_in == 300


@pytest.mark.parametrize(("requests_a_second"), [2, 5, 20, 1000])
@pytest.mark.parametrize("seed", range(10))
def test_a_dead_channel_gets_few_calls_and_is_back_soon(seed: int, requests_a_second: float) -> None:
    """A thousand requests with the default settings; then the channel is well again."""
    clock, settings = Clock(), BreakerSettings()
    breaker = CircuitBreaker(settings, clock=clock, draw=random.Random(seed).random)
    calls = 0
    for _ in range(1000):
        clock.now += 1 / requests_a_second
        if permit := breaker.permit():
            calls += 1
            permit.failed()
    assert calls <= 20
    recovered, interval = clock.now, breaker.reopens_in
    while breaker.state != "closed":
        clock.now += 1 / requests_a_second
        if permit := breaker.permit():
            permit.succeeded(0.5)
    assert clock.now - recovered <= interval + 3 / requests_a_second
    assert interval <= settings.longest_wait

import pytest

from declaim.prosody.backoff import Backoff


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rest(backoff: Backoff, clock: Clock) -> float:
    """The seconds until the service is tried again."""
    seconds = 0
    began = clock.now
    while backoff.is_resting:
        seconds += 1
        clock.now = began + seconds
    return seconds


def test_two_failures_are_nothing(clock: Clock) -> None:
    backoff = Backoff(clock)
    assert not backoff.is_resting
    backoff.failed()
    backoff.failed()
    assert not backoff.is_resting


def test_from_the_third_on_each_rest_is_twice_as_long_up_to_ten_minutes(clock: Clock) -> None:
    backoff = Backoff(clock)
    backoff.failed()
    backoff.failed()
    rests = []
    for _ in range(7):
        backoff.failed()
        rests.append(rest(backoff, clock))
    assert rests == [30, 60, 120, 240, 480, 600, 600]


def test_a_success_wipes_the_slate(clock: Clock) -> None:
    backoff = Backoff(clock)
    for _ in range(5):
        backoff.failed()
    rest(backoff, clock)
    backoff.succeeded()
    backoff.failed()
    backoff.failed()
    assert not backoff.is_resting
    backoff.failed()
    assert rest(backoff, clock) == 30


@pytest.mark.parametrize(("wanted", "granted"), [(20.0, 20), (3600.0, 600), (float("inf"), 600), (0.0, 0)])
def test_what_the_service_asks_for(clock: Clock, wanted: float, granted: int) -> None:
    backoff = Backoff(clock)
    backoff.failed(wanted)
    assert rest(backoff, clock) == granted


def test_a_rest_never_becomes_shorter(clock: Clock) -> None:
    backoff = Backoff(clock)
    backoff.failed(300)
    backoff.failed(1)
    assert rest(backoff, clock) == 300


def test_many_failures_do_not_overflow(clock: Clock) -> None:
    backoff = Backoff(clock)
    for _ in range(5000):
        backoff.failed()
    assert rest(backoff, clock) == 600

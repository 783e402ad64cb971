import pytest

from declaim.server.brownout import Brownout


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_without_steps_nothing_is_done(clock: Clock) -> None:
    assert Brownout((), clock).steps_at(1.0) == ()


def test_steps_are_taken_as_the_queue_fills(clock: Clock) -> None:
    ladder = Brownout(("rules", "understudy"), clock)
    taken = [ladder.steps_at(load) for load in (0.0, 0.3, 0.34, 0.6, 0.67, 1.0)]
    assert [len(steps) for steps in taken] == [0, 0, 1, 1, 2, 2]
    assert taken[2] == ("rules",)


def test_several_steps_are_taken_at_once_if_need_be(clock: Clock) -> None:
    assert Brownout(("rules", "understudy"), clock).steps_at(1.0) == ("rules", "understudy")


def test_steps_are_taken_back_one_by_one_when_it_stays_calm(clock: Clock) -> None:
    ladder = Brownout(("rules", "understudy"), clock)
    ladder.steps_at(1.0)
    lengths = []
    for second in range(0, 30, 5):
        clock.now = float(second)
        lengths.append(len(ladder.steps_at(0.0)))
    assert lengths == [2, 2, 1, 1, 0, 0]


def test_a_quiet_hour_takes_all_steps_back(clock: Clock) -> None:
    """Nobody asked meanwhile; the first one after it is not to hear of the rush before."""
    ladder = Brownout(("rules", "vocoder", "understudy"), clock)
    ladder.steps_at(1.0)
    ladder.steps_at(0.0)  # the last of the rush leaves
    clock.now = 3600.0
    assert ladder.steps_at(0.0) == ()


def test_a_step_is_not_taken_back_for_the_calm_of_another(clock: Clock) -> None:
    ladder = Brownout(("rules", "understudy"), clock)
    ladder.steps_at(1.0)
    ladder.steps_at(0.2)  # calm for the second, not for the first
    clock.now = 3600.0
    assert ladder.steps_at(0.2) == ("rules",)
    assert ladder.steps_at(0.0) == ("rules",)


def test_a_load_in_between_keeps_a_step(clock: Clock) -> None:
    ladder = Brownout(("rules",), clock)
    ladder.steps_at(0.5)
    for second in range(100):
        clock.now = float(second)
        assert ladder.steps_at(0.3) == ("rules",)


def test_calm_begins_anew_after_each_interruption(clock: Clock) -> None:
    ladder = Brownout(("rules",), clock)
    ladder.steps_at(0.5)
    for now, load in ((1, 0.0), (9, 0.4), (10, 0.0), (19, 0.0)):
        clock.now = float(now)
        assert ladder.steps_at(load) == ("rules",)
    clock.now = 20.0
    assert ladder.steps_at(0.0) == ()

from contextlib import ExitStack

import pytest

from declaim.errors import QueueFullError
from declaim.server.workers.admission import Admission


def test_as_many_as_are_spoken_and_may_wait_are_let_in() -> None:
    admission = Admission(workers=2, queue_limit=3)
    with ExitStack() as stack:
        inside = [stack.enter_context(admission.enter("a", 100)) for _ in range(5)]
        with pytest.raises(QueueFullError) as caught, admission.enter("a", 100):
            pass
        assert caught.value.retry_after >= 1
        assert (admission.waiting, admission.speaking) == (5, 0)
        admission.spoken(inside[0], 10, 0.5)
        assert (admission.waiting, admission.speaking) == (4, 1)
    assert (admission.waiting, admission.speaking) == (0, 0)
    with admission.enter("a", 100):
        pass


def test_whoever_fills_the_queue_does_not_shut_out_the_others() -> None:
    admission = Admission(workers=1, queue_limit=8)
    with ExitStack() as stack:
        for _ in range(9):
            stack.enter_context(admission.enter("greedy", 100))
        for client in ("b", "c"):
            stack.enter_context(admission.enter(client, 100))
            with pytest.raises(QueueFullError), admission.enter(client, 100):
                pass
        with pytest.raises(QueueFullError), admission.enter("d", 100):
            pass


def retry_after(characters: int, *, seconds_a_character: float, workers: int = 1) -> int:
    admission = Admission(workers=workers, queue_limit=0)
    with ExitStack() as stack:
        for _ in range(workers):
            admitted = stack.enter_context(admission.enter("a", characters + 1000))
            admission.spoken(admitted, 1000, 1000 * seconds_a_character)
        with pytest.raises(QueueFullError) as caught, admission.enter("a", 1):
            pass
    return caught.value.retry_after


def test_the_wait_follows_from_what_is_left_to_say_and_how_fast_that_goes() -> None:
    assert retry_after(100, seconds_a_character=0.1) == pytest.approx(10, abs=1)
    assert retry_after(1000, seconds_a_character=0.1) == pytest.approx(100, abs=1)
    assert retry_after(1000, seconds_a_character=0.02) == pytest.approx(20, abs=1)
    assert retry_after(1000, seconds_a_character=0.02, workers=4) == pytest.approx(20, abs=1)
    assert retry_after(10**7, seconds_a_character=1) == 600

import random

import pytest

from declaim.studio.jobs.progress import ChapterProgress, Progress
from declaim.studio.jobs.speaking_time import speaking_time


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("seed", range(20))
def test_time_left_is_right_within_15_percent_after_a_tenth_whatever_the_chapters_are(seed: int) -> None:
    """Chapters of 1 to 60 minutes; sentences whose speech is 30 % off the estimate, and their cost 25 %."""
    draw = random.Random(seed)
    clock = Clock()
    lengths = [draw.uniform(60, 3600) for _ in range(draw.randint(3, 30))]
    progress = Progress([ChapterProgress(str(index), length) for index, length in enumerate(lengths)], clock)
    bias, speed = draw.uniform(0.8, 1.2), draw.uniform(0.1, 3)
    costs = []
    for index, length in enumerate(lengths):
        left = length
        while left > 0:
            expected = min(left, draw.uniform(1, 15))
            left -= expected
            seconds = expected * bias * draw.gauss(1, 0.3)
            costs.append(
                (index, expected, max(0.1, seconds), max(0.05, seconds * speed * draw.gauss(1, 0.25)))
            )
    total, worst = sum(cost for *_, cost in costs), 0.0
    progress.start()
    for index, expected, seconds, cost in costs:
        clock.now += cost
        progress.sentence(index, expected, seconds, is_known=False)
        if progress.share >= 0.1 and total - clock.now > 0.05 * total:
            assert progress.left is not None
            worst = max(worst, abs(progress.left / (total - clock.now) - 1))
    assert worst < 0.15
    assert progress.share == pytest.approx(1)


def test_what_was_there_already_tells_nothing_about_the_speed() -> None:
    clock = Clock()
    progress = Progress([ChapterProgress("a", 300)], clock)
    progress.sentence(0, 100, 110, is_known=True)
    progress.start()
    assert progress.left is None
    clock.now = 50
    progress.sentence(0, 100, 100, is_known=False)
    assert progress.left == pytest.approx(50)
    assert progress.real_time_factor == pytest.approx(0.5)


def test_what_is_paid_once_before_the_first_sentence_is_not_expected_again() -> None:
    clock = Clock()
    progress = Progress([ChapterProgress("a", 300)], clock)
    progress.start()
    clock.now = 4  # the first passages are read, all workers begin
    for _ in range(6):
        clock.now += 1
        progress.sentence(0, 5, 5, is_known=False)
    assert progress.share == pytest.approx(0.1)
    assert progress.left == pytest.approx(54)


def test_pauses_do_not_count_as_work() -> None:
    clock = Clock()
    progress = Progress([ChapterProgress("a", 200)], clock)
    progress.start()
    clock.now = 10
    progress.sentence(0, 100, 100, is_known=False)
    progress.stop()
    clock.now = 10_000
    progress.start()
    assert progress.left == pytest.approx(10)


def test_chinese_and_english_are_estimated_by_their_own_units() -> None:
    assert 12 < speaking_time("今天天气真好，我们去公园散步吧。" * 4) < 18
    assert 10 < speaking_time("The weather is fine today, so let us take a walk in the park. " * 4) < 18
    assert speaking_time("……") < 1

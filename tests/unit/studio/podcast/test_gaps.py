import statistics

import pytest

from declaim.studio.podcast.gaps import gap_between, is_backchannel
from declaim.studio.podcast.script import Turn


def turn(text: str, speaker: str = "A", pause: float = 0.0) -> Turn:
    return Turn(speaker, text, 1, pause=pause)


def gap(before: str, after: str, *, overlap: float = 0.0, scale: float = 1.0, pause: float = 0.0) -> float:
    return gap_between(turn(before, pause=pause), turn(after, "B"), scale=scale, overlap=overlap)


def test_gaps_are_distributed_as_people_leave_them() -> None:
    gaps = [gap(f"This is line {n}.", "And so I said.") for n in range(2000)]
    assert statistics.median(gaps) == pytest.approx(0.28, abs=0.02)
    assert statistics.quantiles(gaps, n=20)[0] == pytest.approx(0.134, abs=0.02)
    assert statistics.quantiles(gaps, n=20)[-1] == pytest.approx(0.587, abs=0.05)
    assert 0.08 <= min(gaps) < max(gaps) <= 0.9


def test_gaps_depend_on_what_is_said_alone() -> None:
    assert gap("One.", "Two.") == gap("One.", "Two.") != gap("One!", "Two.")
    assert gap("One.", "Two.", scale=0.0) == 0.0
    assert gap("One.", "Two.", scale=2.0) == pytest.approx(2 * gap("One.", "Two."))


def test_answers_come_sooner_and_long_turns_are_followed_later() -> None:
    def median(before: str) -> float:
        return statistics.median(gap(f"{n} {before}", "Well.") for n in range(400))

    assert median("is it?") < median("it is.") < median("it is so. " * 30)


@pytest.mark.parametrize(
    "text", ["嗯。", "对对对！", "嗯，对。", "Right.", "Mm-hm.", "Yeah, sure.", "Oh, wow!", "真的吗？"]
)
def test_backchannels(text: str) -> None:
    assert is_backchannel(text)
    assert -0.4 <= gap("I went there.", text, overlap=1.0) <= -0.15
    assert gap("I went there.", text, overlap=0.1) == -0.1
    assert gap("I went there.", text) > 0
    assert gap("Did you?", text, overlap=1.0) > 0  # that is an answer
    assert gap("I went there.", text, overlap=1.0, pause=1.0) > 0


@pytest.mark.parametrize(
    "text", ["Right now I am busy.", "对不起，我来晚了。", "", "…", "No way that is it."]
)
def test_what_is_no_backchannel(text: str) -> None:
    assert not is_backchannel(text)


@pytest.mark.parametrize("text", ["But I was —", "我本来想——", 'And then "I said --"'])
def test_who_is_cut_off_is_overlapped(text: str) -> None:
    assert -0.5 <= gap(text, "No, listen to me.", overlap=1.0) <= -0.2
    assert gap(text, "No, listen to me.") > 0

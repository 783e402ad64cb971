from typing import Any

import pytest
from podcast_tones import MakeTake
from podcast_tones import laid as laid_by

from declaim.errors import EngineError
from declaim.studio.podcast.gaps import gap_between
from declaim.studio.podcast.script_reader import read_script
from declaim.studio.podcast.timeline import MusicLengths, Timeline
from declaim.studio.recording import Take

SCRIPT = "A: One two three.\nB: Right.\n# Next\nA: Four five."


def laid(
    takes: list[Take], lengths: MusicLengths | None = None, script: str = SCRIPT, **show: Any
) -> Timeline:
    return laid_by(takes, script, lengths, **show)


@pytest.fixture
def takes(make_take: MakeTake) -> list[Take]:
    return [
        make_take(0, 0, "A", 2.0, pause=0.4),
        make_take(0, 0, "A", 1.0, pause=9.0),
        make_take(0, 1, "B", 1.0),
        make_take(1, 0, "A", 1.0),
    ]


def test_gaps_are_from_sound_to_sound(takes: list[Take]) -> None:
    timeline = laid(takes)
    script = read_script(SCRIPT)
    first, second, third = timeline.turns
    # 2 s, its silence of 0.3, the take's pause, the next take's silence, 1 s
    assert first.onset == pytest.approx(0.2, abs=0.011)
    assert first.offset - first.onset == pytest.approx(2 + 0.3 + 0.4 + 0.1 + 1, abs=0.021)
    natural = gap_between(script.sections[0].turns[0], script.sections[0].turns[1], scale=1, overlap=0)
    assert second.onset - first.offset == pytest.approx(natural)
    assert third.onset - second.offset == pytest.approx(1.6)
    assert timeline.seconds == pytest.approx(third.offset + 0.6)
    assert timeline.sections == ((0, 0.0), (1, pytest.approx(third.onset - 0.3)))


def test_pause_of_the_script_comes_on_top(make_take: MakeTake) -> None:
    takes = [make_take(0, 0, "A"), make_take(0, 1, "B")]
    plain = laid(takes, script="A: One.\nB: Two.")
    paused = laid(takes, script="A: One. [pause 2]\nB: Two.")
    assert paused.turns[1].onset - plain.turns[1].onset == pytest.approx(2.0)


def test_overlap_by_option_only_and_never_more_than_half(make_take: MakeTake) -> None:
    takes = [make_take(0, 0, "A", 2.0), make_take(0, 1, "B", 0.2)]
    script = "A: One two three.\nB: Right."
    assert laid(takes, script=script).turns[1].onset > laid(takes, script=script).turns[0].offset
    overlapped = laid(takes, script=script, overlap=1.0).turns
    assert overlapped[0].offset - overlapped[1].onset == pytest.approx(0.1, abs=0.011)


def test_nobody_interrupts_himself(make_take: MakeTake) -> None:
    takes = [make_take(0, 0, "A", 2.0), make_take(0, 1, "A", 2.0)]
    turns = laid(takes, script="A: I was —\nA: Right.\nA: So.", overlap=1.0).turns
    assert turns[1].onset > turns[0].offset


def test_turn_that_could_not_be_spoken_is_passed_over(takes: list[Take]) -> None:
    timeline = laid([takes[0], takes[3]])
    assert [turn.section for turn in timeline.turns] == [0, 1]


def test_nothing_spoken() -> None:
    with pytest.raises(EngineError):
        laid([])


def test_intro_leads_and_outro_ends(takes: list[Take]) -> None:
    music = {"file": "x.mp3", "lead": 4, "length": 6}
    timeline = laid(takes, MusicLengths(60, 60), intro=music, outro=music, bed="y.mp3")
    last = max(turn.offset for turn in timeline.turns)
    assert timeline.turns[0].onset == pytest.approx(4.0)
    assert timeline.intro is not None
    assert (timeline.intro.start, timeline.intro.end) == (0.0, 6.0)
    assert timeline.outro is not None
    assert timeline.outro.start == pytest.approx(last - 2)
    assert timeline.outro.end == pytest.approx(last + 4) == timeline.seconds
    assert timeline.bed is not None
    assert timeline.intro.end - timeline.intro.fade_out == timeline.bed.start
    assert timeline.outro.start < timeline.bed.end < timeline.outro.end


def test_music_that_is_shorter_than_its_lead(takes: list[Take]) -> None:
    timeline = laid(takes, MusicLengths(intro=1.5), intro={"file": "x.mp3", "lead": 10})
    assert timeline.turns[0].onset == pytest.approx(1.5)
    assert timeline.intro is not None
    assert timeline.intro.fade_in + timeline.intro.fade_out <= 1.5


def test_intro_and_outro_that_are_longer_than_the_speech(make_take: MakeTake) -> None:
    music = {"file": "x.mp3", "lead": 2, "length": 300}
    timeline = laid([make_take(0, 0, "A")], MusicLengths(300, 300), "A: Hi.", intro=music, outro=music)
    end = timeline.turns[0].offset
    assert timeline.intro is not None
    assert timeline.intro.end == pytest.approx(end + 0.6)
    assert timeline.outro is not None
    assert (timeline.outro.start, timeline.outro.end) == (0.0, pytest.approx(end + 2))
    assert timeline.seconds == pytest.approx(end + 2)

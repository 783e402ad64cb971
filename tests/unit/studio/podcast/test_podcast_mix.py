"""What is mixed, measured in dB."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from podcast_tones import RATE, MakeTake, WriteSound, decibels, laid, tone

from declaim.studio.podcast.ducking import CONTROL_RATE, Ducker
from declaim.studio.podcast.listening import listen, speech_bounds
from declaim.studio.podcast.mixer import MIX_RATE, Mix, SpeakerLevel, Track, equal_power, speaker_gain
from declaim.studio.podcast.music import examine
from declaim.studio.podcast.show import Bed, Music
from declaim.studio.podcast.timeline import MusicLengths, Timeline
from declaim.studio.recording import Take

SCRIPT = "A: One.\nB: Two."
LEVELS = {"A": SpeakerLevel(1.0), "B": SpeakerLevel(1.0)}


def mixed(mix: Mix) -> NDArray[np.float32]:
    return np.concatenate(list(mix.blocks()), axis=1)


def between(samples: NDArray[np.float32], start: float, end: float) -> NDArray[np.float32]:
    return samples[..., round(start * MIX_RATE) : round(end * MIX_RATE)]


def test_bounds_of_speech() -> None:
    samples = np.concatenate((np.zeros(2400, np.float32), tone(0.5), np.zeros(4800, np.float32)))
    noisy = samples + np.random.default_rng(1).normal(0, 1e-4, len(samples)).astype(np.float32)
    for each in (samples, noisy):
        bounds = speech_bounds(each)
        assert bounds.onset == pytest.approx(2400, abs=240)
        assert bounds.offset == pytest.approx(2400 + 12_000, abs=240)
    assert speech_bounds(np.zeros(1000, np.float32)).offset == 1000
    assert speech_bounds(np.zeros(0, np.float32)).offset == 0


def test_speech_is_where_the_timeline_says(make_take: MakeTake) -> None:
    takes = [make_take(0, 0, "A", hertz=300), make_take(0, 1, "B", hertz=900)]
    timeline = laid(takes, SCRIPT)
    samples = mixed(Mix(timeline, LEVELS, channels=1))[0]
    first, second = timeline.turns
    assert decibels(between(samples, first.onset + 0.02, first.offset - 0.02)) == pytest.approx(-20, abs=0.1)
    assert decibels(between(samples, first.offset + 0.02, second.onset - 0.02)) < -60
    assert decibels(between(samples, second.onset + 0.02, second.offset - 0.02)) == pytest.approx(
        -20, abs=0.1
    )
    assert samples.shape == (np.ceil(timeline.seconds * MIX_RATE),)


def test_speakers_come_to_one_loudness(make_take: MakeTake) -> None:
    takes = [make_take(0, 0, "A", 2, level=-35), make_take(0, 1, "B", 2, level=-12)]
    heard = listen(takes)
    levels = {
        name: SpeakerLevel(speaker_gain(heard.loudness[name], extra)) for name, extra in (("A", 0), ("B", -6))
    }
    timeline = laid(takes, SCRIPT)
    samples = mixed(Mix(timeline, levels, channels=1))[0]
    loudness = [decibels(between(samples, turn.onset + 0.1, turn.offset - 0.1)) for turn in timeline.turns]
    assert loudness[0] - loudness[1] == pytest.approx(6, abs=0.2)


@pytest.mark.parametrize("pan", [-1.0, -0.35, 0.0, 0.6, 1.0])
def test_equal_power(make_take: MakeTake, pan: float) -> None:
    left, right = equal_power(pan)
    assert left**2 + right**2 == pytest.approx(1)
    timeline = laid([make_take(0, 0, "A", 1)], "A: One.")
    samples = mixed(Mix(timeline, {"A": SpeakerLevel(1.0, pan)}, channels=2))
    speech = between(samples, timeline.turns[0].onset + 0.02, timeline.turns[0].offset - 0.02)
    assert 10 * np.log10(np.mean(speech[0] ** 2) + np.mean(speech[1] ** 2)) == pytest.approx(-20, abs=0.1)
    if 0 < abs(pan) < 1:
        measured = decibels(speech[1]) - decibels(speech[0])
        assert measured == pytest.approx(20 * np.log10(right / left), abs=0.1)
    elif abs(pan) == 1:
        assert decibels(speech[0 if pan > 0 else 1]) < -100


def test_overlapping_turns_add_up(make_take: MakeTake) -> None:
    takes = [make_take(0, 0, "A", 2, hertz=300), make_take(0, 1, "B", 1, hertz=2000)]
    timeline = laid(takes, "A: I was —\nB: No.", overlap=0.5)
    start, end = timeline.turns[1].onset + 0.02, timeline.turns[0].offset - 0.02
    assert end - start > 0.1
    samples = mixed(Mix(timeline, LEVELS, channels=1))[0]
    assert decibels(between(samples, start, end)) == pytest.approx(-17, abs=0.4)


@pytest.mark.parametrize("channels", [1, 2])
def test_bed_level_and_depth_of_ducking(make_take: MakeTake, write_sound: WriteSound, channels: int) -> None:
    bed = Bed(file=write_sound("bed.wav", 3.0), level=-10, duck=9, fade_in=0.0, fade_out=0.0)
    takes = [make_take(0, 0, "A", 4, hertz=300), make_take(0, 1, "B", 4, hertz=300)]
    timeline = laid(takes, "A: One. [pause 6]\nB: Two.", bed=bed.model_dump())
    track = Track(bed, examine(bed.file, MIX_RATE, channels), timeline.bed, again=True)  # type: ignore[arg-type]
    silent = {name: SpeakerLevel(0.0) for name in "AB"}
    samples = mixed(Mix(timeline, silent, [track], channels=channels))
    power = sum(10 ** (decibels(each) / 10) for each in between(samples, *_middle(timeline)))
    assert 10 * np.log10(power) == pytest.approx(
        -33, abs=0.5
    )  # 10 dB under speech at -23; 1 kHz reads as its RMS
    first, second = timeline.turns
    down = decibels(between(samples, first.onset + 0.5, first.offset - 0.1)[0])
    up = decibels(between(samples, *_middle(timeline))[0])
    assert up - down == pytest.approx(9, abs=0.2)
    at_onset = decibels(between(samples, second.onset, second.onset + 0.02)[0])
    assert up - at_onset == pytest.approx(9, abs=0.6)
    assert up - decibels(between(samples, second.onset - 0.36, second.onset - 0.31)[0]) < 0.2


def _middle(timeline: Timeline) -> tuple[float, float]:
    """Where the music has been up for long."""
    return timeline.turns[0].offset + 4.5, timeline.turns[1].onset - 0.5


def test_attack_release_and_short_gaps() -> None:
    ducker = Ducker([(2.0, 3.0), (3.5, 4.0)], 20.0, MIX_RATE)
    gains = 20 * np.log10(ducker.gains(8 * MIX_RATE))
    at = {time: float(gains[round(time * MIX_RATE)]) for time in (1.69, 1.78, 2.0, 3.25, 4.59, 5.1, 7.9)}
    assert at[1.69] == 0
    assert at[1.78] == pytest.approx(-20 * (1 - np.exp(-1)), abs=1.5)  # one time constant after the lookahead
    assert at[2.0] == pytest.approx(-20, abs=0.6)
    assert at[3.25] == pytest.approx(-20, abs=0.1)  # a gap between turns does not pump
    assert at[5.1] == pytest.approx(-20 * np.exp(-1), abs=0.5)
    assert at[7.9] == pytest.approx(0, abs=0.1)
    assert np.abs(np.diff(gains)).max() < 20 / CONTROL_RATE / 0.08 / (MIX_RATE / CONTROL_RATE) * 1.1


def test_ducking_does_not_depend_on_blocks() -> None:
    speech = [(0.5, 1.0), (2.0, 2.2)]
    whole = Ducker(speech, 12.0, MIX_RATE).gains(3 * MIX_RATE)
    parts = Ducker(speech, 12.0, MIX_RATE)
    cut = np.concatenate([parts.gains(count) for count in (1, 440, 441, 442, 50_000, 3 * MIX_RATE - 51_324)])
    np.testing.assert_allclose(cut, whole, atol=1e-5)


def test_intro_level_and_fades(make_take: MakeTake, write_sound: WriteSound) -> None:
    intro = Music(
        file=write_sound("intro.mp3", 8.0, level=-9), level=-4, lead=4, length=8, fade_in=1, fade_out=2
    )
    timeline = laid([make_take(0, 0, "A", 10)], "A: One.", MusicLengths(8.0), intro=intro.model_dump())
    track = Track(intro, examine(intro.file, MIX_RATE, 2, 8.0), timeline.intro)  # type: ignore[arg-type]
    samples = mixed(Mix(timeline, {"A": SpeakerLevel(0.0)}, [track], channels=2))
    alone = between(samples, 1.2, 3.6)
    power = 10 * np.log10(sum(10 ** (decibels(each) / 10) for each in alone))
    assert power == pytest.approx(-27, abs=0.5)
    assert decibels(between(samples, 0.45, 0.55)[0]) - decibels(alone[0]) == pytest.approx(-6, abs=0.6)
    ducked = decibels(between(samples, 5.0, 5.8)[0])
    assert decibels(alone[0]) - ducked == pytest.approx(16, abs=0.3)
    assert ducked - decibels(between(samples, 6.95, 7.05)[0]) == pytest.approx(6, abs=0.6)
    assert decibels(between(samples, 8.01, 9.0)) < -150


def test_memory_is_flat_and_takes_are_let_go(make_take: MakeTake) -> None:
    import tracemalloc

    take = make_take(0, 0, "A", 1.0)
    script = "\n".join(f"{'AB'[n % 2]}: Line {n}." for n in range(400))
    takes = [Take(take.path, take.samples, "x", _place(n), "AB"[n % 2]) for n in range(400)]
    mix = Mix(laid(takes, script), LEVELS, channels=2)
    assert mix.length > 400 * MIX_RATE
    tracemalloc.start()
    for _ in mix.blocks():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20  # all of it would be 280 MB


def _place(turn: int) -> Any:
    from declaim.studio.passage import Place

    return Place(0, turn, 0, 1)


def test_take_whose_file_is_gone(make_take: MakeTake) -> None:
    from declaim.errors import StorageError

    take = make_take(0, 0, "A")
    timeline = laid([take], "A: One.")
    Path(take.path).unlink()
    with pytest.raises(StorageError, match="spoken sentence"):
        mixed(Mix(timeline, LEVELS, channels=1))
    assert RATE == 24_000

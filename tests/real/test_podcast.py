"""A bilingual show of three with music, made as a job by the real model: measured, and recognised again."""

import json
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
import soxr
from numpy.typing import NDArray
from recognised import letters, whisper_base

from declaim import Config
from declaim.audio.files import write_file
from declaim.audio.formats import FORMATS
from declaim.audio.limiter import true_peaks
from declaim.audio.loudness import LoudnessMeter
from declaim.studio.podcast.making import make_episode
from declaim.studio.podcast.production import Episode, plan
from declaim.studio.podcast.show_file import read_production
from declaim.studio.podcast.transcript import FORMATS as TRANSCRIPTS

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

RATE = 44_100
MARKER = 6000.0
"""Hz of a partial of the music by which its level is measured beside speech."""
DUCK = 12.0
SHOW = f"""\
title: Tea
podcast: 双语茶馆
stereo: true
speakers:
  主持人: {{voice: zf_xiaoxiao, pan: -1}}
  Anna: {{voice: af_heart, pan: 1}}
  老王: {{voice: zm_yunxi, pan: 0}}
intro: {{file: music.wav, lead: 2, length: 9, level: -6, duck: {DUCK}, fade_in: 0, fade_out: 1}}
bed: {{file: bed.wav, level: -24, duck: 10}}
overlap: 0.3
gaps: {{section: 2.5}}
publication: {{url: "https://example.org/tea/", date: 2026-05-04, episode: 3}}
script: |
  主持人: 今天天气真好，我们一起去公园散步吧。
  Anna: Right.
  老王: 我也很想去，可是下午可能会下雨。
  Anna (happy): The weather is lovely today, so we are going for a walk.
  # 第二部分
  主持人: 我们顺便买一点水果。
  Anna: And then we have lunch together in the garden.
"""
CHINESE = ("今天天气真好我们一起去公园散步吧", "我也很想去可是下午可能会下雨", "我们顺便买一点水果")
SIDES = {"主持人": [0], "Anna": [1], "老王": [0, 1]}
"""The channels where each is heard: on her own side, nobody else is over the end of what she says."""
ENGLISH = (
    "the weather is lovely today so we are going for a walk",
    "and then we have lunch together in the garden",
)


def chord(seconds: float, *hertz: float) -> NDArray[np.float32]:
    """A chord that swells and falls twice a second, with the marker 6 dB under its voices."""
    times = np.arange(round(seconds * 24_000)) / 24_000
    voices = sum(np.sin(2 * np.pi * each * times) for each in hertz)
    swell = 0.75 + 0.25 * np.cos(4 * np.pi * times)
    return (0.05 * (voices * swell + 0.5 * np.sin(2 * np.pi * MARKER * times))).astype(np.float32)


@pytest.fixture(scope="module")
def episode(no_settings: None, tmp_path_factory: pytest.TempPathFactory) -> Episode:  # noqa: ARG001 - no one's own
    folder = tmp_path_factory.mktemp("podcast")
    for name, music in (("music", chord(10, 220, 277.2, 329.6)), ("bed", chord(4, 110, 165))):
        write_file([music], folder / f"{name}.wav", FORMATS["wav"], 24_000, loudness=None)
    (folder / "show.yaml").write_text(SHOW, encoding="utf-8")
    made = plan(read_production(folder / "show.yaml"))
    project = folder / "e.declaim"
    found, omissions = make_episode(made, folder / "episode.mp3", project, Config(), lambda _: None)
    assert not omissions
    return found


@pytest.fixture(scope="module")
def samples(episode: Episode) -> NDArray[np.float32]:
    with av.open(str(episode.audio)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


def turns(audio: Path) -> list[tuple[str, float, float, str]]:
    """Speaker, start, end and text of each turn of the transcript."""
    read = json.loads(audio.with_suffix(".transcript.json").read_text(encoding="utf-8"))["segments"]
    joined: list[tuple[str, float, float, str]] = []
    for each in read:
        if joined and joined[-1][0] == each["speaker"]:
            name, start, _, text = joined.pop()
            joined.append((name, start, each["endTime"], text + each["body"]))
        else:
            joined.append((each["speaker"], each["startTime"], each["endTime"], each["body"]))
    return joined


def test_every_turn_is_recognised_where_the_transcript_has_it(
    episode: Episode, samples: NDArray[np.float32]
) -> None:
    recogniser = whisper_base()
    chinese, english = [], []
    for name, start, end, text in turns(episode.audio):
        if text == "Right.":
            continue  # half of it is under somebody else
        span = slice(round((start - 0.1) * RATE), round((end + 0.1) * RATE))
        piece = samples[SIDES[name], span].mean(axis=0)
        padded = np.pad(soxr.resample(piece, RATE, 16_000), 8000)
        language = "en" if name == "Anna" else "zh"
        prompt = None if name == "Anna" else "以下是普通话的句子。"
        segments, _ = recogniser.transcribe(padded, language=language, initial_prompt=prompt)
        heard = " ".join(segment.text for segment in segments)
        (english if name == "Anna" else chinese).append(heard)
    for heard, said in zip(chinese, CHINESE, strict=True):
        assert error_rate(letters(heard), said) <= 0.15, heard
    for heard, said in zip(english, ENGLISH, strict=True):
        words = "".join(c for c in heard.lower() if c.isalpha() or c == " ").split()
        assert error_rate(words, said.split()) <= 0.15, heard


def error_rate(heard: str | list[str], said: str | list[str]) -> float:
    """Levenshtein distance by the length of what was said."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (wanted != got))
    return row[-1] / len(said)


def test_length_loudness_and_peaks(episode: Episode, samples: NDArray[np.float32]) -> None:
    assert samples.shape[1] / RATE == pytest.approx(episode.seconds, abs=0.001)
    assert 15 < episode.seconds < 40
    meter = LoudnessMeter(RATE, channels=2)
    meter.add(np.ascontiguousarray(samples))
    assert meter.integrated == pytest.approx(-16, abs=0.5)
    # The mix is held under -1 dBTP; what MP3 adds to a sharp sound was 2.2 dB at most.
    assert max(true_peaks(channel).max() for channel in samples) < 10 ** (0.5 / 20)


def test_speakers_are_where_they_were_put(episode: Episode, samples: NDArray[np.float32]) -> None:
    for name, start, end, text in turns(episode.audio):
        left, right = (np.mean(each[round(start * RATE) : round(end * RATE)] ** 2) for each in samples)
        balance = 10 * np.log10(right / left)
        if text != "Right.":
            assert {"主持人": balance < -6, "Anna": balance > 6, "老王": abs(balance) < 1}[name], (
                name,
                balance,
            )


def marker_level(samples: NDArray[np.float32], start: float, end: float) -> float:
    """dB of the music's partial, the median of tenths of a second."""
    size = RATE // 10
    wave = np.exp(-2j * np.pi * MARKER / RATE * np.arange(size)) * np.hanning(size)
    middle = samples.mean(axis=0)
    first, last = round(start * RATE), round(end * RATE)
    levels = [abs(middle[at : at + size] @ wave) for at in range(first, last - size, size)]
    return float(20 * np.log10(np.median(levels)))


def test_music_makes_room_for_speech(episode: Episode, samples: NDArray[np.float32]) -> None:
    first = turns(episode.audio)[0]
    alone = marker_level(samples, 0.2, 1.6)
    under = marker_level(samples, first[1] + 0.3, first[2])
    assert alone - under == pytest.approx(DUCK, abs=1.5)
    assert first[1] == pytest.approx(2.0, abs=0.1), "the intro is alone for its lead"


def test_bed_comes_up_between_sections(episode: Episode, samples: NDArray[np.float32]) -> None:
    spoken = turns(episode.audio)
    between = spoken[3][2], spoken[4][1]
    assert between[1] - between[0] == pytest.approx(2.5, abs=0.2)
    up = marker_level(samples, between[0] + 1.2, between[1] - 0.4)
    assert up - marker_level(samples, spoken[5][1] + 0.3, spoken[5][2]) > 5


def test_gaps_and_the_overlap_that_was_asked_for(episode: Episode) -> None:
    spoken = turns(episode.audio)
    gaps = [after[1] - before[2] for before, after in pairwise(spoken)]
    assert -0.3 <= gaps[0] <= -0.1, "an interjection begins early"
    assert all(0.0 < gap < 1.0 for gap in (gaps[1], gaps[2], gaps[4])), gaps


def test_chapters_transcripts_and_the_feeds_entry(episode: Episode) -> None:
    assert [chapter.title for chapter in episode.chapters] == ["Tea", "第二部分"]
    second = turns(episode.audio)[4][1]
    assert episode.chapters[1].start == pytest.approx(second - 0.3, abs=0.1)
    for ending in TRANSCRIPTS:
        assert "公园" in episode.audio.with_name("episode" + ending).read_text(encoding="utf-8")
    item = ET.parse(episode.audio.with_name("episode.rss.xml")).getroot()
    assert item.tag == "item"
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("url") == "https://example.org/tea/episode.mp3"
    assert enclosure.get("length") == str(episode.audio.stat().st_size)

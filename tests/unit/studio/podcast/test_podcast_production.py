"""Whole episodes of tones, and what may go wrong on the way."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from podcast_tones import MakeTake, WriteSound, tone

from declaim.audio.files import write_file
from declaim.audio.formats import FORMATS
from declaim.audio.loudness import LoudnessMeter
from declaim.errors import NothingToSayError, OptionError, StorageError
from declaim.studio.passage import Passage
from declaim.studio.podcast.errors import MusicError, PodcastError
from declaim.studio.podcast.passages import passages_of
from declaim.studio.podcast.production import Episode, Plan, plan, produce
from declaim.studio.podcast.show_file import read_production
from declaim.studio.recording import Take

SHOW = """\
title: 猫 & dogs
podcast: 双语茶馆
author: Me
description: About <cats>.
stereo: true
speakers:
  Anna: {voice: af_heart, pan: -0.5}
  老王: {voice: zm_yunxi}
intro: {file: intro.wav, lead: 2, length: 4}
outro: {file: intro.wav, lead: 2, length: 4}
bed: bed.wav
publication: {date: 2026-05-04, episode: 7}
script: |
  # 开场
  Anna: Hello.
  老王: 你好。
  # Second
  Anna: Bye.
"""
ENDINGS = {".mp3", ".vtt", ".srt", ".transcript.json", ".txt", ".md", ".html", ".chapters.json", ".rss.xml"}


class Tones:
    """Speaks a second of a tone for each passage."""

    def __init__(self, make_take: MakeTake) -> None:
        self._make = make_take

    def render(self, passages: Sequence[Passage]) -> Iterator[Take]:
        for passage in passages:
            place = passage.place
            yield self._make(place.chapter, place.block, passage.speaker, 1.5, text=passage.text)


def made_by(made: Plan, renderer: Any, output: Path) -> Episode:
    """An episode of what a renderer speaks."""
    sections = passages_of(made.show, made.production.script, made.cast)
    return produce(made, [take for passages in sections for take in renderer.render(passages)], output)


@pytest.fixture
def renderer(make_take: MakeTake) -> Tones:
    return Tones(make_take)


@pytest.fixture
def folder(tmp_path: Path, write_sound: WriteSound) -> Path:
    """With a show, its music and a cover in it."""
    write_sound("intro.wav", 6.0, rate=8_000, channels=1)
    write_sound("bed.wav", 1.0, hertz=200)
    with av.open(str(tmp_path / "cover.png"), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width = stream.height = 64
        stream.pix_fmt = "rgb24"
        container.mux(stream.encode(av.VideoFrame(64, 64, "rgb24")))
        container.mux(stream.encode(None))
    return tmp_path


def planned(folder: Path, text: str = SHOW) -> Plan:
    (folder / "show.yaml").write_text(text, encoding="utf-8")
    return plan(read_production(folder / "show.yaml"))


def test_an_episode(folder: Path, renderer: Tones) -> None:
    id3 = pytest.importorskip("mutagen.id3", reason="a development dependency")
    out = folder / "out"
    out.mkdir()
    episode = made_by(planned(folder, SHOW + "cover: cover.png\n"), renderer, out / "episode.mp3")
    assert {path.name.removeprefix("episode") for path in out.iterdir()} == ENDINGS
    assert set(episode.files) == set(out.iterdir())
    tags = id3.ID3(out / "episode.mp3")
    assert (str(tags["TIT2"]), str(tags["TALB"]), str(tags["TPE1"])) == ("猫 & dogs", "双语茶馆", "Me")
    chapters = tags.getall("CHAP")
    assert [str(chapter.sub_frames["TIT2"]) for chapter in chapters] == ["开场", "Second"]
    assert chapters[0].start_time == 0
    assert chapters[0].end_time == chapters[1].start_time
    assert chapters[1].end_time == pytest.approx(1000 * episode.seconds, abs=1)
    assert tags["CTOC:toc"].child_element_ids == [chapter.element_id for chapter in chapters]
    assert tags.getall("APIC")[0].data == (folder / "cover.png").read_bytes()
    length = f'length="{(out / "episode.mp3").stat().st_size}"'
    assert length in (out / "episode.rss.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("stereo", "target"), [("true", -16.0), ("false", -19.0)])
def test_loudness_length_and_channels_of_the_file(
    folder: Path, renderer: Tones, stereo: str, target: float
) -> None:
    episode = made_by(
        planned(folder, SHOW.replace("stereo: true", f"stereo: {stereo}")), renderer, folder / "e.mp3"
    )
    with av.open(str(episode.audio)) as container:
        samples = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert len(samples) == (2 if stereo == "true" else 1)
    assert samples.shape[1] / 44_100 == pytest.approx(episode.seconds, abs=0.001)
    meter = LoudnessMeter(44_100, channels=len(samples))
    meter.add(samples)
    assert meter.integrated == pytest.approx(target, abs=0.3)


def test_the_same_show_gives_the_same_bytes(folder: Path, renderer: Tones) -> None:
    first = made_by(planned(folder), renderer, folder / "a.mp3").audio.read_bytes()
    assert made_by(planned(folder), renderer, folder / "b.mp3").audio.read_bytes() == first


def test_two_with_one_voice_are_warned_of(folder: Path) -> None:
    warnings = planned(folder, SHOW.replace("zm_yunxi", "af_heart")).warnings
    assert "Anna and 老王 have the same voice, af_heart" in warnings
    assert not any("same voice" in warning for warning in planned(folder).warnings)


def test_who_says_nothing_is_warned_of(folder: Path) -> None:
    assert (
        "Carl is declared, and says nothing"
        in planned(folder, SHOW.replace("intro:", "  Carl:\nintro:")).warnings
    )


def test_missing_music_and_covers_are_found_before_anything_is_spoken(folder: Path) -> None:
    with pytest.raises(MusicError, match=r"nowhere\.wav"):
        planned(folder, SHOW.replace("bed.wav", "nowhere.wav"))
    (folder / "bed.wav").write_bytes(b"RIFF")
    with pytest.raises(MusicError):
        planned(folder)
    (folder / "bed.wav").unlink()
    for cover in ("none.png", "intro.wav", "."):
        with pytest.raises(PodcastError, match="the cover"):
            planned(folder, SHOW.replace("bed: bed.wav", f"cover: {cover}"))
    (folder / "cut.png").write_bytes((folder / "cover.png").read_bytes()[:20])
    with pytest.raises(PodcastError, match="is damaged"):
        planned(folder, SHOW.replace("bed: bed.wav", "cover: cut.png"))


def test_nothing_spoken_writes_nothing(folder: Path) -> None:
    class Mute:
        def render(self, _passages: Sequence[Passage]) -> list[Take]:
            return []

    with pytest.raises(NothingToSayError):
        made_by(planned(folder), Mute(), folder / "e.mp3")
    assert not (folder / "e.mp3").exists()


@pytest.mark.parametrize(
    ("name", "error"), [("e.wav", OptionError), (".", OptionError), ("no/e.mp3", StorageError)]
)
def test_places_that_cannot_be_written(
    folder: Path, renderer: Tones, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        made_by(planned(folder), renderer, folder / name)


def test_failure_in_the_middle_leaves_what_was_there(
    folder: Path, renderer: Tones, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "e.mp3").write_bytes(b"old")

    def broken(*_: Any) -> Iterator[Any]:
        yield np.zeros((2, 44_100), np.float32)
        raise MusicError("gone")

    monkeypatch.setattr("declaim.studio.podcast.production.mastered", broken)
    with pytest.raises(MusicError):
        made_by(planned(folder), renderer, folder / "e.mp3")
    assert (folder / "e.mp3").read_bytes() == b"old"
    assert not list(folder.glob(".declaim-*"))


FULL = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from declaim.errors import StorageError
from declaim.studio.podcast.episode_file import Label, write_episode
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
noise = np.random.default_rng(0).normal(0, 0.1, (2, 44100)).astype(np.float32)
try:
    write_episode(Path(sys.argv[1]), [noise] * 20, 2, Label())
except StorageError as error:
    print(error, "|", error.hint)
"""


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE")
def test_full_disk(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "e.mp3")], capture_output=True, text=True, check=True
    )
    assert "e.mp3 cannot be written" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_take_of_one_file_in_several_places(folder: Path, tmp_path: Path) -> None:
    """Sentences that are the same share a file."""
    path = tmp_path / "same.flac"
    write_file([tone(1.0)], path, FORMATS["flac"], 24_000, loudness=None)

    class Same:
        def render(self, passages: Sequence[Passage]) -> list[Take]:
            return [Take(path, 24_000, each.text, each.place, each.speaker) for each in passages]

    assert made_by(planned(folder), Same(), folder / "e.mp3").seconds > 3

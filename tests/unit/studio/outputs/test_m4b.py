from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from mutagen.mp4 import MP4, AtomDataType, MP4Cover
from spoken_books import RATE, Speak, heard, picture, probe

from declaim.audio.limiter import true_peaks
from declaim.audio.loudness import LoudnessMeter
from declaim.errors import EngineError, OptionError
from declaim.studio.book import Block, BlockKind, Book, Chapter, Cover, Metadata
from declaim.studio.outputs import OutputSettings, measure_gain, write_m4b
from declaim.studio.recording import RecordedChapter

SETTINGS = OutputSettings(narrator="Nora Narrator")
TITLES = ["Part One", "Part One: Chapter 1", "Part Two", "Part Two: Chapter 1"]
needs_ffprobe = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not there")


@pytest.fixture(scope="module")
def m4b(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("m4b") / "book.m4b"
    write_m4b(path, book, recorded, SETTINGS)
    assert list(path.parent.iterdir()) == [path]
    return path


def test_mutagen_reads_the_tags(m4b: Path) -> None:
    tags = MP4(m4b).tags
    assert tags["©nam"] == tags["©alb"] == ["The Book <of> “Tests” & 测试"]
    assert tags["©ART"] == tags["aART"] == ["Ada Author, 鲁迅"]
    assert tags["©wrt"] == tags["©nrt"] == ["Nora Narrator"]
    assert tags["©pub"] == ["Press & Sons"]
    assert tags["©day"] == ["2019-04-01"]
    assert tags["cprt"] == ["© 2019"]
    assert tags["desc"] == ["About <tests>. In two paragraphs."]
    assert tags["ldes"] == ["About <tests>.\n\nIn two paragraphs."]
    assert tags["stik"] == [2]  # an audiobook
    own = {
        name.rpartition(":")[2]: bytes(value[0]).decode() for name, value in tags.items() if "iTunes" in name
    }
    assert own["SERIES"] == "Saga"
    assert own["SERIES-PART"] == "2.5"
    assert own["LANGUAGE"] == "en-GB"


def test_mutagen_reads_the_cover(m4b: Path, book: Book) -> None:
    (cover,) = MP4(m4b).tags["covr"]
    assert book.cover is not None
    assert bytes(cover) == book.cover.data
    assert cover.imageformat == MP4Cover.FORMAT_JPEG == AtomDataType.JPEG


def test_mutagen_reads_chapters_and_length(m4b: Path, recorded: tuple[RecordedChapter, ...]) -> None:
    file = MP4(m4b)
    assert [chapter.title for chapter in file.chapters] == TITLES
    starts = np.cumsum([0, *(chapter.seconds for chapter in recorded if chapter.takes)])
    assert [chapter.start for chapter in file.chapters] == pytest.approx(starts[:-1], abs=1e-4)
    assert file.info.length == pytest.approx(starts[-1], abs=2 * 1024 / RATE)  # it counts the encoder's delay


@needs_ffprobe
def test_ffprobe_reads_all_of_it(m4b: Path, recorded: tuple[RecordedChapter, ...]) -> None:
    found = probe(m4b)
    seconds = sum(chapter.seconds for chapter in recorded)
    assert float(found["format"]["duration"]) == pytest.approx(seconds, abs=1e-3)
    assert [chapter["tags"]["title"] for chapter in found["chapters"]] == TITLES
    ends = [float(chapter["end_time"]) for chapter in found["chapters"]]
    assert [float(chapter["start_time"]) for chapter in found["chapters"]] == [0.0, *ends[:-1]]
    tags = found["format"]["tags"]
    assert tags["major_brand"] == "M4B "
    assert tags["media_type"] == "2"
    assert tags["composer"] == "Nora Narrator"
    audio, marks, cover = found["streams"]
    assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "24000", 1)
    assert audio["tags"]["language"] == "eng"
    assert marks["codec_tag_string"] == "text"  # the chapter track of QuickTime
    assert cover["disposition"]["attached_pic"] == 1


def test_index_stands_before_the_audio(m4b: Path) -> None:
    data = m4b.read_bytes()
    assert data[4:12] == b"ftypM4B "
    assert data.index(b"moov") < data.index(b"mdat")
    assert data.count(b"chpl") == data.count(b"udta") == 1


def test_sentences_stand_where_the_takes_say(m4b: Path, recorded: tuple[RecordedChapter, ...]) -> None:
    samples, position = heard(m4b), 0
    assert len(samples) == pytest.approx(sum(chapter.seconds for chapter in recorded) * RATE, abs=1024)
    for take in (take for chapter in recorded for take in chapter.takes):
        end = position + take.samples
        assert np.sqrt(np.mean(samples[position:end] ** 2)) > 0.01
        position = end + round(take.pause * RATE)
        silence = samples[end + 1024 : position - 1024]  # what the codec smears lies within a frame
        assert np.sqrt(np.mean(silence**2)) < 0.002


def test_loudness_and_peaks_of_the_whole(m4b: Path) -> None:
    samples = heard(m4b)
    meter = LoudnessMeter(RATE)
    meter.add(samples)
    assert meter.integrated == pytest.approx(-19, abs=0.3)
    assert 20 * np.log10(true_peaks(samples).max()) < -2  # a ceiling of -3, and what the codec adds


def test_equal_books_give_equal_files(
    m4b: Path, book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    write_m4b(tmp_path / "again.m4b", book, recorded, SETTINGS)
    assert (tmp_path / "again.m4b").read_bytes() == m4b.read_bytes()


def test_a_gain_that_was_measured_before(
    m4b: Path, book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    told: list[tuple[float, float]] = []
    write_m4b(
        tmp_path / "again.m4b",
        book,
        recorded,
        SETTINGS,
        gain=measure_gain(recorded, SETTINGS),
        progress=lambda done, total: told.append((done, total)),
    )
    assert (tmp_path / "again.m4b").read_bytes() == m4b.read_bytes()
    assert told[-1] == pytest.approx((12.15, 12.15))
    assert told == sorted(told)


def chapter(title: str, level: int = 1) -> Chapter:
    return Chapter(title, (Block(BlockKind.PARAGRAPH, "Yes."),), level)


def test_three_hundred_chapters(speak: Speak, tmp_path: Path) -> None:
    chapters = [chapter(f"第{number}章 {'长' * 120}😀") for number in range(300)]
    recorded = [speak(one, index, seconds=0.2, pause=0) for index, one in enumerate(chapters)]
    write_m4b(tmp_path / "long.m4b", Book("Long", tuple(chapters)), recorded)
    nero = MP4(tmp_path / "long.m4b").chapters
    assert len(nero) == 255  # all that Nero's list can hold
    assert all(one.title == chapters[index].title[: len(one.title)] for index, one in enumerate(nero))
    if shutil.which("ffprobe"):
        found = probe(tmp_path / "long.m4b")["chapters"]
        assert [one["tags"]["title"] for one in found] == [one.title for one in chapters]


TITLE_LINES = [
    ("One\nTwo\r\nThree\tFour", "One Two Three Four"),
    ("<b>&amp; ]]>\x00\x07", "<b>&amp; ]]>"),
    ("👩‍👩‍👧 family", "👩‍👩‍👧 family"),
    ("פרק ראשון", "פרק ראשון"),
    (" \n ", "1"),
]


@pytest.mark.parametrize(("title", "shown"), TITLE_LINES)
def test_strange_titles(title: str, shown: str, speak: Speak, tmp_path: Path) -> None:
    one = chapter(title)
    write_m4b(tmp_path / "a.m4b", Book("Book", (one,)), [speak(one)])
    assert [mark.title for mark in MP4(tmp_path / "a.m4b").chapters] == [shown]


def test_what_is_not_known_is_not_said(speak: Speak, tmp_path: Path) -> None:
    one = chapter("Only")
    write_m4b(tmp_path / "a.m4b", Book("Book", (one,)), [speak(one)])
    names = set(MP4(tmp_path / "a.m4b").tags)
    assert names == {"©nam", "©alb", "©gen", "stik", "----:com.apple.iTunes:LANGUAGE"}


def test_a_long_description_and_a_large_cover_have_room(book: Book, speak: Speak, tmp_path: Path) -> None:
    one = chapter("Only")
    large = dataclasses.replace(
        book,
        cover=Cover(picture(900, 1200, "png"), "image/png"),
        metadata=Metadata(description="Wort. " * 20_000),
        chapters=(one,),
    )
    assert large.cover is not None
    assert len(large.cover.data) > 2 << 20
    write_m4b(tmp_path / "a.m4b", large, [speak(one)])
    tags = MP4(tmp_path / "a.m4b").tags
    assert len(tags["ldes"][0]) == 6 * 20_000 - 1
    assert tags["covr"][0].imageformat == MP4Cover.FORMAT_JPEG


def test_nothing_to_hear(book: Book, tmp_path: Path) -> None:
    silent = [RecordedChapter(one.title, ()) for one in book.chapters]
    with pytest.raises(EngineError, match="nothing in the book was spoken"):
        write_m4b(tmp_path / "a.m4b", book, silent)
    assert not list(tmp_path.iterdir())


def test_a_bit_rate_that_aac_has_not(
    book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="bit rate"):
        write_m4b(tmp_path / "a.m4b", book, recorded, OutputSettings(m4b_bit_rate=1_000_000))
    assert not list(tmp_path.iterdir())

from __future__ import annotations

import base64
from pathlib import Path

import mutagen
import numpy as np
import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.oggopus import OggOpus
from spoken_books import RATE, heard

from declaim.audio.loudness import LoudnessMeter
from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.outputs import ChapterFormat, OutputSettings, write_chapter_files
from declaim.studio.recording import RecordedChapter

SETTINGS = OutputSettings(narrator="Nora Narrator")
NAMES = ["01 - Part One", "02 - Part One Chapter 1", "04 - Part Two", "05 - Part Two Chapter 1"]
FORMATS: tuple[ChapterFormat, ...] = ("mp3", "opus", "flac")
Written = dict[ChapterFormat, tuple[Path, ...]]


@pytest.fixture(scope="module")
def written(
    book: Book, recorded: tuple[RecordedChapter, ...], tmp_path_factory: pytest.TempPathFactory
) -> Written:
    folder = tmp_path_factory.mktemp("chapters")
    return {name: write_chapter_files(folder / name, book, recorded, name, SETTINGS) for name in FORMATS}


@pytest.mark.parametrize("name", FORMATS)
def test_names_and_playlist(name: ChapterFormat, written: Written) -> None:
    *files, playlist = written[name]
    assert [file.name for file in files] == [f"{stem}.{name}" for stem in NAMES]
    assert sorted(playlist.parent.iterdir()) == sorted(written[name])
    assert playlist.read_text("utf-8").splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:The Book <of> “Tests” & 测试",
        "#EXTART:Ada Author, 鲁迅",
        "#EXTALB:The Book <of> “Tests” & 测试",
        "#EXTINF:1,Part One",
        files[0].name,
        "#EXTINF:8,Part One: Chapter 1",
        files[1].name,
        "#EXTINF:1,Part Two",
        files[2].name,
        "#EXTINF:3,Part Two: Chapter 1",
        files[3].name,
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_each_file_is_its_chapter(
    name: ChapterFormat, written: Written, recorded: tuple[RecordedChapter, ...]
) -> None:
    spoken = [chapter for chapter in recorded if chapter.takes]
    for file, chapter in zip(written[name], spoken, strict=False):
        assert len(heard(file)) / (48_000 if name == "opus" else RATE) == pytest.approx(
            chapter.seconds, abs=0.05
        )
        assert mutagen.File(file).info.length == pytest.approx(chapter.seconds, abs=0.08)


def test_one_gain_for_all(written: Written, recorded: tuple[RecordedChapter, ...]) -> None:
    samples = [heard(file) for file in written["flac"][:-1]]
    meter = LoudnessMeter(RATE)
    meter.add(np.concatenate(samples))
    assert meter.integrated == pytest.approx(-19, abs=0.1)
    takes = [heard(chapter.takes[0].path) for chapter in recorded if chapter.takes]
    gains = [
        np.abs(one[: len(take)]).max() / np.abs(take).max() for one, take in zip(samples, takes, strict=True)
    ]
    assert gains == pytest.approx([gains[0]] * 4, rel=0.01)


def test_id3(written: Written, book: Book) -> None:
    tags = MP3(written["mp3"][1]).tags
    assert {
        key: str(tags[key]) for key in ("TIT2", "TALB", "TPE1", "TRCK", "TCOM", "TCON", "TLAN", "TDRC")
    } == {
        "TIT2": "Part One: Chapter 1",
        "TALB": "The Book <of> “Tests” & 测试",
        "TPE1": "Ada Author, 鲁迅",
        "TRCK": "2/4",
        "TCOM": "Nora Narrator",
        "TCON": "Audiobook",
        "TLAN": "eng",
        "TDRC": "2019-04-01",
    }
    assert str(tags["TXXX:SERIES"]) == "Saga"
    (cover,) = tags.getall("APIC")
    assert book.cover is not None
    assert (cover.data, cover.mime, cover.type) == (book.cover.data, "image/jpeg", 3)
    assert ID3(written["mp3"][1], translate=False).version == (2, 3, 0)


@pytest.mark.parametrize("name", ["opus", "flac"])
def test_vorbis_comments(name: ChapterFormat, written: Written, book: Book) -> None:
    file = (OggOpus if name == "opus" else FLAC)(written[name][1])
    wanted = {
        "title": "Part One: Chapter 1",
        "album": "The Book <of> “Tests” & 测试",
        "artist": "Ada Author, 鲁迅",
        "albumartist": "Ada Author, 鲁迅",
        "tracknumber": "2",
        "tracktotal": "4",
        "composer": "Nora Narrator",
        "publisher": "Press & Sons",
        "series-part": "2.5",
    }
    assert {key: file.tags[key][0] for key in wanted} == wanted
    if name == "opus":
        cover = Picture(base64.b64decode(file.tags["metadata_block_picture"][0]))
    else:
        (cover,) = file.pictures
    assert book.cover is not None
    assert (cover.data, cover.mime, cover.type) == (book.cover.data, "image/jpeg", 3)


@pytest.mark.parametrize("name", FORMATS)
def test_equal_books_give_equal_files(
    name: ChapterFormat, written: Written, book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    again = write_chapter_files(tmp_path, book, recorded, name, SETTINGS)
    assert [file.read_bytes() for file in again] == [file.read_bytes() for file in written[name]]


def test_strange_titles_make_files_and_a_playlist_that_lists_them(
    recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    titles = ["CON", "#EXTINF:9,x\n/etc/passwd", "a/b", "A/B", "😀" * 100, "\u202e", "שלום"]
    chapters = tuple(Chapter(title, (Block(BlockKind.PARAGRAPH, "Yes."),)) for title in titles)
    spoken = [RecordedChapter(title, recorded[0].takes) for title in titles]
    *files, playlist = write_chapter_files(tmp_path, Book("B", chapters), spoken, "mp3")
    assert len({file.name.casefold() for file in files}) == len(titles)
    assert all(file.is_file() and len(file.name.encode()) < 143 for file in files)
    lines = playlist.read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [file.name for file in files]
    assert sum(line.startswith("#EXTINF") for line in lines) == len(titles)
    assert [str(MP3(file).tags["TIT2"]) for file in files][2:4] == ["a/b", "A/B"]

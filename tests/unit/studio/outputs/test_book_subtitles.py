from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from spoken_books import Speak

from declaim.errors import OptionError
from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.outputs import write_chapter_subtitles, write_subtitles
from declaim.studio.outputs.words import words_of
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter, Take
from declaim.timings import WordTiming

TAKE = Take(Path("a.flac"), 24_000, "Come in.", Place(0, 0, 5, 13))
LINES = [
    ("0:00.000", "Part One"),
    ("0:00.700", "Chapter 1"),
    ("0:01.450", "“Come in,” said Anna."),
    ("0:02.800", "He came in & sat <down>."),
    ("0:04.300", "It was late."),
    ("0:05.200", "Roses are red, violets are blue."),
    ("0:07.100", "Dear Sir, I remain yours."),
    ("0:08.650", "Part Two"),
    ("0:09.350", "第一章"),
    ("0:09.900", "今天天气很好。"),
    ("0:10.550", "老王说：“我们去公园吧！”"),
    ("0:11.500", "大家都同意了。"),
]


def test_srt_of_the_whole_book(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path) -> None:
    write_subtitles(tmp_path / "a.srt", book, recorded)
    cues = (tmp_path / "a.srt").read_text("utf-8").rstrip().split("\n\n")
    parsed = [re.fullmatch(r"(\d+)\n00:0(\S+),(\d+) --> .*\n(.*)", cue) for cue in cues]
    assert [(f"{cue[2]}.{cue[3]}", cue[4]) for cue in parsed if cue] == LINES
    assert [int(cue[1]) for cue in parsed if cue] == list(range(1, len(LINES) + 1))


def test_vtt(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path) -> None:
    write_subtitles(tmp_path / "a.vtt", book, recorded)
    text = (tmp_path / "a.vtt").read_text("utf-8")
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:00.700\nPart One\n")
    assert "He came in &amp; sat &lt;down&gt;." in text


def test_lrc(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path) -> None:
    write_subtitles(tmp_path / "a.lrc", book, recorded)
    head = ["[ti:The Book <of> “Tests” & 测试]", "[ar:Ada Author, 鲁迅]", "[al:The Book <of> “Tests” & 测试]"]
    lines = [f"[0{time[:-1]}]{text}" for time, text in LINES]
    assert (tmp_path / "a.lrc").read_text("utf-8").splitlines() == [*head, "[length:00:12]", *lines]


def test_lrc_takes_a_line_away_when_nothing_is_said(speak: Speak, tmp_path: Path) -> None:
    chapter = Chapter("One", (Block(BlockKind.PARAGRAPH, "Yes, I do. No."),))
    write_subtitles(tmp_path / "a.lrc", Book("B", (chapter,)), [speak(chapter, seconds=2, pause=100)])
    assert (tmp_path / "a.lrc").read_text("utf-8").splitlines()[-3:] == [
        "[00:00.00]Yes, I do.",
        "[00:02.00]",
        "[01:42.00]No.",
    ]


def test_chapters_begin_at_zero(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path) -> None:
    paths = write_chapter_subtitles(tmp_path / "new", book, recorded, "srt")
    assert [path.name for path in paths] == [
        "01 - Part One.srt",
        "02 - Part One Chapter 1.srt",
        "04 - Part Two.srt",
        "05 - Part Two Chapter 1.srt",
    ]
    assert paths[3].read_text("utf-8").startswith("1\n00:00:00,000 --> 00:00:00,550\n第一章\n")


def test_times_of_the_engine_are_used(tmp_path: Path) -> None:
    words = (WordTiming("Come", (5, 9), 0.25, 0.5), WordTiming("in", (10, 12), 0.5, 0.75))
    take = dataclasses.replace(TAKE, words=words, pause=1.0)
    chapter = Chapter("One", (Block(BlockKind.PARAGRAPH, "Ann: Come in."),))
    write_subtitles(tmp_path / "a.srt", Book("B", (chapter,) * 2), [RecordedChapter("One", (take,))] * 2)
    times = re.findall(r"00:00:0(\S+) -->", (tmp_path / "a.srt").read_text("utf-8"))
    assert times == ["0,250", "2,250"]


def test_words_without_times_are_spread_by_their_letters() -> None:
    chinese = dataclasses.replace(TAKE, text="“你好，Anna!", place=Place(0, 0, 10, 18))
    assert words_of(chinese) == (
        WordTiming("你", (11, 12), 0.0, pytest.approx(1 / 6)),
        WordTiming("好", (12, 13), pytest.approx(1 / 6), pytest.approx(2 / 6)),
        WordTiming("Anna", (14, 18), pytest.approx(2 / 6), 1.0),
    )


def test_a_long_sentence_is_cut_into_cues_that_can_be_read(speak: Speak, tmp_path: Path) -> None:
    text = "This sentence goes on, and on, and on, " * 8 + "and ends."
    chapter = Chapter("One", (Block(BlockKind.PARAGRAPH, text),))
    write_subtitles(tmp_path / "a.srt", Book("B", (chapter,)), [speak(chapter)])
    cues = (tmp_path / "a.srt").read_text("utf-8").rstrip().split("\n\n")
    shown = [cue.split("\n")[2:] for cue in cues]
    assert all(len(lines) <= 2 and max(map(len, lines)) <= 42 for lines in shown)
    assert " ".join(" ".join(lines) for lines in shown) == text


def test_another_suffix(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="subtitle format"):
        write_subtitles(tmp_path / "a.sub", book, recorded)
    assert not list(tmp_path.iterdir())


def test_a_book_and_chapters_that_do_not_belong_together(
    book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="zip"):
        write_subtitles(tmp_path / "a.srt", book, recorded[1:])

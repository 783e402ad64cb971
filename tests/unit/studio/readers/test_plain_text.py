"""Plain text: paragraphs by lines, wrapped lines joined, verse kept, chapters found."""

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.errors import BookEmptyError
from declaim.studio.book import BlockKind, Book, SkippedKind
from declaim.studio.readers.plain_text import read_plain_text
from declaim.studio.readers.wrapping import Joiner, is_full, wrap_width

PROSE = (
    "It was late in the autumn when the letter came, and nobody in the house expected it. The rain had not "
    "stopped for a week, the road was under water, and even the postman had given up and gone home."
)

WORDS = ["the", "a", "lighthouse", "of", "harbour", "and", "we", "I", "morning", "Captain", "well-known"]


def read(folder: Path, text: str, name: str = "book.txt") -> Book:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    return read_plain_text(folder / name)


def texts(book: Book) -> list[str]:
    return [block.text for _, _, block in book.blocks()]


def test_every_line_of_chinese_is_a_paragraph(tmp_path: Path) -> None:
    book = read(tmp_path, "第一章 雨夜\n　　他来了。\n　　她走了。\n第二章 黎明\n　　天亮了。\n")
    assert [chapter.title for chapter in book.chapters] == ["第一章 雨夜", "第二章 黎明"]
    assert texts(book) == ["第一章 雨夜", "他来了。", "她走了。", "第二章 黎明", "天亮了。"]


@pytest.mark.parametrize("width", [40, 60, 72, 100])
def test_wrapped_paragraphs_are_joined(tmp_path: Path, width: int) -> None:
    paragraphs = [PROSE, "He said nothing.", PROSE.upper(), "“No,” she said. “" + PROSE + "”"]
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert texts(read(tmp_path, wrapped)) == paragraphs


def test_wrapped_chinese_is_joined_without_spaces(tmp_path: Path) -> None:
    line = "那年秋天的雨一直下个不停谁也没有想到会有人在这样的夜里来敲门所以大家都愣住了"
    wrapped = f"　　{line}\n{line}\n{line}。\n　　{line}\n{line}。\n"
    assert texts(read(tmp_path, wrapped)) == [line * 3 + "。", line * 2 + "。"]


def test_verse_keeps_its_lines(tmp_path: Path) -> None:
    wrapped = (
        textwrap.fill(PROSE, 72)
        + "\n\n    The moon is on the water,\n    the tide goes out again\n\n"
        + PROSE[:60]
    )
    book = read(tmp_path, wrapped)
    assert [block.kind for _, _, block in book.blocks()] == [
        BlockKind.PARAGRAPH,
        BlockKind.VERSE,
        BlockKind.PARAGRAPH,
    ]
    assert texts(book)[1] == "The moon is on the water,\nthe tide goes out again"


def test_rows_of_stars_are_scene_breaks(tmp_path: Path) -> None:
    book = read(tmp_path, "一个人。\n* * *\n◇◇◇\n另一个人。\n")
    assert [block.kind for _, _, block in book.blocks()] == [
        BlockKind.PARAGRAPH,
        BlockKind.SCENE_BREAK,
        BlockKind.PARAGRAPH,
    ]


@pytest.mark.parametrize(
    ("name", "text", "title", "author"),
    [
        ("book.txt", "书名：白石镇\n作者：老周\n\n第一章\n你好。", "白石镇", "老周"),
        ("book.txt", "《白石镇》\n\n第一章\n你好。", "白石镇", ""),
        ("《白石镇》作者：老周.txt", "第一章\n你好。", "白石镇", "老周"),
        ("White Stone - Ann Ode.txt", "Chapter 1\nHello.", "White Stone", "Ann Ode"),
        ("book.txt", "Title: White Stone\nAuthor: Ann Ode\n\nChapter 1\nHello.", "White Stone", "Ann Ode"),
        ("notes.txt", "Hello.", "notes", ""),
    ],
)
def test_title_and_author(tmp_path: Path, name: str, text: str, title: str, author: str) -> None:
    book = read(tmp_path, text, name)
    assert (book.title, book.authors) == (title, (author,) if author else ())
    assert "作者" not in "".join(texts(book))


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_all_line_ends_are_line_ends(tmp_path: Path, end: str) -> None:
    assert texts(read(tmp_path, f"一。{end}二。{end}")) == ["一。", "二。"]


def test_a_chapter_without_text_but_its_heading_is_kept_as_one(tmp_path: Path) -> None:
    book = read(tmp_path, "第一卷 潮水\n第一章\n你好。\n")
    assert [(chapter.title, chapter.level) for chapter in book.chapters] == [
        ("第一卷 潮水", 1),
        ("第一章", 2),
    ]


def test_pronunciations_in_the_text_are_kept(tmp_path: Path) -> None:
    book = read(tmp_path, "去[重庆](/chong2 qing4/)吧。")
    assert texts(book) == ["去重庆吧。"]
    assert book.chapters[0].blocks[0].spoken() == "去[重庆](/chong2 qing4/)吧。"


def test_an_endless_chapter_is_named(tmp_path: Path) -> None:
    book = read(tmp_path, "第一章\n你好。\n第二章\n" + "很长的一句话。\n" * 300_000 + "第三章\n再见。\n")
    assert [chapter.title for chapter in book.chapters] == ["第一章", "第三章"]
    assert (book.skipped[0].kind, book.skipped[0].where) == (SkippedKind.DAMAGED, "第二章")


def test_nothing_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(BookEmptyError):
        read(tmp_path, " \n\n***\n")


@given(st.lists(st.sampled_from(WORDS), min_size=40, max_size=90), st.integers(30, 90))
def test_any_wrapped_words_come_back_in_order(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = textwrap.wrap(text, width, break_on_hyphens=False)
    assert Joiner(lines).join(lines) == text


def test_hyphens_are_undone_by_the_words_of_the_book() -> None:
    joiner = Joiner(["the well-known example", "an example is here"])
    assert joiner.join(["He gave an exam-", "ple of the well-", "known kind of hyphen-", "ation."]) == (
        "He gave an example of the well-known kind of hyphenation."
    )


def test_a_text_that_is_not_wrapped_has_no_width() -> None:
    assert wrap_width([["他来了。", "她走了。", "天亮了，谁也没有说话，只有海浪的声音。"]]) is None
    assert is_full("a" * 70, "lighthouse", 72)
    assert not is_full("short", "lighthouse", 72)

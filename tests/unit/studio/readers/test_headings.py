"""Headings in plain text, and sentences that only begin like one."""

import pytest

from declaim.studio.readers.headings import Rank, heading_rank, levels_of


@pytest.mark.parametrize(
    "line",
    [
        "第十二章",
        "第十二章 雨夜",
        "第12章：雨夜",
        "第三回　宴桃园豪杰三结义",
        "第一百零八章",
        "正文 第一章 开始",
        "第二节 码头",
        "Chapter 3",
        "CHAPTER XII",
        "Chapter Twelve: The Fog",
        "Chapter 7. In Which Nothing Happens",
        "chapter the first",
        "Chapter XXI — Home",
        "第三章雨夜来客",
    ],
)
def test_chapters(line: str) -> None:
    assert heading_rank(line) is Rank.CHAPTER


@pytest.mark.parametrize(
    "line",
    [
        "卷一",
        "第一卷 潮水",
        "上卷",
        "第二部",
        "Part Two",
        "BOOK I",
        "Volume 3: The Sea",
        "Part One: The Tide",
    ],
)
def test_parts(line: str) -> None:
    assert heading_rank(line) is Rank.PART


@pytest.mark.parametrize(
    "line",
    ["楔子", "序", "序言", "前言", "后记", "尾声", "番外一", "Prologue", "EPILOGUE", "Preface", "Afterword"],
)
def test_matter(line: str) -> None:
    assert heading_rank(line) is Rank.MATTER


@pytest.mark.parametrize(
    "line",
    [
        "第一章的内容我已经忘了。",
        "第二天一早，他就走了。",
        "第一回见到他的时候，",
        "序幕拉开了，大家都不说话。",
        "后记得很清楚",
        "Chapter two was the worst of all the chapters.",
        "Part of the problem",
        "Book a table for two",
        "Introduction to my aunt was hard.",
        "Prologue was a word that he had never understood until then, and now he did",
        "",
        "   ",
        "* * *",
    ],
)
def test_prose_is_no_heading(line: str) -> None:
    assert heading_rank(line) is None


def test_levels_are_of_parts_and_chapters() -> None:
    ranks = [Rank.MATTER, Rank.PART, Rank.MATTER, Rank.CHAPTER, Rank.PART, Rank.CHAPTER, Rank.MATTER]
    assert levels_of(ranks) == [1, 1, 2, 2, 1, 2, 1]
    assert levels_of([Rank.MATTER, Rank.CHAPTER]) == [1, 1]

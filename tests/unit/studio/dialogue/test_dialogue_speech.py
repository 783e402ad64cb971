"""What is speech, and what only stands in quotation marks."""

from __future__ import annotations

import pytest

from declaim.studio.book import Block, BlockKind
from declaim.studio.dialogue.speech import speech_in


def speech(*texts: str) -> list[list[str]]:
    blocks = [Block(BlockKind.PARAGRAPH, text) for text in texts]
    return [
        [text[quote.start : quote.end] for quote in quotes]
        for text, quotes in zip(texts, speech_in(blocks), strict=True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "所谓“差不多”先生的故事，人人都知道。",
        "他的“精神胜利法”又来了。",
        "The so-called “friends of order” had come to town.",
        "He was about to groan, as a “starter,” as he called it, when it struck him.",
        "门上写着“闲人免进”四个字。",
    ],
)
def test_words_that_are_only_mentioned_are_told(text: str) -> None:
    assert speech(text) == [[]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("老王说：“走吧”。", "“走吧”"),
        ("“走吧，”老王说。", "“走吧，”"),
        ("He shouted “Stop!” and ran.", "“Stop!”"),
        ("“Never.”", "“Never.”"),
        ("她大叫一声“救命”，跑了出去。", "“救命”"),
    ],
)
def test_speech_is_found(text: str, said: str) -> None:
    assert speech(text) == [[said]]


def test_a_speech_of_several_paragraphs_is_one() -> None:
    blocks = [Block(BlockKind.PARAGRAPH, text) for text in ("“One.", "“Two.”", "He sat.")]
    first, second, third = speech_in(blocks)
    assert not first[0].closed
    assert second[0].goes_on
    assert third == []


def test_verse_in_a_speech_belongs_to_it() -> None:
    texts = ("“It begins:", "Twinkle, twinkle,", "you know the rest.” He stopped.")
    assert speech(*texts)[1:] == [["Twinkle, twinkle,"], ["you know the rest.”"]]


def test_a_mark_that_is_never_closed_costs_no_more_than_its_paragraph() -> None:
    assert speech("“Come in,", "She came in.", "It rained.") == [["“Come in,"], [], []]


def test_dashes_begin_speech_where_a_chapter_does_so() -> None:
    said = speech("— Where is she? said Anna.", "— Gone, he said. — Long ago.", "It rained.")
    assert said[0] == ["— Where is she?"]
    assert said[2] == []


def test_one_dash_is_no_dialogue() -> None:
    assert speech("— and so they left.", "It rained.") == [[], []]

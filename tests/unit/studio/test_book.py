"""The book model: what is printed becomes what the text stage reads, and nothing in it is markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.studio.book import Block, BlockKind, Book, Chapter, Reading
from declaim.text.cleaning import clean
from declaim.text.markup import parse_brackets
from declaim.text.ssml import is_ssml

MARKUP_LIKE = st.text(alphabet="[]()/<>&;pausevoice 1s.#重庆b") | st.sampled_from(
    ["[pause 1s]", "[voice]", "[/voice]", "[pause 99999s]", "<speak>a", "&amp;", "<b>b</b>", "[重庆](/xx9/)"]
)


@given(st.lists(MARKUP_LIKE, min_size=1).map("".join))
def test_nothing_in_a_book_is_markup(text: str) -> None:
    marked = parse_brackets(Block(BlockKind.PARAGRAPH, text).spoken())
    assert marked.pauses == []
    assert marked.voices == {}
    assert all(style.pronunciation is None for _, style in marked.styles)


@pytest.mark.parametrize("text", ["The <b> tag.", "Fish &amp; chips", "See [pause 2s] here.", "if a < b & c"])
def test_what_looks_like_markup_is_read(text: str) -> None:
    marked = parse_brackets(Block(BlockKind.PARAGRAPH, text).spoken())
    assert clean(marked.text).text == text


def test_a_book_on_speech_markup_is_not_taken_for_it() -> None:
    assert not is_ssml(Block(BlockKind.PARAGRAPH, "<speak>Hello</speak>").spoken())


def test_readings_are_said() -> None:
    block = Block(
        BlockKind.PARAGRAPH, "我在重庆长大。", (Reading(2, 4, "chong2 qing4"), Reading(4, 5, "zhang3"))
    )
    assert block.spoken() == "我在[重庆](/chong2 qing4/)[长](/zhang3/)大。"
    assert parse_brackets(block.spoken()).text.text == block.text


def test_a_stretch_is_said_with_the_readings_that_are_whole_in_it() -> None:
    block = Block(
        BlockKind.PARAGRAPH, "我在重庆长大。", (Reading(2, 4, "chong2 qing4"), Reading(4, 5, "zhang3"))
    )
    assert block.spoken(4) == "[长](/zhang3/)大。"
    assert block.spoken(0, 3) == "我在重"
    assert block.spoken(3, 3) == ""


def test_a_book_counts_and_lists_its_blocks() -> None:
    one = Chapter("One", (Block(BlockKind.HEADING, "One", level=1), Block(BlockKind.PARAGRAPH, "Hello.")))
    two = Chapter("Two", (Block(BlockKind.PARAGRAPH, "再见。"),))
    book = Book("Greetings", (one, two))
    assert book.characters == 3 + 6 + 3
    assert [(c, b, block.text) for c, b, block in book.blocks()] == [
        (0, 0, "One"),
        (0, 1, "Hello."),
        (1, 0, "再见。"),
    ]

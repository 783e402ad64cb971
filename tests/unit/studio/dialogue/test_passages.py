"""From a book to passages: nothing lost, each in its voice, with its silence."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.studio.book import Block, BlockKind, Book, Chapter, Reading
from declaim.studio.cast import Cast, Character
from declaim.studio.dialogue.passages import passages_of
from declaim.studio.dialogue.settings import DialogueVoices, NarrationSettings
from declaim.studio.passage import Passage

CAST = Cast(
    "af_heart", {"Anna": Character(voice="bf_emma", pitch=1.0), "Tom": Character(aliases=("Thomas",))}
)
_PIECES = st.sampled_from(
    ["“", "”", "‘", "’", '"', "'",
     "「", "」", "—", "——", "……", "。", ", ", ". ", "：", " ", "\n", "Anna", " said ",
     "老王", "说", "他", "a", "好", "don't", "[pause]", "<b>", "\u3000", "é", "١"]
)  # fmt: skip
_BLOCKS = st.tuples(st.sampled_from(list(BlockKind)), st.lists(_PIECES, max_size=25))


def book_of(*blocks: Block) -> Book:
    return Book("title", (Chapter("chapter", blocks),))


def passages(*texts: str, **changes: object) -> tuple[Passage, ...]:
    blocks = [Block(BlockKind.PARAGRAPH, text) for text in texts]
    return passages_of(book_of(*blocks), CAST, NarrationSettings(**changes))[0]  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(_BLOCKS, min_size=1, max_size=5),
        min_size=1, max_size=2,
    ),
    st.sampled_from(list(DialogueVoices)),
)  # fmt: skip
def test_every_character_is_in_exactly_one_passage(
    chapters: list[list[tuple[BlockKind, list[str]]]], voices: DialogueVoices
) -> None:
    book = Book(
        "title",
        tuple(
            Chapter(
                "c",
                tuple(Block(kind, "" if kind is BlockKind.SCENE_BREAK else "".join(p)) for kind, p in blocks),
            )
            for blocks in chapters
        ),
    )
    made = passages_of(book, CAST, NarrationSettings(dialogue=voices))
    assert len(made) == len(book.chapters)
    for chapter, block, one in book.blocks():
        times = [0] * len(one.text)
        for passage in made[chapter]:
            if passage.place.block == block:
                assert passage.place.chapter == chapter
                for offset in range(passage.place.start, passage.place.end):
                    times[offset] += 1
        assert all(count == 1 for count, letter in zip(times, one.text, strict=True) if not letter.isspace())


def test_places_are_in_order() -> None:
    made = passages("“Yes,” said Anna. “No.”", "“Why?” said Tom.")
    places = [(one.place.block, one.place.start) for one in made]
    assert places == sorted(places)


def test_dialogue_has_the_voice_of_the_cast() -> None:
    said, told = passages("“Yes,” said Anna.")
    assert (said.voice, said.speaker, said.score.pitch) == ("bf_emma", "Anna", 1.0)  # type: ignore[union-attr]
    assert (told.voice, told.speaker, told.text) == ("af_heart", "", " said Anna.")


def test_an_alias_speaks_as_its_character() -> None:
    said, _ = passages("“Yes,” said Thomas.")
    assert (said.speaker, said.voice) == ("Tom", "af_heart")
    assert said.expressiveness == NarrationSettings().dialogue_expressiveness


def test_whoever_is_not_in_the_cast_is_read_by_the_narrator_and_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        said, _ = passages("“Yes,” said Mary.")
    assert (said.voice, said.speaker) == ("af_heart", "")
    assert "Mary (1)" in caplog.text


def test_plain_reading_is_one_passage_a_paragraph() -> None:
    (whole,) = passages("“Yes,” said Anna. “No.”", dialogue=DialogueVoices.PLAIN)
    assert whole.text == "“Yes,” said Anna. “No.”"


def test_silences() -> None:
    wanted = NarrationSettings()
    blocks = [
        Block(BlockKind.HEADING, "One", level=1),
        Block(BlockKind.PARAGRAPH, "It rained. “Yes,” said Anna."),
        Block(BlockKind.SCENE_BREAK),
        Block(BlockKind.VERSE, "a\nb"),
        Block(BlockKind.PARAGRAPH, "“No!” said Anna. “Go.”"),
        Block(BlockKind.PARAGRAPH, "The end."),
    ]
    made = passages_of(book_of(*blocks), CAST)[0]
    assert [one.pause for one in made] == [
        wanted.heading, wanted.sentence, wanted.change, wanted.scene_break, wanted.verse,
        wanted.sentence, wanted.sentence, wanted.line, wanted.chapter,
    ]  # fmt: skip


def test_text_is_without_the_books_own_markup_and_with_its_readings() -> None:
    block = Block(BlockKind.PARAGRAPH, "他说：“重庆[pause]。”", (Reading(4, 6, "chong2 qing4"),))
    made = passages_of(
        book_of(block), Cast("zf_xiaoxiao", {}), NarrationSettings(dialogue=DialogueVoices.PLAIN)
    )
    assert made[0][0].text == r"他说：“[重庆](/chong2 qing4/)\[pause]。”"


def test_marks_alone_are_no_passage() -> None:
    assert [one.text for one in passages("“……” She looked up.")] == ["“……” She looked up."]

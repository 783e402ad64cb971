"""Who says what."""

from __future__ import annotations

import pytest

from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.lines import Dialogue


def heard(*texts: str) -> Dialogue:
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in texts)
    return attribute(Book("title", (Chapter("chapter", blocks),)))


def speakers(*texts: str) -> list[str]:
    return [line.speaker for line in heard(*texts).lines]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("“Come in,” said Anna.", ["Anna"]),
        ("Anna said, “Come in.”", ["Anna"]),
        ("“Come,” Anna whispered softly, “and see.”", ["Anna", "Anna"]),
        ("“Come in,” said the old gentleman, smiling.", ["the old gentleman"]),
        ("Anna put the cup down and asked, “Why?”", ["Anna"]),
        ("'Come in,' said the March Hare.", ["March Hare"]),
        ("“Come in,” said Tom. Anna frowned and replied, “No.”", ["Tom", "Anna"]),
        ("老王说：“走吧。”", ["老王"]),
        ("“走吧，”老王低声道。", ["老王"]),
        ("老王放下茶杯，看了他一眼，冷笑着说：“走吧。”", ["老王"]),
        ("「走吧。」老王說。", ["老王"]),
        ("闰土又对我说：“走吧。”", ["闰土"]),
        ("“我说走！”我说。", ["我"]),
    ],
)
def test_tags_name_the_speaker(text: str, who: list[str]) -> None:
    assert speakers(text) == who


def test_pronouns_mean_the_nearest_who_fits() -> None:
    said = speakers(
        "“Come in,” said Mrs. Hale.",
        "Mr. Reed took off his hat. “Thank you,” he said.",
        "“Sit down,” she said.",
    )
    assert said == ["Mrs. Hale", "Mr. Reed", "Mrs. Hale"]


def test_two_people_take_turns() -> None:
    said = speakers("“Where?” asked Anna.", "“There,” said Tom.", "“When?”", "“Now.”", "“Why?”")
    assert said == ["Anna", "Tom", "Anna", "Tom", "Anna"]


def test_who_is_spoken_to_is_not_who_speaks_and_answers() -> None:
    said = speakers(
        "“Hello,” said Tom.",
        "“Hello,” said Anna.",
        "“Mary, come here,” said Tom.",
        "“Yes?”",
        "“Go,” said Mary.",
    )
    assert said[3] == "Mary"


def test_a_paragraph_before_can_introduce_a_quote() -> None:
    assert speakers("老王走到门口，回过头来说：", "“再见。”", "小李答道：", "“再见。”") == ["老王", "小李"]


def test_whoever_acts_in_the_paragraph_speaks_in_it() -> None:
    dialogue = heard("“Yes,” said Anna.", "“No,” said Tom.", "Anna closed the book. “Then go.”")
    assert dialogue.lines[2].speaker == "Anna"
    assert dialogue.lines[2].confidence < dialogue.lines[0].confidence


def test_names_of_one_person_are_one() -> None:
    dialogue = heard(
        "“A,” said Mr. Darcy.", "“B,” said Elizabeth Bennet.", "“C,” said Darcy.", "“D,” said Elizabeth."
    )
    assert len(dialogue.people) == 2
    assert {name for one in dialogue.people for name in (one.name, *one.aliases)} == {
        "Mr. Darcy", "Darcy", "Elizabeth Bennet", "Elizabeth",
    }  # fmt: skip


def test_husband_and_wife_are_two() -> None:
    assert len(heard("“A,” said Mr. Bennet.", "“B,” said Mrs. Bennet.").people) == 2


def test_gender_comes_from_titles_names_and_pronouns() -> None:
    dialogue = heard(
        "“A,” said Mrs. Hale.",
        "“B,” said Quill.",
        "“C,” said Tom.",
        "Quill lost her hat. Quill found her hat.",
    )
    genders = {one.name: one.gender for one in dialogue.people}
    assert genders == {"Mrs. Hale": "female", "Quill": "female", "Tom": "male"}


def test_thoughts_are_marked() -> None:
    (line,) = heard("“How odd!” thought Alice.").lines
    assert (line.speaker, line.is_thought) == ("Alice", True)


def test_a_crowd_is_nobody() -> None:
    assert speakers("“Hurrah!” they cried.") == [""]


def test_a_book_without_dialogue_has_nobody() -> None:
    assert heard("It rained.", "天下雨了。") == Dialogue()


def test_a_speech_that_goes_on_keeps_its_speaker() -> None:
    assert speakers("Anna said, “One.", "“Two.", "“Three.”") == ["Anna"] * 3

"""The cast: suggested, written, edited, read."""

from __future__ import annotations

from pathlib import Path

import pytest

from declaim.engines.voices import UNCLEAR_VOICES, VOICES
from declaim.errors import OptionError, UnknownVoiceError
from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.cast import Cast, Character, uncast
from declaim.studio.cast_file import parse_cast, read_cast, write_cast
from declaim.studio.cast_voices import suggest
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.lines import Dialogue, Line, Person
from declaim.studio.passage import Place

BOOK = Book(
    'A "strange" title',
    (
        Chapter(
            "c",
            tuple(
                Block(BlockKind.PARAGRAPH, text)
                for text in ("“Come in, all of you,” said Anna.", "“Yes,” said Tom.", "“Good,” said Anna.")
            ),
        ),
    ),
)
HEARD = attribute(BOOK)


def dialogue(**lines: int) -> Dialogue:
    """So many lines of each, female where the name ends with a."""
    people = [Person(name, gender="female" if name.endswith("a") else "male") for name in lines]
    said = [Line(Place(0, i, 0, 1), name) for name, count in lines.items() for i in range(count)]
    return Dialogue(tuple(said), tuple(sorted(people, key=lambda one: -lines[one.name])))


def test_voices_suit_and_differ() -> None:
    cast = suggest(dialogue(Anna=40, Bella=30, Carl=20, Dan=10), "en")
    voices = [one.voice for one in cast.characters.values()]
    assert len({*voices, cast.narrator}) == 5
    for name, one in cast.characters.items():
        assert VOICES[one.voice].gender == ("female" if name.endswith("a") else "male")
        assert VOICES[one.voice].language.startswith("en")


def test_a_small_language_shares_its_voices() -> None:
    lines = {f"男{i}": 30 - i for i in range(12)}
    cast = suggest(dialogue(**lines), "zh")
    voices = [VOICES[one.voice] for one in cast.characters.values()]
    assert {voice.language for voice in voices} <= {"zh"} | {"en-US", "en-GB"}
    first = [voice.name for voice in voices[:4]]
    assert len(set(first)) == 4
    assert all(voice.language == "zh" for voice in voices[:4])


def test_nobody_is_given_a_voice_that_is_hard_to_understand() -> None:
    lines = {f"女{i}a": 30 - i for i in range(12)}
    cast = suggest(dialogue(**lines), "zh")
    assert not {one.voice for one in cast.characters.values()} & UNCLEAR_VOICES


def test_suggestions_are_the_same_again_and_keep_what_there_is() -> None:
    heard = dialogue(Anna=9, Bella=5, Carl=3)
    cast = suggest(heard, "en")
    assert suggest(heard, "en") == cast
    mine = Cast("bm_george", {"Bella": Character(voice="af_sky", pitch=2.0, aliases=("Anna",))})
    merged = suggest(heard, "en", mine)
    assert merged.narrator == "bm_george"
    assert merged.characters["Bella"] == mine.characters["Bella"]
    assert set(merged.characters) == {"Bella", "Carl"}
    assert merged.characters["Carl"].voice != "bm_george"


def test_the_narrator_of_a_first_person_speaks_in_their_own_voice() -> None:
    heard = Dialogue((Line(Place(0, 0, 0, 1), "我"),), (Person("我"),))
    assert suggest(heard, "zh").characters["我"].voice == ""


def test_who_is_not_cast_is_counted() -> None:
    cast = Cast("", {"Anna": Character(aliases=("Annie",))})
    assert uncast(dialogue(Anna=2, Annie=1, Carl=3), cast) == {"Carl": 3}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    cast = suggest(HEARD, "en")
    path = tmp_path / "cast.toml"
    assert write_cast(path, cast, HEARD, BOOK) == ["Anna", "Tom"]
    assert read_cast(path) == cast
    text = path.read_text(encoding="utf-8")
    assert "# 2 lines" in text
    assert "# “Come in, all of you,”" in text


def test_what_the_user_wrote_stays_to_the_letter(tmp_path: Path) -> None:
    path = tmp_path / "cast.toml"
    mine = '# my own\nnarrator = "bm_lewis"   # calm\n[characters."Anna"]\nvoice="af_sky" # !\n'
    path.write_text(mine, encoding="utf-8")
    cast = suggest(HEARD, "en", read_cast(path))
    assert write_cast(path, cast, HEARD, BOOK) == ["Tom"]
    assert path.read_text(encoding="utf-8").startswith(mine)
    assert read_cast(path) == cast
    before = path.read_bytes()
    assert write_cast(path, cast, HEARD, BOOK) == []
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ['a "b" c', "back\\slash", "tab\there", "老王", "del\x7f"])
def test_any_name_can_be_written(tmp_path: Path, name: str) -> None:
    cast = Cast("", {name: Character(voice="af_sky", aliases=(name + "!",), rate=0.9, expressiveness=0.0)})
    write_cast(tmp_path / "c.toml", cast, Dialogue(), BOOK)
    assert read_cast(tmp_path / "c.toml") == cast


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("narator = 'af_sky'", "narator", "narrator"),
        ("[characters.Anna]\nvioce = 'af_sky'", "vioce", "voice"),
        ("[characters.Anna]\nrate = 9", "rate", "0.5 to 2"),
        ("[characters.Anna]\nrate = nan", "rate", "0.5 to 2"),
        ("[characters.Anna]\npitch = true", "pitch", "-12 to 12"),
        ("[characters.Anna]\ngender = 'woman'", "woman", "female"),
        ("[characters.Anna]\naliases = 'Annie'", "aliases", "["),
        ("[characters]\nAnna = 'af_sky'", "Anna", "characters"),
        ("characters = 3", "characters", "Anna"),
        ("[characters.A]\naliases = ['B']\n[characters.B]", "'B'", "one character"),
        ("narrator = ", "TOML", ""),
    ],
)
def test_what_is_wrong_is_said_with_a_hint(text: str, said: str, hint: str) -> None:
    with pytest.raises(OptionError, match="cast") as raised:
        parse_cast(text)
    assert said in str(raised.value)
    assert hint in raised.value.hint


def test_a_voice_that_is_none_is_refused_with_its_place() -> None:
    with pytest.raises(UnknownVoiceError, match=r"characters\.Anna\.voice"):
        parse_cast("[characters.Anna]\nvoice = 'af_skye'")

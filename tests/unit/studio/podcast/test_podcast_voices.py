import pytest

from declaim.studio.podcast.script_reader import read_script
from declaim.studio.podcast.show import Show
from declaim.studio.podcast.voices import cast_of, gender_of, shared_voices

SCRIPT = "王先生: 大家好。\n李小姐: 你好。\nTom: Hello there.\nAnna: Hi, everybody.\n主持人: 欢迎。"


def show(**speakers: object) -> Show:
    return Show.model_validate({"title": "T", "script": "-", "speakers": speakers})


@pytest.mark.parametrize(
    ("name", "gender"),
    [("Anna", "female"), ("老王", "male"), ("李小姐", "female"), ("Mr. Smith", "male"), ("Guest", None),
     ("主持人", None), ("Tom and Anna", None), ("Tomorrow", None), ("王丽", "female")],
)  # fmt: skip
def test_gender_by_name(name: str, gender: str | None) -> None:
    assert gender_of(name) == gender


def test_suggested_voices_fit_and_differ() -> None:
    cast = {member.name: member.voice for member in cast_of(show(), read_script(SCRIPT))}
    assert [cast[name][:3] for name in ("王先生", "李小姐", "Tom", "Anna")] == ["zm_", "zf_", "am_", "af_"]
    assert cast["主持人"].startswith("z")
    assert len(set(cast.values())) == 5


def test_suggestions_are_stable_and_leave_what_is_taken() -> None:
    before = cast_of(show(), read_script(SCRIPT))
    assert cast_of(show(), read_script(SCRIPT)) == before
    assert cast_of(show(), read_script(SCRIPT + "\nBob: Hello.\nBob: Bye."))[:5] == before
    given = show(**{name: {} for name in ("王先生", "李小姐", "Tom", "主持人")}, Anna="zm_yunxi")
    cast = {member.name: member for member in cast_of(given, read_script(SCRIPT))}
    assert (cast["Anna"].voice, cast["Anna"].is_suggested) == ("zm_yunxi", False)
    assert cast["王先生"].voice != "zm_yunxi"


def test_one_voice_for_two_is_found_in_blends_too() -> None:
    given = show(A="zm_yunxi*2+af_heart*2", B="af_heart+zm_yunxi", C="af_heart")
    cast = cast_of(given, read_script("A: a\nB: b\nC: c", {"A": (), "B": (), "C": ()}))
    assert [names for _, names in shared_voices(cast)] == [["A", "B"]]


def test_more_people_than_voices() -> None:
    script = read_script("\n".join(f"Person {letter}: Hello." for letter in "ABCDEFGHIJKLMNOPQRST"))
    assert len(cast_of(show(), script)) == 20

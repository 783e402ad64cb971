import time

import pytest

from declaim.errors import UnknownVoiceError
from declaim.studio.podcast.errors import ScriptError
from declaim.studio.podcast.script import Script
from declaim.studio.podcast.script_reader import read_script


def said(script: Script) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for _, _, turn in script.turns()]


def test_issue_example_with_both_colons() -> None:
    script = read_script("主持人：大家好。\nGuest: Hello, everyone.\n")
    assert said(script) == [("主持人", "大家好。"), ("Guest", "Hello, everyone.")]


def test_lines_go_on_and_blank_lines_part_paragraphs() -> None:
    script = read_script("Anna: One,\n  two.\n\n\n\nThree.\n\nBob: Four.\n")
    assert said(script) == [("Anna", "One,\ntwo.\n\nThree."), ("Bob", "Four.")]


def test_headings_comments_and_rules() -> None:
    script = read_script(
        "// for the editor: cut this\n# Opening\nA: Hi.\n---\n## 第二节 ##\nB: Yes.\n\n# Bye\nA: Bye.\n"
    )
    assert [(section.title, len(section.turns)) for section in script.sections] == [
        ("Opening", 1), ("第二节", 1), ("Bye", 1),
    ]  # fmt: skip
    assert said(script) == [("A", "Hi."), ("B", "Yes."), ("A", "Bye.")]


def test_who_spoke_goes_on_under_the_next_heading() -> None:
    script = read_script("A: Hi.\nB: Hi.\n# Next\nAnd now.\n")
    assert said(script)[-1] == ("B", "And now.")


def test_heading_without_words_is_warned_of() -> None:
    script = read_script("# One\n# Two\nA: Hi.\nB: Hi.")
    assert [section.title for section in script.sections] == ["Two"]
    assert "'One'" in script.warnings[0]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("[pause]", 0.5), ("[pause 1.5]", 1.5), ("[pause 800ms]", 0.8), ("[pause 2s]", 2.0), ("[停顿 3秒]", 3.0),
     ("[pause 1] [pause 2]", 3.0)],
)  # fmt: skip
def test_pauses_behind_a_turn(written: str, seconds: float) -> None:
    behind = read_script(f"A: Hi. {written}\nB: Ho.")
    alone = read_script(f"A: Hi.\n{written}\nB: Ho.")
    for script in (behind, alone):
        turns = [turn for _, _, turn in script.turns()]
        assert [(turn.text, turn.pause) for turn in turns] == [("Hi.", pytest.approx(seconds)), ("Ho.", 0.0)]


def test_pause_inside_a_turn_is_the_text_stages() -> None:
    assert said(read_script("A: Wait [pause 1.5] for it.\nB: Ho."))[0] == ("A", "Wait [pause 1.5s] for it.")


def test_pause_before_everything_is_refused() -> None:
    with pytest.raises(ScriptError, match=r"line 1 .*before this pause"):
        read_script("A: [pause 2]\nB: Ho.")


def test_pause_of_an_hour_is_refused_with_its_line() -> None:
    with pytest.raises(ScriptError, match=r"line 2 .*longer than 60"):
        read_script("A: Hi.\nB: Ho. [pause 600]\nA: Hi.")


@pytest.mark.parametrize(
    ("hint", "emotion"), [("excited", "happy"), ("sad:0.6", "sad"), ("悲伤", "sad"), ("angrily", "angry")]
)
def test_hints_are_scores(hint: str, emotion: str) -> None:
    script = read_script(f"Anna ({hint}): Oh.\n老王（{hint}）:唉。")
    for _, _, turn in script.turns():
        assert turn.score is not None
        assert getattr(turn.score.emotion, emotion) >= 0.5
    assert script.warnings == ()


def test_hint_without_a_meaning_is_warned_of() -> None:
    script = read_script("Anna (CEO): Oh.\nBob: Ho.")
    assert said(script)[0] == ("Anna", "Oh.")
    assert script.sections[0].turns[0].score is None
    assert "line 1: (CEO)" in script.warnings[0]


# Which colons make a speaker.


@pytest.mark.parametrize(
    "line",
    ["Note: bring water.", "At 10:30 we leave.", "10:30 is late.", "https://example.org/a: a page.",
     "注意：不要忘记。", "He said this, and then: nothing.", "I have one rule for you: none.",
     "Once: a word with a colon, in the middle of a turn."],
)  # fmt: skip
def test_ordinary_colons_are_text(line: str) -> None:
    script = read_script(f"Host: Welcome.\nListen.\n{line}\nGuest: Hi.\nHost: So.\nGuest: Yes.")
    assert script.speakers == ("Host", "Guest")
    assert line in said(script)[0][1]
    assert ("Once" in line) == any("'Once' is read as text" in warning for warning in script.warnings)


def test_note_stays_text_however_often() -> None:
    script = read_script("Host: Hi.\nNote: a.\nNote: b.\nGuest: Ho.\nNote: c.\nGuest: Hm.")
    assert script.speakers == ("Host", "Guest")


def test_script_without_names_is_one_voices() -> None:
    script = read_script("Once upon a time.\n\nThere was a colon; at 10:30.")
    assert script.speakers == ("",)


def test_declared_names_in_any_case_and_width() -> None:
    declared = {"Anna": ("安娜",), "Note": ()}
    script = read_script("ANNA: a\nＡｎｎａ： b\n安娜: c\nnote: d\nConclusion: e", declared)
    assert said(script) == [("Anna", "a"), ("Anna", "b"), ("Anna", "c"), ("Note", "d\nConclusion: e")]


def test_undeclared_speaker_is_refused_with_line_and_likely_name() -> None:
    with pytest.raises(ScriptError, match=r"line 2 .*'Ana'") as refused:
        read_script("Anna: a\nAna: b", {"Anna": (), "Bob": ()})
    assert "did you mean Anna?" in refused.value.hint
    with pytest.raises(ScriptError, match="'Carl'"):
        read_script("Anna: a\nCarl: b\nAnna: c\nCarl: d", {"Anna": (), "Bob": ()})


def test_words_before_the_first_name_are_refused() -> None:
    with pytest.raises(ScriptError, match=r"line 1 .*nobody is named"):
        read_script("Hello there.\nAnna: a\nBob: b\nAnna: c")


def test_only_declared_speaker_needs_no_name() -> None:
    assert said(read_script("Hello there.", {"Anna": ()})) == [("Anna", "Hello there.")]


def test_name_of_two_speakers_is_refused() -> None:
    with pytest.raises(ScriptError, match="both"):
        read_script("Anna: a", {"Anna": (), "Bob": ("anna",)})


# What is wrong with it.


@pytest.mark.parametrize("text", ["", "\n\n", "# Only a heading\n", "// a comment", "A: …\nB: !!!", "\ufeff"])
def test_empty_scripts(text: str) -> None:
    with pytest.raises(ScriptError, match="nothing in it to say"):
        read_script(text)


def test_markup_is_checked_with_its_line() -> None:
    with pytest.raises(ScriptError, match=r"line 2 .*never closed"):
        read_script("A: Hi.\nB: [voice zm_yunxi]Ho.\nA: Hi.")
    with pytest.raises(UnknownVoiceError):
        read_script("A: Hi.\nB: [voice nobody]Ho.[/voice]\nA: Hi.")
    with pytest.raises(ScriptError, match="line 1"):
        read_script("A: \ud800\nB: Ho.")


def test_two_megabytes_are_read_in_seconds() -> None:
    lines = "".join(
        f"Host: Line {n} has some words, at 10:30.\nGuest: 好的，我们继续说。\n" for n in range(30_000)
    )
    assert len(lines.encode()) > 2_000_000
    started = time.perf_counter()
    script = read_script(lines)
    assert time.perf_counter() - started < 30
    assert len(script.sections[0].turns) == 60_000


@pytest.mark.parametrize("filler", [" ", "\t", "-", "#", ":", "(", "[pause] ", "a ", "：", "\u3000"])
def test_monstrous_lines_end(filler: str) -> None:
    started = time.perf_counter()
    read_script(f"A: {filler * 50_000}b\nB: c\n{filler * 50_000}\nA: d{filler * 50_000}e")
    assert time.perf_counter() - started < 20


def test_more_than_can_be_read_is_refused() -> None:
    with pytest.raises(ScriptError, match="at most"):
        read_script("A" * (2**22 + 1))

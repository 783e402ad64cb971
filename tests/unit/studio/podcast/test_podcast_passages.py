import pytest

from declaim.studio.podcast.passages import estimated_seconds, passages_of
from declaim.studio.podcast.script_reader import read_script
from declaim.studio.podcast.show import Show
from declaim.studio.podcast.voices import cast_of


def test_sections_turns_and_scores() -> None:
    speakers = {"Anna": {"voice": "af_heart", "rate": 1.2, "expressiveness": 1.5}, "Bob": "am_michael"}
    show = Show.model_validate({"title": "T", "script": "-", "speakers": speakers})
    script = read_script(
        "Anna (sad): One. [pause 2]\n# Next\nBob: Two.\nAnna: Three.", {"Anna": (), "Bob": ()}
    )
    first, second = passages_of(show, script, cast_of(show, script))
    assert [(each.speaker, each.voice, each.text) for each in second] == [
        ("Bob", "am_michael", "Two."), ("Anna", "af_heart", "Three."),
    ]  # fmt: skip
    sad = first[0]
    assert sad.score is not None
    assert (sad.score.emotion.sad, sad.score.rate, sad.expressiveness, sad.pause) == (1.0, 1.2, 1.5, 2.0)
    assert second[0].score is None
    assert second[1].score is not None
    assert second[1].score.model_fields_set == {"rate"}
    assert (second[1].place.chapter, second[1].place.block) == (1, 1)


def test_long_turns_are_cut_between_lines_and_nothing_is_lost() -> None:
    lines = [f"Sentence number {n} goes on for a while." for n in range(100)]
    script = read_script("A: " + "\n".join(lines) + " [pause 1]\n\nB: Hi.")
    show = Show(title="T", script="-")
    (passages,) = passages_of(show, script, cast_of(show, script))
    text = script.sections[0].turns[0].text
    own = passages[:-1]
    assert len(own) > 3
    assert all(each.text == text[each.place.start : each.place.end] for each in own)
    assert "\n".join(each.text for each in own) == text
    assert max(len(each.text) for each in own) < 800
    assert [each.pause for each in own] == [*[0.0] * (len(own) - 1), 1.0]


def test_voice_markup_over_lines_stays_whole() -> None:
    text = "A: [voice zm_yunxi]" + "\n".join(["Some words that are said."] * 60) + "[/voice]\n\nB: Hi."
    show = Show(title="T", script="-")
    script = read_script(text)
    (passages,) = passages_of(show, script, cast_of(show, script))
    assert len(passages) == 2


def test_estimate_counts_both_languages() -> None:
    assert estimated_seconds("今天天气真好") == pytest.approx(1.25, rel=0.1)
    assert estimated_seconds("It's a fine day") == pytest.approx(1.25, rel=0.1)

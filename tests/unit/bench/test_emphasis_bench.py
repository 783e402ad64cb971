import pytest

from bench.prosody.emphasis.__main__ import Count
from bench.prosody.emphasis.marked import load, marked
from declaim.text.frontend import TextFrontend


def test_marks_are_taken_out_and_remembered() -> None:
    found = marked("en", kind="news", split="dev", context="Oh.", sentence="A *red* _hat_, *so* it is.")
    assert found.text == "Oh. A red hat, so it is."
    assert found.begins == 4
    assert [found.text[slice(*span)] for span in found.stressed] == ["red", "so"]
    assert [found.text[slice(*span)] for span in found.unstressed] == ["hat"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_marked_sentence_is_one_sentence_with_stress(language: str) -> None:
    frontend = TextFrontend()
    halves = [load(language, split) for split in ("dev", "test")]
    assert [len(half) for half in halves] == [40, 40]
    assert len({each.text for half in halves for each in half}) == 80
    for each in (*halves[0], *halves[1]):
        context, own = each.read(frontend)
        assert len(context) == (each.begins > 0)
        assert own.span[0] <= each.stressed[0][0]
        assert "*" not in each.text
        assert "_" not in each.text


def test_counting() -> None:
    found = marked("en", kind="news", split="dev", context="", sentence="A *red* _hat_ and *tie* here.")
    count = Count()
    count.add(found, [(2, 5), (6, 9), (18, 22)])  # red, hat, here
    assert (count.chosen, count.right, count.harmful, count.stressed, count.found) == (3, 1, 1, 2, 1)
    assert count.row() == ("3", "0.33", "0.50", "0.40", "0.33")


def test_a_chosen_word_over_both_marks_is_right() -> None:
    found = marked("zh", kind="news", split="dev", context="", sentence="*三百*_块_。")
    count = Count()
    count.add(found, [(0, 3)])
    assert (count.right, count.harmful, count.found) == (1, 0, 1)

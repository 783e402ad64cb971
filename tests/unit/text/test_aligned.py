"""Rewriting keeps, for every character, the span of the user's text that it came from."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.text.aligned import AlignedText, Edit


def spans(text: AlignedText) -> list[tuple[int, int]]:
    return list(zip(text.starts, text.ends, strict=True))


def test_untouched_text_maps_to_itself() -> None:
    text = AlignedText.of("你好", offset=5)
    assert (text.text, spans(text), len(text)) == ("你好", [(5, 6), (6, 7)], 2)


def test_a_replacement_maps_to_all_that_it_replaces() -> None:
    text = AlignedText.of("a 14:30 b").edit([(2, 7, "half past two")])
    assert text.text == "a half past two b"
    assert spans(text)[2:15] == [(2, 7)] * 13
    assert text.source(0, len(text)) == (0, 9)


def test_a_deletion_leaves_its_neighbours_where_they_were() -> None:
    text = AlignedText.of("a**b**").edit([(1, 3, ""), (4, 6, "")])
    assert (text.text, spans(text)) == ("ab", [(0, 1), (3, 4)])


@pytest.mark.parametrize(
    ("before", "position", "expected"),
    [("ab", 1, (0, 1)), ("ab", 0, (0, 1)), ("ab", 2, (1, 2)), ("", 0, (0, 0))],
)
def test_an_insertion_maps_to_its_neighbour(before: str, position: int, expected: tuple[int, int]) -> None:
    text = AlignedText.of(before).edit([(position, position, "!")])
    assert text.text == before[:position] + "!" + before[position:]
    assert spans(text)[position] == expected


def test_edits_of_edits_map_to_the_source() -> None:
    text = AlignedText.of("x&amp;y").edit([(1, 6, "&")]).edit([(1, 2, " and ")])
    assert text.text == "x and y"
    assert text.source(2, 5) == (1, 6)


def test_substitution_takes_templates_functions_and_none() -> None:
    text = AlignedText.of("a1b22")
    assert text.sub(re.compile(r"(\d+)"), r"<\1>").text == "a<1>b<22>"
    assert text.sub(re.compile(r"\d+"), lambda match: "n" if len(match.group()) > 1 else None).text == "a1bn"


def test_substitution_that_changes_nothing_returns_the_same_object() -> None:
    text = AlignedText.of("abc")
    assert text.sub(re.compile("b"), "b") is text


def test_slices_and_sums_keep_their_spans() -> None:
    text = AlignedText.of("abcdef")
    assert spans(text[1:3] + text[4:]) == [(1, 2), (2, 3), (4, 5), (5, 6)]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(max_size=20))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, [(start, end, draw(st.text(max_size=4))) for start, end in pairs]


@given(edited())
def test_any_edits(case: tuple[str, list[Edit]]) -> None:
    source, edits = case
    result = AlignedText.of(source).edit(edits)
    expected = source
    for start, end, new in reversed(edits):
        expected = expected[:start] + new + expected[end:]
    assert result.text == expected
    assert len(result.text) == len(result.starts) == len(result.ends)
    assert list(result.starts) == sorted(result.starts)
    assert list(result.ends) == sorted(result.ends)
    assert all(0 <= start <= end <= len(source) for start, end in spans(result))

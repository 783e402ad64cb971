"""Homographs by context, measured on sentences that the rules were made on and on some they were not."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.text.english import EnglishPhonemizer
from declaim.text.homograph_contexts import BASE_FORMS, CLASSES, CONTEXTS, S_FORMS
from declaim.text.homographs import HOMOGRAPHS, context_words, reading

DATA = Path(__file__).parent / "data"


def sentences(name: str) -> list[tuple[str, int, str]]:
    """Sentence, where its homograph begins, and how it is said."""
    rows = [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    return [(text.replace("[", "").replace("]", ""), text.index("["), want) for want, text in rows]


@pytest.fixture(scope="module")
def english() -> EnglishPhonemizer:
    return EnglishPhonemizer()


@pytest.mark.parametrize(
    ("name", "at_least", "accuracy"),
    [("homographs_tuning.tsv", 270, 0.98), ("homographs_holdout.tsv", 100, 0.95)],
)
def test_homographs_are_read_by_context(
    english: EnglishPhonemizer, name: str, at_least: int, accuracy: float
) -> None:
    cases = sentences(name)
    wrong = [
        (text, got, want)
        for text, place, want in cases
        if (got := next(word.phonemes for word in english(text) if word.start == place)) != want
    ]
    assert len(cases) >= at_least
    assert 1 - len(wrong) / len(cases) >= accuracy, wrong


@pytest.mark.parametrize(
    ("sentence", "tag"),
    [
        ("he _read_ it", "VBD"),
        ("he reads and I _read_ it", "DEFAULT"),
        ("I have never really _read_ it", "VBD"),
        ("to _read_ or not", "DEFAULT"),
        ("Mary _read_ the book", "VBD"),
        ("Please _read_ it", "DEFAULT"),
    ],
)
def test_read_agrees_with_its_subject_and_tense(sentence: str, tag: str) -> None:
    words = [part for word in sentence.split() for part in context_words(word.strip("_"))]
    index = next(i for i, word in enumerate(sentence.split()) if word.startswith("_"))
    assert reading(words, index) == tag


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("don't", ("do", "not")),
        ("can't", ("can", "not")),
        ("I'll", ("I", "will")),
        ("It's", ("It", "is")),
        ("John's", ("John", "'s")),
        ("o'clock", ("o'clock",)),
        ("word", ("word",)),
    ],
)
def test_contractions_are_written_out(word: str, parts: tuple[str, ...]) -> None:
    assert context_words(word) == parts


def test_the_table_is_well_formed() -> None:
    """A misspelt class name would be a word that never comes: every name in capitals is a class."""
    names = {*CLASSES, "ANY", "CAPITAL"}
    rules = [line.split() for line in (CONTEXTS + BASE_FORMS + S_FORMS).splitlines() if "_" in line.split()]
    used = {word.strip("?*") for _, *pattern in rules for place in pattern for word in place.split("|")}
    assert {word for word in used if word.isupper()} <= names
    assert all(pattern.count("_") == 1 for _, *pattern in rules)
    assert len(rules) > 150


@given(
    st.lists(st.sampled_from(["the", "I", "to", ",", ".", "was", "Mary", *sorted(HOMOGRAPHS)]), min_size=1)
)
def test_any_row_of_words_has_a_reading(words: list[str]) -> None:
    for index in range(len(words)):
        choice = reading(words, index)
        assert choice
        assert not set(choice) & set(string.whitespace + "=_")

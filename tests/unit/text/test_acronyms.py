"""Capitals: said as a word or letter by letter."""

import pytest

from declaim.text.acronyms import is_said_as_letters
from declaim.text.english import EnglishPhonemizer

WORDS = {"stop", "us", "it", "who", "cat", "NASA", "not"}


@pytest.mark.parametrize(
    ("word", "before", "after", "letters"),
    [
        ("FBI", "the", "", True),
        ("HTML", "", "", True),
        ("NASA", "", "", False),
        ("LASER", "", "", False),
        ("STOP", "", "", False),
        ("NOT", "did", "", False),
        ("US", "the", "army", True),
        ("IT", "the", "department", True),
        ("IT", "do", "now", False),
        ("WHO", "the", "said", True),
        ("WHO", "", "did", False),
        ("HUAWEI", "", "", False),
        ("XKCDQW", "", "", True),
    ],
)
def test_capitals_in_ordinary_text(word: str, before: str, after: str, letters: bool) -> None:
    assert is_said_as_letters(word, before=before, after=after, is_word=WORDS.__contains__) is letters


@pytest.mark.parametrize(("word", "letters"), [("US", False), ("STOP", False), ("FBI", True), ("IT", False)])
def test_capitals_in_a_shout(word: str, letters: bool) -> None:
    assert is_said_as_letters(word, shouted=True, is_word=WORDS.__contains__) is letters


@pytest.fixture(scope="module")
def english() -> EnglishPhonemizer:
    return EnglishPhonemizer()


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("FBI", "ˌɛfbˌiˈI"), ("UNESCO", "junˈɛskO"), ("RAM", "ɹˈæm"), ("GIF", "ɡˈɪf"), ("JPEG", "ʤˈApˌɛɡ"),
        ("LASER", "lˈAzəɹ"), ("PIN", "pˈɪn"), ("COVID", "kˈOvˌɪd"), ("OPEC", "ˈOpɛk"), ("ASCII", "ˈæski"),
        ("AIDS", "ˈAdz"), ("NATO", "nˈATO"), ("DNA", "dˌiˌɛnˈA"), ("AI", "ˌAˈI"), ("IDs", "ˌIdˈiz"),
        ("URL's", "jˌuˌɑɹˈɛlz"), ("html", "ˌAʧtˌiˌɛmˈɛl"), ("PhD", "pˌiˌAʧdˈi"), ("NASA's", "nˈæsəz"),
    ],
)  # fmt: skip
def test_acronyms_are_said(english: EnglishPhonemizer, text: str, phonemes: str) -> None:
    assert [word.phonemes for word in english(f"see {text} now")][1] == phonemes


def test_it_is_a_department_or_a_word(english: EnglishPhonemizer) -> None:
    department = english("ask the IT department")[2]
    shouted = english("DO IT NOW")[1]
    assert (department.phonemes, shouted.phonemes) == ("ˌItˈi", "ɪt")

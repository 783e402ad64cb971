"""Pronunciations that users give."""

import pytest

from declaim.errors import LexiconError
from declaim.text.phonemes import PUNCTUATION, SOUNDS, VOCABULARY, from_ipa, unknown_symbols
from declaim.text.pronunciation import is_pinyin, is_syllable, parse_pronunciation


@pytest.mark.parametrize(
    ("word", "given", "syllables"),
    [
        ("重庆", "chong2 qing4", ("chong2", "qing4")),
        ("重庆", "  chong2\tqing4 ", ("chong2", "qing4")),
        ("绿", "lü4", ("lv4",)),
        ("绿", "LV4", ("lv4",)),
    ],
)
def test_pinyin(word: str, given: str, syllables: tuple[str, ...]) -> None:
    assert parse_pronunciation(word, given) == syllables


@pytest.mark.parametrize(
    ("given", "phonemes"),
    [
        ("kˈOkəɹO", "kˈOkəɹO"),
        (" kˈOkəɹO ", "kˈOkəɹO"),
        ("təˈmeɪtoʊ", "təˈmAtO"),
        ("t͡ʃɜɝtʃ", "ʧɜɜɹʧ"),
        ("dʒʌdʒ", "ʤʌʤ"),
        ("ɡoʊ gaʊ", "ɡO ɡW"),
        ("b'It", "bˈIt"),
        ("si:", "siː"),
        ("ni↓xau↓", "ni↓xau↓"),
    ],
)
def test_ipa(given: str, phonemes: str) -> None:
    assert parse_pronunciation("word", given) == phonemes


@pytest.mark.parametrize(
    ("word", "given", "says"),
    [
        ("重庆", "chong2", "2 Chinese characters.*1 syllables"),
        ("重", "chong2 qing4", "1 Chinese characters.*2 syllables"),
        ("K歌", "ge1", "not all Chinese"),
        ("人々", "ren2 ren2", "not all Chinese"),
        ("", "ge1", "not all Chinese"),
        ("word", "ge1", "not all Chinese"),
        ("重", "chongg2", "not a pinyin syllable"),
        ("重", "zhong", None),
        ("x", "你好", "not in the phoneme alphabet: 你 好"),
        ("x", "a, b!", "not in the phoneme alphabet: , !"),
        ("x", "", "no sound"),
        ("x", "ˈˌ", "no sound"),
        ("x", "  ", "no sound"),
    ],
)
def test_wrong_pronunciations(word: str, given: str, says: str | None) -> None:
    if says is None:  # letters that happen to be phonemes
        assert parse_pronunciation(word, given) == "zhonɡ"
        return
    with pytest.raises(LexiconError, match=says):
        parse_pronunciation(word, given)


def test_what_is_pinyin() -> None:
    assert is_pinyin("chong2 qing4")
    assert not is_pinyin("chong qing4")
    assert not is_pinyin("")
    assert is_syllable("chong2")
    assert not is_syllable("page1")


def test_the_alphabet() -> None:
    assert len(VOCABULARY) == 114
    assert SOUNDS.isdisjoint(PUNCTUATION)
    assert unknown_symbols("a1b1c?") == "1?"
    assert from_ipa("") == ""

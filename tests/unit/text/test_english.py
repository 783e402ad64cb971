"""English phonemes: every letter is said, in Kokoro's alphabet, and the hard words are said right."""

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.text.english import EnglishPhonemizer, EnglishWord

KOKORO_ENGLISH = set("AIOQTWYabdefhijklmnopstuvwzæðŋɐɑɒɔəɛɜɡɪɹɾʃʊʌʒʔʤʧʣˈˌθᵊᵻ")
"""The symbols of Kokoro's vocabulary that English uses."""


@pytest.fixture(scope="module")
def english() -> EnglishPhonemizer:
    return EnglishPhonemizer()


def said(words: list[EnglishWord]) -> str:
    return " ".join(word.phonemes for word in words)


def check(text: str, words: list[EnglishWord]) -> None:
    """Ranges increase, cover every letter and digit, and hold phonemes that Kokoro knows."""
    ends = [0, *(word.end for word in words)]
    assert all(end <= word.start < word.end for end, word in zip(ends, words, strict=False))
    covered = {place for word in words for place in range(word.start, word.end)}
    assert not [char for place, char in enumerate(text) if char.isalnum() and place not in covered]
    assert all(word.phonemes and set(word.phonemes) <= KOKORO_ENGLISH for word in words), words


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        # Weak forms hang on what follows.
        ("the end of the day", "ði ˈɛnd ʌv ðə dˈA"),
        ("to eat, to go, where to?", "tʊ ˈit tə ɡˌO wˌɛɹ tu"),
        ("a cat and an owl", "ɐ kˈæt ænd ɐn ˈWl"),
        ("They came in.", "ðˌA kˈAm ˈɪn"),
        # Contractions and elisions, with either apostrophe.
        ("don't we’ll y'all", "dˈOnt wil jˈɔl"),
        ("'tis 'twas", "tˈɪz twˈʌz"),
        ("the boys' dog's", "ðə bˈYz dˈɔɡz"),
        # Accents, other scripts.
        ("café naïve", "kæfˈA nɑˈiv"),
        ("α β", "ˈælfə bˈATə"),
        # Capitals as emphasis, as a shout, as letters.
        ("STOP RIGHT THERE", "stˈɑp ɹˈIt ðˈɛɹ"),
        ("the US and us", "ðə jˌuˈɛs ænd ˌʌs"),
        ("TELL US THE TRUTH", "tˈɛl ˌʌs ðə tɹˈuθ"),
        ("U.S. e.g. Ph.D.", "jˌuˈɛs ˌiʤˈi pˌiˌAʧdˈi"),
        ("GPUs and CEO's", "ʤˌipˌijˈuz ænd sˌiˌiˈOz"),
        ("iPhone OpenAI YouTube GitHub", "ˈIfˌOn ˌOpᵊnˌAˈI jˈutˌub ɡˈɪthˌʌb"),
        ("ChatGPT and GPT-4", "ʧˌætʤˌipˌitˈi ænd ʤˌipˌitˈi fˈɔɹ"),
        ("B2B", "bˈi tˈu bˈi"),
        # Hyphens.
        ("a well-known T-shirt", "ɐ wˌɛlnˈOn tˈiʃˌɜɹt"),
        # Compounds, drawls, dropped letters, names.
        ("webpage filename", "wˈɛbpˌAʤ fˈIlnˌAm"),
        ("Nooo! Sooo AAAH!", "nˈO sˌO ˈɑ"),
        ("goin' huntin' 'begin'", "ɡˈOən hˈʌntɪn bəɡˈɪn"),
        ("McDonald's O'Neill", "məkdˈɑnəldz Onˈil"),
        # Foreign names, with their accents and without.
        ("José and Jose's", "hOzˈA ænd hOzˈAz"),
        ("Sean, Goethe, Zoë", "ʃˈɔn ɡˈɜɹTə zˈOi"),
        # One letter.
        ("Plan A is a plan.", "plˈæn ˈA ɪz ɐ plˈæn"),
        ("A cat, an X, a W.", "ɐ kˈæt ɐn ˈɛks ɐ dˈʌbᵊlju"),
        # Chinese names.
        ("Zhang and Qing", "ʤˈɑŋ ænd ʧˈɪŋ"),
        ("Xi'an", "ʃˌiˈɑn"),
        ("Deng Xiaoping", "dˈʌŋ ʃˌWpˈɪŋ"),
        # Stray digits and symbols.
        ("5th & 20%", "fˈɪfθ ænd twˈɛnti pəɹsˈɛnt"),
        ("1234567890", "wˈʌn tˈu θɹˈi fˈɔɹ fˈIv sˈɪks sˈɛvən ˈAt nˈIn zˈɪɹO"),
    ],
)
def test_words_are_said(english: EnglishPhonemizer, text: str, phonemes: str) -> None:
    words = english(text)
    check(text, words)
    assert said(words) == phonemes


@pytest.mark.parametrize(
    "text",
    [
        "Привет, мир!", "λόγος καὶ ὕβρις", "한글 かな 漢字 עברית عربي हिन्दी", "½ ² Ⅷ ﬁne ﬂow",
        "Zürich Łódź Århus",
        "e\u0301tude", "１２３ ＡＢＣ", "(“Hello,” she said.)", "--- ... !!!", "", "   ", "x y z", "𝒳𝓎",
        "rock'n'roll",
        "a/b C++ C# R&D", "don''t 'quoted' it's'", "co\u00adoperate", "٣٤", "___snake_case___", "İstanbul ı",
    ],
)  # fmt: skip
def test_nothing_vanishes(english: EnglishPhonemizer, text: str) -> None:
    check(text, english(text))


TEXTS = st.text(alphabet=st.sampled_from(string.ascii_letters + string.digits + " '’-.,!?&éßЖλ漢ーº½…\u0301"))


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_every_letter_is_in_one_word(english: EnglishPhonemizer, text: str) -> None:
    check(text, english(text))


@pytest.mark.parametrize(
    ("name", "spelled"), [("Modrić", "Modrich"), ("Škoda", "Shkoda"), ("Muñiz", "Munyiz")]
)
def test_accented_letters_have_their_own_sound(english: EnglishPhonemizer, name: str, spelled: str) -> None:
    assert english(name)[0].phonemes == english(spelled)[0].phonemes


def test_letters_with_strokes_are_read(english: EnglishPhonemizer) -> None:
    assert [word.phonemes for word in english("ƀƀ ƀad")][1] == english("bad")[0].phonemes


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30))
def test_any_unicode_is_survived(english: EnglishPhonemizer, text: str) -> None:
    words = english(text)
    assert all(word.phonemes and set(word.phonemes) <= KOKORO_ENGLISH for word in words)
    assert all(0 <= word.start < word.end <= len(text) for word in words)


@pytest.mark.parametrize(
    "token", ["x" * 500, "qwertyuiop" * 50, "a-" * 250, "Ж" * 500, "AB" * 250, "né" * 250]
)
def test_nonsense_takes_bounded_time_and_comes_in_pieces(english: EnglishPhonemizer, token: str) -> None:
    started = time.process_time()
    words = english(token)
    assert time.process_time() - started < 10
    check(token, words)
    assert max(len(word.phonemes) for word in words) <= 64


def test_a_long_word_of_the_dictionary_stays_whole(english: EnglishPhonemizer) -> None:
    assert len(english("antidisestablishmentarianism")) == 1


def test_given_phonemes_are_taken_and_heard_by_their_neighbours(english: EnglishPhonemizer) -> None:
    text = "the New York office"
    words = english(text, {(4, 12): "ɪglˈu"})
    assert words[:2] == [EnglishWord(0, 3, "ði"), EnglishWord(4, 12, "ɪglˈu")]
    assert english(text)[0].phonemes == "ðə"


def test_given_phonemes_may_cut_a_word(english: EnglishPhonemizer) -> None:
    words = english("unbelievable", {(2, 9): "bəlˈiv"})
    assert [(word.start, word.end) for word in words] == [(0, 2), (2, 9), (9, 12)]


def test_an_abbreviations_dot_belongs_to_it(english: EnglishPhonemizer) -> None:
    words = english("Mr. Li, i.e. him")
    assert [(word.start, word.end) for word in words] == [(0, 3), (4, 6), (8, 12), (13, 16)]


def test_unknown_words_are_remembered(english: EnglishPhonemizer, monkeypatch: pytest.MonkeyPatch) -> None:
    first = english("Szymborskawicz")
    monkeypatch.setattr("declaim.text.english_unknown.shared_phonemizer", lambda: pytest.fail("asked again"))
    assert english("Szymborskawicz") == first

import itertools

import pytest

from baker_symbols import SYLLABLE_TABLE
from declaim.engines.fastspeech.loanwords import _FINALS, _GLIDES, _INITIALS, LoanwordReader
from declaim.text.phonemes import SOUNDS, is_audible

LEGAL = set(SYLLABLE_TABLE.values())
read = LoanwordReader(LEGAL)


@pytest.mark.parametrize(
    ("word", "phonemes", "said"),
    [
        ("list", "lˈɪst", "l i1 · s ii5 · t e5"),
        ("park", "pˈɑɹk", "p a1 er5 · k e5"),
        ("key", "kˈi", "q i1"),
        ("quick", "kwˈɪk", "k uei1 · k e5"),
        ("table", "tˈAbᵊl", "t ei1 · b o5 er5"),
        ("China", "ʧˈInə", "ch ai1 · n e5"),
        ("read", "ɹˈid", "l i1 · d e5"),
        ("world", "wˈɜɹld", "^ uo1 er5 · l e5 · d e5"),
        ("boy", "bˈY", "b o1 · ^ i5"),
        ("W", "dˈʌbᵊlju", "d a1 · b o5 · l iou5"),
        ("drive", "dɹˈIv", "zh ai1 · f u5"),
        ("thanks", "θˈæŋks", "s ang1 · k e5 · s ii5"),
        ("as IPA has it", "ˈwɜːld", "^ uo1 er5 · d e5"),
        ("stress before its syllable", "əˈbaut", "^ e5 · b a1 · ^ u5 · t e5"),
    ],
)
def test_words_in_mandarin_syllables(word: str, phonemes: str, said: str) -> None:
    assert " · ".join(" ".join(syllable) for syllable in read(phonemes)) == said, word


def test_every_combination_is_a_syllable_of_mandarin() -> None:
    for parts in itertools.product(_INITIALS, ["", *_GLIDES], _FINALS, ["", "n", "ŋ", "ɹ", "l"]):
        for syllable in read("".join(parts)):
            initial, final, *colour = syllable
            assert (initial, final[:-1]) in LEGAL, parts
            assert colour in ([], ["er5"])


def test_no_sound_is_lost() -> None:
    for symbol in SOUNDS:
        assert bool(read(symbol)) == is_audible(symbol), symbol
    assert len(read("stɹˈɛŋkθs")) == 5


def test_nothing_is_made_of_nothing() -> None:
    assert read("") == []
    assert read("ˈː") == []

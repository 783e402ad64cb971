"""What counts as a pinyin syllable, and how it sounds in Kokoro's alphabet."""

import pytest

from declaim.errors import LexiconError
from declaim.text.pinyin import SYLLABLES, parse_pinyin
from declaim.text.pinyin_ipa import syllable_to_phonemes

# The letters of Kokoro-82M v1.0's vocabulary that Chinese may use.
KOKORO = set("aefhijklmnopstuwxyŋɔəɕɚɛɤɥɨɻʂʊʦʨꭧʰ→↗↓↘")


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("chong2", "chong2"),
        (" Chong2 ", "chong2"),
        ("lü4", "lv4"),
        ("lv4", "lv4"),
        ("lu:4", "lv4"),
        ("nǚ", "nv3"),
        ("zhòng", "zhong4"),
        ("lüè", "lve4"),
        ("nue4", "nve4"),
        ("jü4", "ju4"),
        ("xv1", "xu1"),
        ("de0", "de5"),
        ("r5", "er5"),
    ],
)
def test_user_spellings(spelling: str, canonical: str) -> None:
    assert parse_pinyin(spelling) == canonical


@pytest.mark.parametrize(
    "spelling", ["zhong", "zhong6", "zhòng4", "zhonk1", "", "4", "chong2qing4", "重", "bü1"]
)
def test_what_is_no_syllable(spelling: str) -> None:
    with pytest.raises(LexiconError):
        parse_pinyin(spelling)


@pytest.mark.parametrize("tone", "12345")
@pytest.mark.parametrize("rhotic", [False, True])
def test_every_syllable_is_in_the_vocabulary(tone: str, rhotic: bool) -> None:
    for base in SYLLABLES:
        assert set(syllable_to_phonemes(base + tone, rhotic=rhotic)) <= KOKORO, base


@pytest.mark.parametrize(
    ("syllable", "phonemes"),
    [
        ("tian1", "tʰjɛ→n"),
        ("qi4", "ʨʰi↘"),
        ("zhi1", "ꭧɨ→"),
        ("zi5", "ʦɨ"),
        ("lv4", "ly↘"),
        ("xue2", "ɕɥe↗"),
        ("yuan2", "ɥɛ↗n"),
        ("wu3", "u↓"),
        ("jiong3", "ʨjʊ↓ŋ"),
        ("gui4", "kwei↘"),
        ("er4", "ɚ↘"),
        ("bo1", "pwo→"),
    ],
)
def test_phonemes(syllable: str, phonemes: str) -> None:
    assert syllable_to_phonemes(syllable) == phonemes


@pytest.mark.parametrize(
    ("syllable", "phonemes"),
    [
        ("hua1", "xwa→ɚ"),
        ("dian3", "tja↓ɚ"),
        ("wan2", "wa↗ɚ"),
        ("wei4", "wə↘ɚ"),
        ("shi4", "ʂɚ↘"),
        ("kong4", "kʰʊ↘ŋɚ"),
    ],
)
def test_rhotic_finals(syllable: str, phonemes: str) -> None:
    assert syllable_to_phonemes(syllable, rhotic=True) == phonemes

"""Chinese sentences as words of phonemes."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.errors import LexiconError
from declaim.text.chinese import HAN, ChinesePhonemizer
from declaim.text.pinyin import SYLLABLES
from declaim.text.traditional import to_simplified

PHONEMIZER = ChinesePhonemizer()
KOKORO = set("aefhijklmnopstuwxyŋɔəɕɚɛɤɥɨɻʂʊʦʨꭧʰ→↗↓↘")

characters = st.one_of(
    st.sampled_from("一不儿的了着地得行长重乐还只子我你好想不一是人，。 AZ１々〇"),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
    st.characters(codec="utf-8"),
)
syllables = st.builds(
    lambda base, tone: base + tone, st.sampled_from(sorted(SYLLABLES)), st.sampled_from("12345")
)


@settings(deadline=None, max_examples=150)
@given(st.text(characters, max_size=40))
def test_every_chinese_character_is_in_one_word(text: str) -> None:
    words = PHONEMIZER(text)
    covered = [at for word in words for at in range(word.start, word.end)]
    assert covered == [at for at, character in enumerate(text) if HAN.match(character)]
    for word in words:
        assert len(word.pinyin) == word.end - word.start
        assert set(word.phonemes) <= KOKORO
        assert bool(word.phonemes) == any(word.pinyin)


@settings(deadline=None, max_examples=80)
@given(st.text(characters, min_size=1, max_size=20), st.data())
def test_given_readings_are_kept(text: str, data: st.DataObject) -> None:
    places = [at for at, character in enumerate(text) if HAN.match(character)]
    decided = data.draw(st.dictionaries(st.sampled_from(places), syllables)) if places else {}
    said = {
        word.start + n: syllable
        for word in PHONEMIZER(text, decided)
        for n, syllable in enumerate(word.pinyin)
    }
    assert {at: said[at] for at in decided} == decided


@settings(deadline=None)
@given(st.text(characters))
def test_simplifying_keeps_every_place(text: str) -> None:
    assert len(to_simplified(text)) == len(text)


def test_words_and_phonemes() -> None:
    assert [(w.start, w.end, w.phonemes) for w in PHONEMIZER("今天空气真好。")] == [
        (0, 2, "ʨi→ntʰjɛ→n"),
        (2, 4, "kʰʊ→ŋʨʰi↘"),
        (4, 5, "ꭧə→n"),
        (5, 6, "xau↓"),
    ]


def test_erhua_is_one_word_with_merged_phonemes() -> None:
    (word,) = PHONEMIZER("花儿")
    assert word.pinyin == ("hua1", "er5")
    assert word.phonemes == "xwa→ɚ"


def test_other_scripts_are_skipped() -> None:
    words = PHONEMIZER("我爱Python和卡拉OK！")
    assert "".join("我爱Python和卡拉OK！"[w.start : w.end] for w in words) == "我爱和卡拉"


@pytest.mark.parametrize(
    ("text", "reading"), [("㐀", "qiu1"), ("龘", "da2"), ("〇", "ling2"), ("𬴊", "lin2")]
)
def test_rare_characters_have_their_dictionary_reading(text: str, reading: str) -> None:
    assert PHONEMIZER(text)[0].pinyin == (reading,)


def test_a_character_no_dictionary_reads_is_a_word_without_phonemes() -> None:
    (word,) = PHONEMIZER("𪚦")
    assert (word.start, word.end, word.pinyin, word.phonemes) == (0, 1, ("",), "")


@pytest.mark.parametrize("decided", [{0: "zhong"}, {9: "zhong4"}, {-1: "zhong4"}, {2: "hao3"}])
def test_bad_pinyin_is_an_error(decided: dict[int, str]) -> None:
    with pytest.raises(LexiconError):
        PHONEMIZER("重庆!", decided)


def test_nothing_chinese() -> None:
    assert PHONEMIZER("") == []
    assert PHONEMIZER("Hello, world.") == []


def test_time_is_linear_in_length() -> None:
    line = "他觉得重庆的银行行长应该还会长时间地调查这件事情发生的原因" * 400

    def seconds(length: int) -> float:
        start = time.process_time()
        PHONEMIZER(line[:length])
        return time.process_time() - start

    seconds(100)
    few, many = (min(seconds(count) for _ in range(3)) for count in (1000, 10_000))
    assert many < 30 * max(few, 0.02)

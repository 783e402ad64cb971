"""What the model reads: wording and tokens."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from declaim.engines.indextts.layout import ModelFolder
from declaim.engines.indextts.tokeniser import PINYIN, Tokeniser
from declaim.engines.indextts.wording import is_unusual, language_of, words_of, written
from declaim.errors import ModelError
from declaim.text.sentence import Sentence

Read = Callable[[str], Sentence]
Wording = Callable[..., str]


@pytest.fixture(scope="module")
def tokenise(tiny_folder: ModelFolder) -> Tokeniser:
    return Tokeniser(tiny_folder.vocabulary)


@pytest.fixture(scope="module")
def wording(read: Read) -> Callable[..., str]:
    def text_of(text: str, *, pronunciations: bool = True, is_last: bool = True) -> str:
        return written(read(text).clauses, pronunciations=pronunciations, is_last=is_last)

    return text_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("今天天气真好。", "今天天气真好."),
        ("你好,世界!", "你好,世界."),
        ("Hello, World!", "hello, world."),
        ("Is it 14:30?", "is it fourteen thirty?"),
        ("开会时间：14:30。", "开会时间,十四点三十分."),
        ("我们去 Central Park 散步吧", "我们去 central park 散步吧."),
        ("one; two", "one, two."),
        ("等等……", "等等…"),
        ("他说—好的", "他说-好的."),
    ],
)
def test_numbers_in_words_and_marks_that_the_model_knows(wording: Wording, text: str, said: str) -> None:
    assert wording(text) == said


def test_what_goes_on_does_not_end_in_a_full_stop(wording: Wording) -> None:
    assert wording("hello", is_last=False) == "hello,"


def test_a_reading_that_is_not_the_usual_one_is_written_out(wording: Wording) -> None:
    assert wording("他[行](/hang2/)") == f"他{PINYIN}HANG2{PINYIN}."
    assert wording("他[行](/hang2/)", pronunciations=False) == "他行."


@pytest.mark.parametrize(
    ("character", "syllable", "usual", "unusual"),
    [
        ("行", "hang2", "xing2", True),
        ("好", "hao4", "hao3", True),
        ("好", "hao3", "hao3", False),
        ("你", "ni2", "ni3", False),  # third tone before a third
        ("不", "bu2", "bu4", False),
        ("子", "zi5", "zi3", False),  # neutral in a word
        ("儿", "r5", "er2", False),
        ("A", "ei1", "A", False),
    ],
)
def test_sandhi_is_left_to_the_model(character: str, syllable: str, usual: str, unusual: bool) -> None:
    assert is_unusual(character, syllable, usual) is unusual


def test_u_behind_j_q_x_is_written_v(wording: Wording) -> None:
    assert wording("[卷](/quan1/)") == f"{PINYIN}QVAN1{PINYIN}."


def test_a_sentence_with_a_chinese_word_is_chinese(read: Read) -> None:
    for text, language in (("Hello there", "en"), ("Hello 你好 there", "zh")):
        assert language_of(words_of(read(text).clauses)) == language


def test_language_comes_first_and_pinyin_has_a_token_of_its_own(tokenise: Tokeniser) -> None:
    base = tokenise("", "en")[0] - 2
    assert tokenise("", "zh")[0] == base + 3
    ids = tokenise(f"{PINYIN}A1{PINYIN}", "zh")
    assert ids[2] == ids[5] == base + 2 + 99 + 11 + 4 + 6 + 1
    assert ids[3:5] == [ord("A") - 33, ord("1") - 33]


@pytest.mark.parametrize("text", ["surprise!", 'he said "no"', "!!!"])
def test_no_token_is_one_that_the_model_passes_over(tokenise: Tokeniser, text: str) -> None:
    ids = tokenise(text, "en")
    assert min(ids) > 1
    assert len(ids) == len(tokenise(text.replace("!", "?").replace('"', "?"), "en"))


def test_what_looks_like_another_special_token_is_text(tokenise: Tokeniser) -> None:
    assert len(tokenise("<|yue|>", "zh")) == 2 + len("<|yue|>")


@pytest.mark.parametrize("content", ["", "not base64!", f"{base64.b64encode(b'a').decode()} one"])
def test_a_damaged_vocabulary(tmp_path: Path, content: str) -> None:
    (tmp_path / "v.tiktoken").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="is no vocabulary"):
        Tokeniser(tmp_path / "v.tiktoken")

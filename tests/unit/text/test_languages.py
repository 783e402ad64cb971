"""Chinese and English runs of a sentence."""

# ruff: noqa: E501 - a table reads best with a line for a case
from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.text.languages import language_runs, languages_in, matrix_language, reading_runs
from declaim.text.sentence import Language


def named(text: str, default: Language | None = None) -> list[tuple[str, str]]:
    return [(text[start:end], language) for start, end, language in language_runs(text, default)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("今天天气很好。", [("今天天气很好。", "zh")]),
        ("Hello, world!", [("Hello, world!", "en")]),
        ("我们去 Central Park 散步", [("我们去 ", "zh"), ("Central Park ", "en"), ("散步", "zh")]),
        ("我用 iPhone 15 拍照", [("我用 ", "zh"), ("iPhone ", "en"), ("15 拍照", "zh")]),
        ("I have 3 苹果", [("I have 3 ", "en"), ("苹果", "zh")]),
        ("用了Python 3.11 version", [("用了", "zh"), ("Python 3.11 version", "en")]),
        ("今天涨了23.5%的股票", [("今天涨了23.5%的股票", "zh")]),
        ("我的GPT4很好", [("我的", "zh"), ("GPT", "en"), ("4很好", "zh")]),
        ("5G手机", [("5", "zh"), ("G", "en"), ("手机", "zh")]),
        ("a 5G phone", [("a 5G phone", "en")]),
        ("我爱C#语言", [("我爱", "zh"), ("C#", "en"), ("语言", "zh")]),
        ("学C++吧", [("学", "zh"), ("C++", "en"), ("吧", "zh")]),
        ("我买了 iPhone 15。", [("我买了 ", "zh"), ("iPhone ", "en"), ("15。", "zh")]),
        ("他说“Hello”了", [("他说", "zh"), ("“Hello”", "en"), ("了", "zh")]),
        ("CO₂是气体", [("CO", "en"), ("₂是气体", "zh")]),
        ("don't你", [("don't", "en"), ("你", "zh")]),
        ("café很好", [("café", "en"), ("很好", "zh")]),
        ("時々〇一", [("時々〇一", "zh")]),
        ("", []),
    ],
)
def test_runs(text: str, runs: list[tuple[str, str]]) -> None:
    assert named(text) == runs


@pytest.mark.parametrize(("default", "language"), [("zh", "zh"), ("en", "en"), (None, "en")])
def test_text_without_letters_takes_the_default(default: Language | None, language: Language) -> None:
    assert named("12345", default) == [("12345", language)]


@pytest.mark.parametrize(
    ("text", "language"), [("我用 iPhone", "zh"), ("I love 你", "en"), ("Hello 你", "en"), ("你 hello", "zh")]
)
def test_matrix_language(text: str, language: Language) -> None:
    assert matrix_language(text) == language


@pytest.mark.parametrize("text", ["カタカナ", "한국어", "Привет", "αβγ", "ไทย", "ㄅㄆ", "😀", "١٢٣"])
def test_other_scripts_are_given_to_one_of_the_two(text: str) -> None:
    assert [run[:2] for run in language_runs(text)] == [(0, len(text))]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("乘坐G1234次", "G1234"), ("住在B-204室", "B-204"), ("牌照沪B·8K88U的车", "B·8K88U"), ("时速60km/h以内", "60km/h"),
        ("重5 kg左右", "5 kg"), ("花了US$5吧", "US$5"), ("见第IV章吧", "IV"), ("用5G上网", "5G"),
    ],
)  # fmt: skip
def test_codes_are_read_whole_in_chinese(text: str, code: str) -> None:
    start = text.index(code)
    assert all(
        language == "zh"
        for low, high, language in reading_runs(text)
        if low < start + len(code) and high > start
    )


@given(
    st.text(alphabet="我你好 aBc12.%$,。“”-C#+²éカ한\n'", max_size=40), st.sampled_from([None, "zh", "en"])
)
def test_runs_tile_the_text(text: str, default: Language | None) -> None:
    for runs in (language_runs(text, default), reading_runs(text, default)):
        assert "".join(text[start:end] for start, end, _ in runs) == text
        assert all(left[1] == right[0] and left[2] != right[2] for left, right in pairwise(runs))


@given(st.text(alphabet="我你好 aBc12.%$,。-C#+", max_size=40))
def test_letters_have_the_language_of_their_script(text: str) -> None:
    for start, end, language in language_runs(text):
        assert not any(char in "我你好" for char in text[start:end]) or language == "zh"
        assert not any(char in "aBcC" for char in text[start:end]) or language == "en"


@pytest.mark.parametrize("piece", ["a", "1", "我", "a1", "1 ", "-", " ", "我a1", "$", "a'"])
def test_long_text_takes_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert reading_runs(text)[-1][1] == len(text)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("你好。", "zh"),
        ("Hi.", "en"),
        ("去 Central Park", "zh en"),
        ("14:30", ""),
        ("Ωμέγα", "en"),
        ("5²", ""),
    ],
)
def test_languages_in(text: str, languages: str) -> None:
    assert languages_in(text) == set(languages.split())

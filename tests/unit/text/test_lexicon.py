"""The user's lexicon: which words it finds, and what it says of lines that are wrong."""

from pathlib import Path

import pytest

from declaim.errors import LexiconError
from declaim.text.lexicon import Lexicon


def found(entries: dict[str, str], text: str) -> list[str]:
    return [text[match.start : match.end] for match in Lexicon(entries).find(text)]


def test_lower_case_matches_any_case_and_capitals_themselves() -> None:
    entries = {"kokoro": "kˈOkəɹO", "US": "jˌuˈɛs"}
    assert found(entries, "Kokoro KOKORO kokoro us Us US") == ["Kokoro", "KOKORO", "kokoro", "US"]


def test_an_exact_entry_goes_before_a_lower_case_one() -> None:
    lexicon = Lexicon({"polish": "pˈɑlɪʃ", "Polish": "pˈOlɪʃ"})
    assert [match.pronunciation for match in lexicon.find("polish Polish POLISH")] == [
        "pˈɑlɪʃ",
        "pˈOlɪʃ",
        "pˈɑlɪʃ",
    ]


def test_the_longer_word_wins() -> None:
    assert found({"重": "zhong4", "重庆": "chong2 qing4"}, "重庆很重") == ["重庆", "重"]
    assert found({"new": "nˈu", "new york": "nˈujˈɔɹk"}, "New York is new") == ["New York", "new"]


def test_latin_words_are_whole() -> None:
    entries = {"art": "ˈɑɹt", "é": "ˈA"}
    assert found(entries, "art artist smart Art. 用art做 art2 café é") == ["art", "Art", "art", "é"]


def test_chinese_words_are_found_inside_others() -> None:
    assert found({"行长": "hang2 zhang3"}, "银行行长说行长好") == ["行长", "行长"]


def test_symbols_are_literal() -> None:
    assert found({"c++": "sˈi plˈʌs", "a.b": "ˈA"}, "C++ axb a.b c+++") == ["C++", "a.b", "c++"]


def test_matches_do_not_overlap() -> None:
    matches = list(Lexicon({"天天": "tian1 tian1"}).find("天天天天天"))
    assert [(match.start, match.end) for match in matches] == [(0, 2), (2, 4)]


def test_an_odd_letter_case_is_no_crash() -> None:
    entries = {"istanbul": "ˈɪstənbʊl", "straße": "ʃtɹˈɑsə", "kelvin": "kˈɛlvɪn"}
    text = "İSTANBUL Istanbul ıstanbul STRASSE STRAẞE \u212aelvin"
    assert found(entries, text) == ["Istanbul", "STRAẞE", "\u212aelvin"]


def test_no_entries() -> None:
    assert found({}, "abc") == []


def load(tmp_path: Path, content: bytes) -> Lexicon:
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    return Lexicon.load(path)


def test_load(tmp_path: Path) -> None:
    content = "\ufeff# 我的词\r\n重庆 = chong2 qing4  # 城市\n\nKokoro=kˈOkəɹO\nnǚ = ny\n".encode()
    lexicon = load(tmp_path, content)
    assert [match.pronunciation for match in lexicon.find("重庆 Kokoro")] == [("chong2", "qing4"), "kˈOkəɹO"]


def test_a_number_sign_in_a_word_begins_no_comment(tmp_path: Path) -> None:
    lexicon = load(tmp_path, "C# = sˈi ʃˈɑɹp # language\n#x = ˈA".encode())
    assert [match.pronunciation for match in lexicon.find("C# #x")] == ["sˈi ʃˈɑɹp"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("重庆", "expected `word = pronunciation`"),
        ("= chong2", "expected"),
        ("重庆 =", "expected"),
        ("重庆 = # later", "expected"),
        ("重庆 = chong2", "2 Chinese characters"),
        ("重庆 = chongg2 qing4", "not a pinyin syllable"),
        ("abc = 你好", "not in the phoneme alphabet"),
        ("abc = a=b", "not in the phoneme alphabet"),
        ("abc = !", "not in the phoneme alphabet"),
        ("重 = zhong4\n重 = chong2", "重.* stands there twice"),
    ],
)
def test_wrong_lines(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(LexiconError, match=says) as caught:
        load(tmp_path, f"# comment\n\n{line}\n".encode())
    assert f"line {3 + line.count(chr(10))}" in str(caught.value)
    assert "words.txt" in str(caught.value)


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="cannot read the lexicon"):
        Lexicon.load(tmp_path / "missing.txt")
    with pytest.raises(LexiconError, match="cannot read the lexicon"):
        Lexicon.load(tmp_path)
    with pytest.raises(LexiconError, match="cannot read the lexicon"):
        load(tmp_path, "重庆 = chong2 qing4".encode("gbk"))

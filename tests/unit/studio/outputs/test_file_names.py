import unicodedata

import pytest

from declaim.studio.outputs.names import one_line, safe_name, shortened


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("第三章 归来", "第三章 归来"),
        ('A/B\\C:D*E?F"G<H>I|J', "A B C D E F G H I J"),
        ("  dots and spaces. . ", "dots and spaces"),
        ("..", "x"),
        ("", "x"),
        ("\n\t\x00", "x"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1", "_COM1"),
        ("Console", "Console"),
        ("e\u0301te\u0301", "été"),
        ("abc\u202egnp", "abcgnp"),
        ("../../etc/passwd", "etc passwd"),
        ("שלום", "שלום"),
    ],
)
def test_safe_name(title: str, name: str) -> None:
    assert safe_name(title, "x") == name


@pytest.mark.parametrize("title", ["长" * 400, "e" * 400, "👩‍👩‍👧" * 60, "q\u0323\u0307" * 100])
def test_long_names_are_cut_between_characters(title: str) -> None:
    name = safe_name(title, "x")
    assert 100 <= len(name.encode()) <= 120
    assert title.startswith(name)
    following = title[len(name)]
    assert not unicodedata.combining(following)
    assert "\u200d" not in (following, name[-1])


def test_what_fits_is_not_shortened() -> None:
    assert shortened("长长", 6) == "长长"
    assert shortened("长长", 5) == "长"
    assert shortened("长", 2) == ""


def test_one_line() -> None:
    assert one_line("a\r\nb\u2028c\x1b[31m  d ") == "a b c [31m d"

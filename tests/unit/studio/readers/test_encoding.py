"""Which encoding a text is in: Chinese in five, Western letters, and what is no text."""

import pytest

from bench.books.story import chinese, english
from declaim.errors import BookDamagedError, BookFormatError
from declaim.studio.readers.encoding import decode, decode_page, detect

CHINESE = "这本书写的是海边一个小镇的故事，那里的人都认识老周。"
TRADITIONAL = "這本書寫的是海邊一個小鎮的故事，那裡的人都認識老周。"
FRENCH = "“Café au lait,” said François — the señor’s garçon.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("text", [CHINESE, CHINESE + "\nThen he said: “Hello, my dear friends!”\n" * 20])
def test_simplified_chinese(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == (text, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16-le"])
def test_traditional_chinese(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding), "a.txt") == (TRADITIONAL, 0)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16-le", "utf-16-be"])
def test_western_letters(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding), "a.txt") == (FRENCH, 0)


def test_chinese_far_behind_english_decides() -> None:
    text = "All English here. " * 40_000 + CHINESE
    assert detect(text.encode("gb18030")) == "gb18030"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16-le"])
def test_every_piece_of_a_book_is_recognised(encoding: str) -> None:
    text = chinese().text()
    for start in range(0, len(text) - 100, 2500):
        piece = text[start : start + 100]
        assert decode(piece.encode(encoding), "a.txt") == (piece, 0)


def test_ascii_is_utf8() -> None:
    assert detect(english().text().replace("“", '"').replace("”", '"').encode()) == "utf-8"


def test_a_bad_byte_or_two_are_counted() -> None:
    data = (CHINESE * 100).encode("gb18030")
    text, lost = decode(data[:900] + b"\xff" + data[900:], "a.txt")
    assert lost == 1
    assert len(text) > 100 * len(CHINESE) - 3
    text, lost = decode((CHINESE * 100).encode()[:-1], "a.txt")
    assert (text[:-1], lost) == ((CHINESE * 100)[:-1], 1)


def test_an_end_of_file_mark_of_dos_is_no_harm() -> None:
    assert decode((CHINESE + "\x1a").encode("gb18030"), "a.txt") == (CHINESE + "\x1a", 0)


def test_too_many_bad_bytes_are_damage() -> None:
    data = bytearray((CHINESE * 4000).encode())
    for at in range(len(data) - 20_000, len(data), 20):
        data[at] = 0xFF
    with pytest.raises(BookDamagedError, match="utf-8"):
        decode(bytes(data), "a.txt")


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 8, b"\x00\x01\x02\x03" * 100, "Привет, мир".encode("cp1251")]
)
def test_what_is_no_text_here_is_refused(data: bytes) -> None:
    with pytest.raises(BookFormatError):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("gb2312", "gb18030"), ("GBK", "gb18030"), ("big5", "gb18030"), ("nonsense", "utf-8")],
)
def test_a_page_is_decoded_by_what_it_says_if_that_is_true(declared: str, encoding: str) -> None:
    page = f'<html><meta charset="{declared}"><p>{CHINESE * 10}囧</p>'
    assert decode_page(page.encode(encoding)) == page

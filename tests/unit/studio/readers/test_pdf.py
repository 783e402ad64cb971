"""PDF: lines joined, furniture taken off, chapters by bookmarks or headings, and what cannot be read."""

import subprocess
from pathlib import Path

import pytest

from declaim.errors import BookDamagedError, BookEmptyError, BookProtectedError, BookTooLargeError
from declaim.studio.book import Block, BlockKind, Book, SkippedKind
from declaim.studio.readers.choice import read_book
from pdf_file import Text, write_pdf

EN = [
    "It was late in the autumn when the letter came, and no-",
    "body in the house expected it to be for her, so they",
    "waited. The rain had not stopped for a whole week.",
]
ZH = ["那年秋天的雨一直下个不停，谁也没有想到会有", "人在这样的夜里来敲门。"]


def lines(texts: list[str], y: float, *, indent: float = 20, size: float = 11) -> list[Text]:
    return [Text(50 + (indent if i == 0 else 0), y - 14 * i, text, size) for i, text in enumerate(texts)]


def furnished(number: int, texts: list[Text]) -> list[Text]:
    """A page with a running head and its number."""
    return [Text(120, 575, "The Lamp at White Stone", 9), *texts, Text(195, 30, str(number), 9)]


def texts(book: Book) -> list[str]:
    return [block.text for _, _, block in book.blocks()]


def test_paragraphs_are_joined_over_lines_and_pages(tmp_path: Path) -> None:
    pages = [
        furnished(1, [*lines(["Chapter I"], 500, indent=0, size=18), *lines(EN, 460), *lines(EN[:2], 418)]),
        furnished(2, [*lines(EN[2:], 540, indent=0), *lines(ZH, 520)]),
        furnished(3, [*lines(["Chapter II"], 500, indent=0, size=18), *lines(EN, 460)]),
    ]
    book = read_book(write_pdf(tmp_path / "b.pdf", pages, title="灯塔"))
    joined = (
        "It was late in the autumn when the letter came, and nobody in the house expected it to be for her, "
        "so they waited. The rain had not stopped for a whole week."
    )
    assert book.title == "灯塔"
    assert texts(book) == ["Chapter I", joined, joined, "".join(ZH), "Chapter II", joined]
    assert [chapter.title for chapter in book.chapters] == ["Chapter I", "Chapter II"]
    counts = {skipped.kind: skipped.count for skipped in book.skipped}
    assert counts == {SkippedKind.RUNNING_HEAD: 3, SkippedKind.PAGE_NUMBER: 3}


def test_bookmarks_name_the_chapters(tmp_path: Path) -> None:
    pages = [lines([name], 500, indent=0, size=16) + lines(EN, 460) for name in ("Dawn", "Dusk")]
    book = read_book(write_pdf(tmp_path / "b.pdf", pages, bookmarks=[("1. Dawn", 0), ("2. Dusk", 1)]))
    assert [chapter.title for chapter in book.chapters] == ["1. Dawn", "2. Dusk"]
    assert [chapter.blocks[0].text for chapter in book.chapters] == ["Dawn", "Dusk"]


def test_large_lines_name_the_chapters_where_nothing_else_does(tmp_path: Path) -> None:
    pages = [lines([name], 500, indent=0, size=20) + lines(EN, 460) for name in ("Dawn", "Dusk")]
    book = read_book(write_pdf(tmp_path / "b.pdf", pages))
    assert [chapter.title for chapter in book.chapters] == ["Dawn", "Dusk"]


def test_notes_at_the_foot_and_their_marks_are_left_out(tmp_path: Path) -> None:
    marked = [Text(50, 520, "He left in May"), Text(128, 525, "1", 6)]
    page = [*marked, *lines(EN, 500), Text(50, 60, "1 The month, not the name.", 8)]
    book = read_book(write_pdf(tmp_path / "b.pdf", [page]))
    assert texts(book)[0] == "He left in May"
    assert "1" not in "".join(texts(book))
    assert {skipped.why for skipped in book.skipped} == {
        "marks of notes are not read",
        "footnotes are not read",
    }


def test_verse_and_scene_breaks(tmp_path: Path) -> None:
    verse = [Text(90, 400, "The moon is on the water,"), Text(90, 386, "the tide goes out again")]
    page = [*lines(EN, 500), Text(180, 440, "* * *"), *verse, *lines(EN, 340)]
    kinds = [block.kind for block in read_book(write_pdf(tmp_path / "b.pdf", [page])).chapters[0].blocks]
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.SCENE_BREAK, BlockKind.VERSE, BlockKind.PARAGRAPH]


def test_paragraphs_without_indent_end_with_a_short_line(tmp_path: Path) -> None:
    page = [*lines([*EN, "He nodded."], 500, indent=0), *lines(EN, 444, indent=0)]
    assert len(texts(read_book(write_pdf(tmp_path / "b.pdf", [page])))) == 3


def test_scanned_pages_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(BookEmptyError, match="text layer") as caught:
        read_book(write_pdf(tmp_path / "b.pdf", [[], []]))
    assert "OCR" in caught.value.hint


def test_a_password_is_a_lock(tmp_path: Path) -> None:
    with pytest.raises(BookProtectedError, match="password"):
        read_book(write_pdf(tmp_path / "b.pdf", [lines(EN, 500)], password="secret"))


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + bytes(5000)])
def test_a_broken_pdf_is_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "b.pdf").write_bytes(data)
    with pytest.raises(BookDamagedError):
        read_book(tmp_path / "b.pdf")


def test_a_reader_that_dies_or_hangs_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_pdf(tmp_path / "b.pdf", [lines(EN, 500)])
    killed = subprocess.CompletedProcess([], -11, b"", b"Segmentation fault")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: killed)
    with pytest.raises(BookDamagedError, match="-11"):
        read_book(path)

    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("pdf", 300)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(BookTooLargeError):
        read_book(path)


def test_every_block_can_be_spoken(tmp_path: Path) -> None:
    book = read_book(write_pdf(tmp_path / "b.pdf", [lines(EN, 500)]))
    assert book.chapters[0].blocks == (Block(BlockKind.PARAGRAPH, texts(book)[0]),)

"""The books of `bench.books`, read back: every block is there, and nothing else."""

import zipfile
from pathlib import Path

import pytest

from bench.books import story
from bench.books.epub_file import write_epub
from bench.books.manuscript import Manuscript
from bench.books.text_file import write_text
from declaim.studio.book import Book, SkippedKind
from declaim.studio.readers.choice import read_book
from declaim.text.characters import is_han


@pytest.fixture(scope="module", params=["chinese", "english"])
def manuscript(request: pytest.FixtureRequest) -> Manuscript:
    made: Manuscript = getattr(story, request.param)()
    return made


def expected(manuscript: Manuscript) -> list[tuple[str, int, list[tuple[str, str]]]]:
    return [
        (
            section.title,
            section.level,
            [("heading", section.title), *((piece.kind, piece.text) for piece in section.pieces)],
        )
        for section in manuscript.sections
    ]


def found(book: Book) -> list[tuple[str, int, list[tuple[str, str]]]]:
    return [
        (chapter.title, chapter.level, [(block.kind.value, block.text) for block in chapter.blocks])
        for chapter in book.chapters
    ]


def test_they_are_as_long_as_they_are_meant_to_be(manuscript: Manuscript) -> None:
    text = manuscript.text()
    if manuscript.language == "en":
        assert len(text.split()) >= 30_000
    else:
        assert sum(map(is_han, text)) >= 60_000


@pytest.mark.parametrize("version", [2, 3])
def test_an_epub_is_read_back_whole(manuscript: Manuscript, version: int, tmp_path: Path) -> None:
    write_epub(manuscript, tmp_path / "book.epub", version=version)
    book = read_book(tmp_path / "book.epub")
    assert found(book) == expected(manuscript)
    assert (book.title, book.authors) == (manuscript.title, (manuscript.author,))
    assert book.language == manuscript.language
    assert book.cover is not None
    notes = sum(bool(piece.note) for section in manuscript.sections for piece in section.pieces)
    kinds = [s.kind for s in book.skipped]
    assert sum(s.count for s in book.skipped if s.why == "footnotes and endnotes are not read") == notes
    assert (SkippedKind.PAGE_NUMBER in kinds) == (version == 3)
    glossed = sum(piece.ruby is not None for section in manuscript.sections for piece in section.pieces)
    assert sum(len(block.readings) for _, _, block in book.blocks()) == glossed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_text_is_read_back_whole(manuscript: Manuscript, encoding: str, tmp_path: Path) -> None:
    write_text(manuscript, tmp_path / "book.txt", encoding=encoding)
    book = read_book(tmp_path / "book.txt")
    plain = [
        (title, level, [("paragraph" if kind == "quotation" else kind, text) for kind, text in blocks])
        for title, level, blocks in expected(manuscript)
    ]
    assert found(book) == plain
    assert (book.title, book.authors) == (manuscript.title, (manuscript.author,))


def test_they_are_the_same_every_time(manuscript: Manuscript, tmp_path: Path) -> None:
    again = story.english() if manuscript.language == "en" else story.chinese()
    assert again == manuscript
    for name in ("one.epub", "two.epub"):
        write_epub(manuscript, tmp_path / name, version=3)
    with zipfile.ZipFile(tmp_path / "one.epub") as archive:
        assert archive.namelist()[0] == "mimetype"
    assert (tmp_path / "one.epub").read_bytes() == (tmp_path / "two.epub").read_bytes()


def test_every_line_of_dialogue_has_a_speaker_and_quotation_marks(manuscript: Manuscript) -> None:
    for section in manuscript.sections:
        for piece in section.pieces:
            if piece.speaker:
                assert piece.speaker in manuscript.characters
                assert "“" in piece.text
                assert piece.text.count("“") == piece.text.count("”")


def test_people_have_one_mind_each(manuscript: Manuscript) -> None:
    """Nobody talks to himself: the two of a scene are two."""
    speakers = [piece.speaker for section in manuscript.sections for piece in section.pieces]
    assert len(set(speakers) - {""}) == len(manuscript.characters)

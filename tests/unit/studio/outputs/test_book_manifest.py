from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.outputs import write_manifest
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter, Take


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8")))


def test_every_sentence_is_there(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path) -> None:
    why = {Place(2, 0, 0, 9): "the chapter has no letters"}
    write_manifest(tmp_path / "m.json", book, recorded, why)
    found = read(tmp_path / "m.json")
    assert (found["version"], found["spoken"], found["unspoken"], found["seconds"]) == (1, 12, 1, 12.15)
    assert [(one["title"], one["level"]) for one in found["chapters"]] == [
        (one.title, one.level) for one in book.chapters
    ]
    assert [one["end"] for one in found["chapters"]] == [0.7, 8.65, 8.65, 9.35, 12.15]
    assert found["chapters"][2]["sentences"] == [
        {"block": 0, "from": 0, "to": 9, "text": "(Plate 7)", "reason": "the chapter has no letters"}
    ]
    assert found["skipped"] == [{"kind": "note", "where": "Chapter 1", "why": "a footnote", "count": 3}]


def test_a_sentence_says_where_it_is_heard(
    book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    write_manifest(tmp_path / "m.json", book, recorded)
    for printed, chapter in zip(book.chapters, read(tmp_path / "m.json")["chapters"], strict=True):
        for sentence in (one for one in chapter["sentences"] if "take" in one):
            text = printed.blocks[sentence["block"]].text
            assert text[sentence["from"] : sentence["to"]] == sentence["text"]
            assert (tmp_path / sentence["take"]).is_file()
            assert chapter["start"] <= sentence["start"] < sentence["end"] <= chapter["end"]


TEXT = "One is said. Two is not. Three is not. “…” Four is said. — Five"


def take(text: str, at: int) -> Take:
    start = TEXT.index(text)
    return Take(Path("/takes/a.flac"), 24_000, text, Place(0, 0, start, start + len(text)), "Anna", pause=at)


def test_what_was_not_spoken_has_a_reason(tmp_path: Path) -> None:
    book = Book("B", (Chapter("One", (Block(BlockKind.PARAGRAPH, TEXT),)),))
    chapter = RecordedChapter("One", (take("One is said.", 1), take("Four is said.", 1)))
    two = TEXT.index("Two")
    write_manifest(tmp_path / "m.json", book, [chapter], {Place(0, 0, two, two + 5): "it was too long"})
    sentences = read(tmp_path / "m.json")["chapters"][0]["sentences"]
    assert [(one["text"], one.get("reason"), one.get("speaker")) for one in sentences] == [
        ("One is said.", None, "Anna"),
        ("Two is not.", "it was too long", None),
        ("Three is not.", "no take of it was made", None),
        ("Four is said.", None, "Anna"),
        ("— Five", "no take of it was made", None),
    ]


def test_sentences_that_share_characters_are_both_there(tmp_path: Path) -> None:
    number = "1" * 60
    book = Book("B", (Chapter("One", (Block(BlockKind.PARAGRAPH, number),)),))
    takes = tuple(
        Take(Path("/a.flac"), 24_000, number, place) for place in (Place(0, 0, 0, 60), Place(0, 0, 0, 60))
    )
    write_manifest(tmp_path / "m.json", book, [RecordedChapter("One", takes)])
    sentences = read(tmp_path / "m.json")["chapters"][0]["sentences"]
    assert [(one["start"], one["end"]) for one in sentences] == [(0.0, 1.0), (1.0, 2.0)]


def test_equal_books_give_equal_files(
    book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    for name in ("a.json", "b.json"):
        write_manifest(tmp_path / name, book, recorded)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_book_and_chapters_that_do_not_belong_together(book: Book, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        write_manifest(tmp_path / "a.json", book, [])

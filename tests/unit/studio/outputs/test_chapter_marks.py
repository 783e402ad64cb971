from pathlib import Path

import pytest

from declaim.studio.outputs.marks import Mark, coarsest, flat_titles, marks_of
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter, Take

TAKE = Take(Path("a.flac"), 24_000, "A.", Place(0, 0, 0, 2), pause=0.5)


def spoken(title: str, level: int, takes: int = 1) -> RecordedChapter:
    return RecordedChapter(title, (TAKE,) * takes, level)


def test_repeated_titles_are_told_apart_by_what_is_above_them() -> None:
    chapters = [
        spoken("Part One", 1),
        spoken("Chapter 1", 2),
        spoken("Letter", 3),
        spoken("Chapter 2", 2),
        spoken("Letter", 3),
        spoken("Part Two", 1),
        spoken("Chapter 1", 2),
        spoken("Epilogue", 1),
    ]
    assert flat_titles(chapters) == [
        "Part One",
        "Part One: Chapter 1",
        "Chapter 1: Letter",
        "Chapter 2",
        "Chapter 2: Letter",
        "Part Two",
        "Part Two: Chapter 1",
        "Epilogue",
    ]


def test_repeated_titles_with_nothing_above_them_stay() -> None:
    assert flat_titles([spoken("Interlude", 1), spoken("Interlude", 1)]) == ["Interlude", "Interlude"]


def test_marks_tile_the_book_and_leave_out_the_silent() -> None:
    marks = marks_of([spoken("Part", 1, 0), spoken("A", 2), spoken("B", 2, 0), spoken("C", 2, 2)])
    assert marks == [Mark("A", 0, 36_000, 2), Mark("C", 36_000, 108_000, 2)]


def test_too_many_marks_lose_the_deepest_first() -> None:
    marks = [Mark(str(at), at, at + 1, 1 + (at % 3 > 0)) for at in range(9)]
    assert coarsest(marks, 9) == marks
    assert [mark.start for mark in coarsest(marks, 8)] == [0, 3, 6]
    assert [mark.start for mark in coarsest(marks, 2)] == [0, 1]


@pytest.mark.parametrize("most", [0, 1, 255])
def test_no_marks(most: int) -> None:
    assert coarsest([], most) == []

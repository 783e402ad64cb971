"""Bad books as jobs: what can be read goes on, and the plan says what is missing."""

from pathlib import Path

import pytest

from declaim.config import Config
from declaim.errors import BookEmptyError
from declaim.studio.book import SkippedKind
from declaim.studio.jobs.making import plan_of
from declaim.studio.jobs.options import BookOptions
from declaim.studio.jobs.plan import LeftOut, Plan
from declaim.studio.readers import assembly
from declaim.studio.readers.choice import read_book
from epub_file import nav, page, write_epub


def planned(path: Path) -> Plan:
    return plan_of(read_book(path), BookOptions(dialogue=False), Config())


def book(folder: Path, second: str) -> Path:
    """Three chapters, A, B and C, the middle one as given."""
    pages = {"a.xhtml": page("<p>1</p>"), "b.xhtml": second, "c.xhtml": page("<p>3</p>")}
    contents = nav("".join(f'<li><a href="{name}.xhtml">{name.upper()}</a></li>' for name in "abc"))
    return write_epub(folder / "b.epub", pages, contents=contents)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (page("<div>" * 400 + "deep" + "</div>" * 400), "nested"),
        (page("<p> </p>"), "it has no text"),
        (page("".join(f"<p>{i:07} is a number.</p>" for i in range(700_000))), "more than 16 MiB"),
    ],
    ids=["damaged", "empty", "huge"],
)
def test_a_chapter_that_cannot_be_spoken_is_left_out_and_told(tmp_path: Path, second: str, why: str) -> None:
    plan = planned(book(tmp_path, second))
    assert [chapter.title for chapter in plan.chapters] == ["A", "C"]
    (missed,) = plan.left_out
    assert missed.where == "B"
    assert why in missed.why


def test_a_chapter_of_text_that_is_too_long_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "MAX_CHAPTER", 100)
    path = tmp_path / "b.txt"
    path.write_text(
        f"第一章 甲\n\n好。\n\n第二章 乙\n\n{'很长。' * 100}\n\n第三章 丙\n\n好。\n", encoding="utf-8"
    )
    plan = planned(path)
    assert [chapter.title for chapter in plan.chapters] == ["第一章 甲", "第三章 丙"]
    assert [missed.where for missed in plan.left_out] == ["第二章 乙"]
    assert "100" in plan.left_out[0].why


def test_pictures_are_nothing_that_a_listener_would_miss(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "b.epub", {"a.xhtml": page('<p>1</p><img src="a.png" alt="A map"/>')})
    assert {skipped.kind for skipped in read_book(path).skipped} == {SkippedKind.IMAGE}
    assert planned(path).left_out == ()


def test_what_is_left_out_makes_another_plan_and_nothing_left_out_the_old_one(tmp_path: Path) -> None:
    whole, lacking = Plan("T", ()), Plan("T", (), (LeftOut("B", "it has no text"),))
    assert whole.digest != lacking.digest
    for each in (whole, lacking):
        each.write(tmp_path / "plan.json")
        assert Plan.read(tmp_path / "plan.json") == each
    whole.write(tmp_path / "plan.json")
    assert "left_out" not in (tmp_path / "plan.json").read_text()


def test_a_book_of_which_nothing_is_left_says_why(tmp_path: Path) -> None:
    with pytest.raises(BookEmptyError, match="no text to read"):
        planned(write_epub(tmp_path / "b.epub", {"a.xhtml": page("<p> </p>")}))

from pathlib import Path

import pytest
from typer.testing import CliRunner

from declaim.commands import app
from declaim.errors import BookError, OptionError

BOOK = "第一章 开始\n\n“你来吗？”老王说。\n\n“当然来。”李梅说。\n\n第二章 结束\n\n天黑了。\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "小书.txt"
    path.write_text(BOOK, encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["book", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("tiny_machine")
def test_preview_speaks_nothing_and_leaves_nothing(book: Path) -> None:
    shown = run(book, "--preview")
    assert "第一章 开始" in shown
    assert "of speech" in shown
    assert "kokoro: costs nothing" in shown
    assert [path.name for path in book.parent.iterdir()] == ["小书.txt"]


@pytest.mark.usefixtures("tiny_machine")
def test_a_cast_file_is_written_and_what_was_edited_stays(book: Path, tmp_path: Path) -> None:
    cast = tmp_path / "cast.toml"
    run(book, "--preview", "--cast", cast)
    written = cast.read_text(encoding="utf-8")
    assert "老王" in written
    edited = f"# mine\n{written}"
    cast.write_text(edited, encoding="utf-8")
    run(book, "--preview", "--cast", cast)
    assert cast.read_text(encoding="utf-8") == edited


@pytest.mark.usefixtures("tiny_machine")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--format", "wav"], OptionError),
        (["--expressiveness", "3"], OptionError),
        (["--status"], OptionError),
    ],
)
def test_what_is_wrong_is_said_first(book: Path, arguments: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        run(book, *arguments)


@pytest.mark.usefixtures("tiny_machine")
def test_a_book_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BookError):
        run(tmp_path / "none.epub")

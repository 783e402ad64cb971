"""Which reader a file gets: by its content; and files that are none."""

import os
import shutil
from pathlib import Path

import pytest

from declaim.errors import BookDamagedError, BookError, BookFormatError, BookProtectedError, BookTooLargeError
from declaim.studio.readers import source
from declaim.studio.readers.choice import format_of, read_book
from docx_file import paragraph, write_docx
from epub_file import page, write_epub
from pdf_file import Text, write_pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_names_do_not_matter(tmp_path: Path) -> None:
    files = {
        "epub": write_epub(tmp_path / "a.pdf", {"a.xhtml": page("<p>1</p>")}),
        "docx": write_docx(tmp_path / "b.epub", paragraph("Hello.")),
        "pdf": write_pdf(tmp_path / "c.txt", [[Text(50, 500, "Hello, everybody in this house.")]]),
    }
    (tmp_path / "d.txt").write_text("<!-- x -->\n<!DOCTYPE HTML><p>Hello.")
    files["html"] = tmp_path / "d.txt"
    for name, path in files.items():
        assert format_of(path) == name
        assert read_book(path).chapters


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.md", "markdown"), ("a.txt", "text"), ("a", "text"), ("a.HTM", "html"), ("a.epub", "text")],
)
def test_names_decide_between_kinds_of_text(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_text("Hello.")
    assert format_of(tmp_path / name) == kind


def test_a_folder_a_pipe_and_nothing_are_no_books(tmp_path: Path) -> None:
    with pytest.raises(BookFormatError, match="folder"):
        read_book(tmp_path)
    with pytest.raises(BookError, match="No such file"):
        read_book(tmp_path / "none.epub")
    with pytest.raises(BookError):
        read_book("nul\0name.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(BookFormatError, match="regular"):
        read_book(tmp_path / "pipe.txt")


def test_links_are_followed_and_lead_nowhere_twice(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hello.")
    (tmp_path / "link.txt").symlink_to("a.txt")
    (tmp_path / "broken.txt").symlink_to("none.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "folder.txt").symlink_to(tmp_path)
    assert read_book(tmp_path / "link.txt").title == "link"
    for name in ("broken.txt", "loop.txt", "folder.txt"):
        with pytest.raises(BookError):
            read_book(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hello.")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(BookError, match="Permission"):
        read_book(tmp_path / "a.txt")


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Hello.")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BookError, match="Permission denied"):
        read_book(tmp_path / "a.txt")


def test_empty_and_huge_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    with pytest.raises(BookDamagedError, match="empty"):
        read_book(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_bytes(b"Hello. " * 100)
    monkeypatch.setattr(source, "MAX_FILE", 100)
    with pytest.raises(BookTooLargeError):
        read_book(tmp_path / "b.txt")


def test_formats_that_are_known_but_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(OLE + bytes(600))
    with pytest.raises(BookFormatError, match="old Word"):
        read_book(path)
    path.write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(BookProtectedError):
        read_book(path)
    path.write_bytes(bytes(60) + b"BOOKMOBI" + bytes(60))
    with pytest.raises(BookFormatError, match="Kindle"):
        read_book(path)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise ModuleNotFoundError("no module", name="lxml")

    monkeypatch.setattr("declaim.studio.readers.choice.import_module", missing)
    path = write_epub(tmp_path / "a.epub", {"a.xhtml": page("<p>1</p>")})
    with pytest.raises(BookFormatError, match="lxml") as caught:
        read_book(path)
    assert "declaim[studio]" in caught.value.hint
    assert shutil.which("pip") is None or caught.value.http_status == 415

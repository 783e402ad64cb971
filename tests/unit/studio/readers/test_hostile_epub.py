"""EPUBs that are locked, broken, or made to do harm."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from declaim.errors import (
    BookDamagedError,
    BookEmptyError,
    BookError,
    BookFormatError,
    BookProtectedError,
    BookTooLargeError,
)
from declaim.studio.book import SkippedKind
from declaim.studio.readers import archive
from declaim.studio.readers.choice import read_book
from epub_file import nav, page, write_epub, write_zip

GOOD = {"a.xhtml": page("<p>Good.</p>")}
ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/>'
    '<enc:CipherData><enc:CipherReference URI="OPS/{}"/></enc:CipherData></enc:EncryptedData></encryption>'
)


@pytest.mark.parametrize(
    "extra",
    [
        {
            "META-INF/encryption.xml": ENCRYPTION.format(
                "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "a.xhtml"
            )
        },
        {"META-INF/rights.xml": "<rights/>"},
        {"META-INF/license.lcpl": "{}"},
        {"META-INF/sinf.xml": "<sinf/>"},
    ],
)
def test_a_locked_book_is_refused(tmp_path: Path, extra: dict[str, str]) -> None:
    path = write_epub(tmp_path / "b.epub", GOOD, extra={name: data.encode() for name, data in extra.items()})
    with pytest.raises(BookProtectedError, match="copy-protected") as caught:
        read_book(path)
    assert "DRM" in caught.value.hint


@pytest.mark.parametrize("method", ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"])
def test_obfuscated_fonts_are_no_lock(tmp_path: Path, method: str) -> None:
    data = ENCRYPTION.format(method, "font.otf").encode()
    assert read_book(write_epub(tmp_path / "b.epub", GOOD, extra={"META-INF/encryption.xml": data})).chapters


def test_a_bad_chapter_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    deep = "<div>" * 400 + "deep" + "</div>" * 400
    pages: dict[str, str | bytes] = {
        "a.xhtml": page("<p>1</p>"),
        "b.xhtml": page(deep),
        "c.xhtml": page("<p>3</p>"),
    }
    contents = nav("".join(f'<li><a href="{n}.xhtml">{n.upper()}</a></li>' for n in "abc"))
    book = read_book(write_epub(tmp_path / "b.epub", pages, contents=contents))
    assert [chapter.title for chapter in book.chapters] == ["A", "C"]
    assert [(s.kind, s.where) for s in book.skipped] == [(SkippedKind.DAMAGED, "B")]


def test_a_chapter_of_40_megabytes_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    huge = page("".join(f"<p>{i:07} is a number.</p>" for i in range(1_600_000)))
    assert len(huge) > 40 * 2**20
    book = read_book(write_epub(tmp_path / "b.epub", {"a.xhtml": page("<p>1</p>"), "b.xhtml": huge}))
    assert [block.text for _, _, block in book.blocks()] == ["1"]
    assert book.skipped[0].kind is SkippedKind.DAMAGED
    assert "more than 16 MiB" in book.skipped[0].why


def test_a_chapter_whose_bytes_are_damaged_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "b.epub", {"a.xhtml": page("<p>1</p>"), "b.xhtml": page("<p>2</p>" * 99)})
    with zipfile.ZipFile(path) as zipped:
        info = zipped.getinfo("OPS/b.xhtml")
    data = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len(info.filename)
    data[start + 20 : start + 40] = bytes(20)
    path.write_bytes(data)
    book = read_book(path)
    assert [block.text for _, _, block in book.blocks()] == ["1"]
    assert (book.skipped[0].kind, book.skipped[0].where) == (SkippedKind.DAMAGED, "OPS/b.xhtml")


def test_a_chapter_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "b.epub", {"a.xhtml": page("<p>1</p>"), "b.xhtml": page("<p>2</p>")})
    without = {}
    with zipfile.ZipFile(path) as zipped:
        without = {n: zipped.read(n) for n in zipped.namelist() if n not in {"mimetype", "OPS/b.xhtml"}}
    book = read_book(write_zip(path, without))
    assert [skipped.where for skipped in book.skipped] == ["OPS/b.xhtml"]


def test_a_bomb_is_told_by_the_directory(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "b.epub", GOOD, extra={"OPS/bomb.bin": bytes(64 * 2**20)})
    with pytest.raises(BookTooLargeError, match="unpacks to"):
        read_book(path)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "b.epub", {"a.xhtml": page("<p>1</p>"), "b.xhtml": bytes(64 * 2**20)})
    size = (64 * 2**20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
    book = read_book(path)
    assert [block.text for _, _, block in book.blocks()] == ["1"]
    assert book.skipped[0].kind is SkippedKind.DAMAGED


def test_many_large_members_are_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 100)
    with pytest.raises(BookTooLargeError):
        read_book(write_epub(tmp_path / "b.epub", GOOD))


@pytest.mark.parametrize("name", ["../outside.xhtml", "/etc/passwd", "C:/x", "OPS/../../x", "..\\x"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = write_epub(tmp_path / "b.epub", GOOD, extra={name: b"x"})
    with pytest.raises(BookDamagedError, match="leads out"):
        read_book(path)
    assert [file.name for file in tmp_path.iterdir()] == ["b.epub"]


def test_references_that_lead_out_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "secret.xhtml").write_text(page("<p>Secret.</p>"))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest><item id="a" '
        'href="../../../secret.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    with pytest.raises(BookEmptyError, match=r"secret\.xhtml"):
        read_book(write_zip(tmp_path / "b.epub", {"OPS/book.opf": package}))


BOMB = (
    '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("doctype", "entity"),
    [
        (BOMB, "&c;"),
        ('<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
        ('<!DOCTYPE html SYSTEM "http://127.0.0.1:9/none.dtd">', ""),
    ],
)
def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path, doctype: str, entity: str) -> None:
    text = f'{doctype}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Safe{entity}&amp;sound</p></body></html>'
    book = read_book(write_epub(tmp_path / "b.epub", {"a.xhtml": text}))
    assert [block.text for _, _, block in book.blocks()] == ["Safe&sound"]


def test_entities_of_html_are_letters(tmp_path: Path) -> None:
    doctype = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    )
    text = f'{doctype}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Caf&eacute;&nbsp;&mdash;</p></body></html>'
    book = read_book(write_epub(tmp_path / "b.epub", {"a.xhtml": text}))
    assert [block.text for _, _, block in book.blocks()] == ["Café —"]


@pytest.mark.parametrize("cut", [10, 200, -30])
def test_a_book_that_is_cut_off_is_damaged(tmp_path: Path, cut: int) -> None:
    path = write_epub(tmp_path / "b.epub", GOOD)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BookDamagedError):
        read_book(path)


@pytest.mark.parametrize(
    "members",
    [
        {"META-INF/container.xml": "<container"},
        {"META-INF/container.xml": "<container/>"},
        {"OPS/book.opf": "<package/>"},
        {"OPS/book.opf": "not XML"},
    ],
)
def test_a_book_without_a_usable_package_is_damaged(tmp_path: Path, members: dict[str, str]) -> None:
    with pytest.raises(BookDamagedError):
        read_book(write_zip(tmp_path / "b.epub", members))


def test_an_archive_that_is_no_book_is_not_taken_for_one(tmp_path: Path) -> None:
    with pytest.raises(BookFormatError, match="archive"):
        read_book(write_zip(tmp_path / "b.epub", {"readme.txt": "hello"}))


def test_a_book_without_text_is_empty(tmp_path: Path) -> None:
    with pytest.raises(BookEmptyError):
        read_book(write_epub(tmp_path / "b.epub", {"a.xhtml": page('<img src="scan.png"/>')}))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=8)), min_size=1, max_size=12))
def test_whatever_is_in_a_page_it_is_read_or_refused(
    tmp_path: Path, changes: list[tuple[int, bytes]]
) -> None:
    body = (
        '<h1 id="a">One</h1><p>He left.<sup><a id="r" href="#n">1</a></sup><br/>'
        "<ruby>重<rt>chóng</rt></ruby></p>"
        "<table><tr><td>1</td></tr></table><ol start='3'><li>q</li></ol><p id='n'><a href='#r'>1</a> note</p>"
    )
    text = bytearray(page(body).encode())
    for place, data in changes:
        text[place % len(text) : place % len(text) + 1] = data
    path = write_epub(tmp_path / "b.epub", {"a.xhtml": page("<p>1</p>"), "b.xhtml": bytes(text)})
    assert read_book(path).chapters[0].blocks[0].text == "1"


def test_a_member_without_a_name_does_no_harm(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "b.epub", GOOD, extra={"x": b"x"})
    with zipfile.ZipFile(path, "a") as zipped:
        info = zipfile.ZipInfo("y")
        info.filename = ""
        zipped.writestr(info, b"x")
    assert read_book(path).chapters


def test_every_error_says_what_to_do_or_why() -> None:
    assert {BookError.http_status, BookTooLargeError.http_status, BookProtectedError.http_status} == {
        422,
        413,
        403,
    }

"""HTML, Markdown and Word: the same blocks, from other files."""

from pathlib import Path

import pytest

from declaim.errors import BookDamagedError, BookEmptyError
from declaim.studio.book import BlockKind, Book, SkippedKind
from declaim.studio.readers.choice import read_book
from docx_file import paragraph, write_docx

PARAGRAPH, HEADING, VERSE, QUOTATION = (
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.VERSE,
    BlockKind.QUOTATION,
)


def blocks(book: Book) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for _, _, block in book.blocks()]


def kinds(book: Book) -> list[SkippedKind]:
    return [skipped.kind for skipped in book.skipped]


def html(folder: Path, body: str, head: str = "") -> Book:
    path = folder / "book.html"
    path.write_text(
        f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>", encoding="utf-8"
    )
    return read_book(path)


def test_html_chapters_are_at_its_headings(tmp_path: Path) -> None:
    book = html(tmp_path, "<h1>The Book</h1><p>For you.<h2>One</h2><p>First.<h2>Two</h2><p>Second.")
    assert book.title == "The Book"
    assert book.language == "en"
    assert [chapter.title for chapter in book.chapters] == ["The Book", "One", "Two"]
    assert blocks(book)[-1] == (PARAGRAPH, "Second.")


def test_html_head_names_the_book(tmp_path: Path) -> None:
    head = (
        "<title>White Stone</title><meta name=author content='Ann Ode'><meta name=description content='Sea.'>"
    )
    book = html(tmp_path, "<p>Hello.", head)
    assert (book.title, book.authors, book.metadata.description) == ("White Stone", ("Ann Ode",), "Sea.")


@pytest.mark.parametrize(
    "unread",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<p hidden>No.</p>",
        "<p style='display: none'>No.</p>",
        "<!-- no -->",
        "<select><option>No</select>",
        "<template><p>No.</p></template>",
    ],
)
def test_what_a_page_does_not_show_is_not_read(tmp_path: Path, unread: str) -> None:
    assert blocks(html(tmp_path, f"<p>Yes.</p>{unread}")) == [(PARAGRAPH, "Yes.")]


def test_menus_are_left_out(tmp_path: Path) -> None:
    links = "".join(f"<li><a href='#{i}'>Chapter {i}</a>" for i in range(6))
    book = html(tmp_path, f"<nav><a href=/>Home</a></nav><ul>{links}</ul><p>Yes, it was late.")
    assert blocks(book) == [(PARAGRAPH, "Yes, it was late.")]
    assert kinds(book) == [SkippedKind.NAVIGATION]


def test_programs_are_left_out_and_other_preformatted_lines_kept(tmp_path: Path) -> None:
    book = html(tmp_path, "<pre><code>x = 1</code></pre><pre>Roses are red,\nviolets are blue</pre>")
    assert blocks(book) == [(VERSE, "Roses are red,\nviolets are blue")]
    assert kinds(book) == [SkippedKind.CODE]


def test_white_space_is_what_a_page_shows(tmp_path: Path) -> None:
    book = html(
        tmp_path,
        "<p>One\n  two <b> three</b>\u00ad\u200b</p><p>一行\n  又一行，\n再一行</p><p>中文\nword</p>",
    )
    assert [text for _, text in blocks(book)] == ["One two three", "一行又一行，再一行", "中文 word"]


def test_a_novel_of_line_breaks_has_paragraphs(tmp_path: Path) -> None:
    book = html(tmp_path, "<div>他来了。<br>“你好！”<br><br>她没有说话。</div>")
    assert [text for _, text in blocks(book)] == ["他来了。", "“你好！”", "她没有说话。"]


def test_a_table_of_one_column_is_text(tmp_path: Path) -> None:
    book = html(tmp_path, "<table><tr><td>One.<tr><td>Two.</table>")
    assert [text for _, text in blocks(book)] == ["One.", "Two."]


def test_pictures_of_one_character_are_that_character(tmp_path: Path) -> None:
    book = html(tmp_path, '<p><img src="t.png" alt="T">he rare <img alt="𠀀" src=x>.</p>')
    assert [text for _, text in blocks(book)] == ["The rare 𠀀."]


def test_ordered_lists_have_their_numbers(tmp_path: Path) -> None:
    book = html(tmp_path, "<ol start=3><li>Three.<li>Four.</ol>")
    assert [text for _, text in blocks(book)] == ["3. Three.", "4. Four."]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8"])
def test_chinese_pages_of_the_past(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "book.htm"
    path.write_bytes("<html><body><p>我們在海邊的小鎮見面，說了很多話。</p></body></html>".encode(encoding))
    assert blocks(read_book(path)) == [(PARAGRAPH, "我們在海邊的小鎮見面，說了很多話。")]


def test_markdown(tmp_path: Path) -> None:
    path = tmp_path / "book.md"
    path.write_text(
        "---\ntitle: White Stone\nauthor: Ann Ode\nlang: en\n---\n# Part\n\n## One\n\nShe *said* [no](http://x).[^1]\n\n"
        "> A letter.\n\n***\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "[^1]: A note\n    of two lines.\n\n"
        "## Two\n\n去[重庆](/chong2 qing4/)。\n",
        encoding="utf-8",
    )
    book = read_book(path)
    assert (book.title, book.authors, book.language) == ("White Stone", ("Ann Ode",), "en")
    assert [chapter.title for chapter in book.chapters] == ["Part", "One", "Two"]
    assert blocks(book) == [
        (HEADING, "Part"),
        (HEADING, "One"),
        (PARAGRAPH, "She said no."),
        (QUOTATION, "A letter."),
        (HEADING, "Two"),
        (PARAGRAPH, "去重庆。"),
    ]
    assert book.chapters[2].blocks[1].spoken() == "去[重庆](/chong2 qing4/)。"
    assert sorted(kinds(book)) == [SkippedKind.CODE, SkippedKind.NOTE, SkippedKind.TABLE]


def test_docx(tmp_path: Path) -> None:
    note = "<w:r><w:t>He left.</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r>"
    ruby = (
        "<w:r><w:t>在</w:t></w:r><w:r><w:ruby><w:rt><w:r><w:t>chóng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>重</w:t>"
        "</w:r></w:rubyBase></w:ruby></w:r>"
    )
    deleted = "<w:del><w:r><w:delText>Old</w:delText></w:r></w:del><w:ins><w:r><w:t>New.</w:t></w:r></w:ins>"
    tabbed = "<w:r><w:t>In a</w:t><w:tab/><w:t>box.</w:t></w:r>"
    cell = f"<w:tc>{paragraph('1')}</w:tc>"
    table = f"<w:tbl><w:tr>{cell}{cell}</w:tr><w:tr>{cell}{cell}</w:tr></w:tbl>"
    body = "".join(
        [
            paragraph("White Stone", "Titel"),
            paragraph("Contents", "T1"),
            paragraph("One", "H1"),
            paragraph(note),
            paragraph("Two", "Own"),
            paragraph("A letter.", "Q"),
            paragraph(ruby),
            paragraph(deleted),
            table,
            f"<w:sdt><w:sdtContent>{paragraph(tabbed)}</w:sdtContent></w:sdt>",
            paragraph("<w:r><w:drawing/></w:r>"),
        ]
    )
    book = read_book(write_docx(tmp_path / "book.docx", body))
    assert book.title == "White Stone"
    assert [chapter.title for chapter in book.chapters] == ["White Stone", "One", "Two"]
    assert blocks(book) == [
        (HEADING, "White Stone"),
        (HEADING, "One"),
        (PARAGRAPH, "He left."),
        (HEADING, "Two"),
        (QUOTATION, "A letter."),
        (PARAGRAPH, "在重"),
        (PARAGRAPH, "New."),
        (PARAGRAPH, "In a box."),
    ]
    assert book.chapters[2].blocks[2].spoken() == "在[重](/chong2/)"
    assert set(kinds(book)) == {
        SkippedKind.NAVIGATION,
        SkippedKind.NOTE,
        SkippedKind.TABLE,
        SkippedKind.IMAGE,
    }
    assert all(block.level >= 1 for _, _, block in book.blocks() if block.kind is HEADING)


def test_docx_properties_name_the_book(tmp_path: Path) -> None:
    book = read_book(write_docx(tmp_path / "b.docx", paragraph("Hello."), title="White Stone"))
    assert (book.title, book.authors) == ("White Stone", ("Ann Ode", "Bo Tan"))


@pytest.mark.parametrize("body", ["", paragraph("<w:r><w:drawing/></w:r>")])
def test_an_empty_docx_is_empty(tmp_path: Path, body: str) -> None:
    with pytest.raises(BookEmptyError):
        read_book(write_docx(tmp_path / "b.docx", body))


def test_a_broken_docx_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(BookDamagedError):
        read_book(write_docx(tmp_path / "b.docx", "<w:p>"))

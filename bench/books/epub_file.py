"""A manuscript as an EPUB 2 or EPUB 3 file."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bench.books.cover import draw_cover
from bench.books.manuscript import Manuscript, Section
from bench.books.pages import NOTES, Pages

_WHEN = (2024, 1, 1, 0, 0, 0)
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XHTML = "application/xhtml+xml"


def write_epub(manuscript: Manuscript, path: Path, *, version: int) -> None:
    """Write an EPUB; the same manuscript gives the same bytes.

    Args:
        manuscript: the book.
        path: of the file.
        version: 2 (NCX, endnotes) or 3 (navigation document, footnotes, page numbers).
    """
    with zipfile.ZipFile(path, "w") as archive:
        _put(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        for name, data in _members(manuscript, version).items():
            _put(archive, name, data, zipfile.ZIP_DEFLATED)


def _put(archive: zipfile.ZipFile, name: str, data: bytes, method: int) -> None:
    info = zipfile.ZipInfo(name, _WHEN)
    info.compress_type = method
    archive.writestr(info, data)


def _members(manuscript: Manuscript, version: int) -> dict[str, bytes]:
    pages = Pages(manuscript.language, version)
    names = {f"text/{i:03}.xhtml": section for i, section in enumerate(manuscript.sections)}
    files = {"cover.xhtml": pages.cover(manuscript.title, "cover.png")}
    files |= {name: pages.section(name.rpartition("/")[2], section) for name, section in names.items()}
    if version == 2:
        files[f"text/{NOTES}"] = pages.notes("注释" if manuscript.language[:2] == "zh" else "Notes")
        files["toc.ncx"] = _ncx(manuscript, names)
    else:
        files["nav.xhtml"] = _nav(manuscript, names)
    files["book.opf"] = _package(manuscript, list(files), version)
    members = {f"OEBPS/{name}": text.encode() for name, text in files.items()}
    return {"META-INF/container.xml": _CONTAINER.encode(), **members, "OEBPS/cover.png": draw_cover()}


def _package(manuscript: Manuscript, names: list[str], version: int) -> str:
    items = "\n".join(
        f'<item id="{_id(name)}" href="{name}" media-type="{_media_type(name)}"'
        + (' properties="nav"/>' if name == "nav.xhtml" else "/>")
        for name in names
    )
    spine = "\n".join(
        f'<itemref idref="{_id(name)}"/>' for name in names if name.endswith(".xhtml") and name != "nav.xhtml"
    )
    cover = ' properties="cover-image"' if version == 3 else ""
    return (
        _HEAD
        + f'<package xmlns="http://www.idpf.org/2007/opf" version="{version}.0" unique-identifier="id">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">\n'
        f"<dc:identifier id='id'>{uuid.uuid5(uuid.NAMESPACE_URL, manuscript.title).urn}</dc:identifier>\n"
        f"<dc:title>{escape(manuscript.title)}</dc:title>\n"
        f"<dc:creator>{escape(manuscript.author)}</dc:creator>\n"
        f"<dc:language>{manuscript.language}</dc:language>\n"
        f"<dc:date>2024-01-01</dc:date>\n"
        '<meta property="dcterms:modified">2024-01-01T00:00:00Z</meta>\n'
        '<meta name="cover" content="cover"/>\n</metadata>\n<manifest>\n'
        f'<item id="cover" href="cover.png" media-type="image/png"{cover}/>\n{items}\n'
        f"</manifest>\n<spine{' toc=' + chr(34) + _id('toc.ncx') + chr(34) if version == 2 else ''}>\n"
        f"{spine}\n</spine>\n</package>\n"
    )


def _id(name: str) -> str:
    return "f-" + name.replace("/", "-")


def _media_type(name: str) -> str:
    return "application/x-dtbncx+xml" if name.endswith(".ncx") else _XHTML


def _grouped(names: dict[str, Section]) -> Iterator[tuple[str, Section, list[tuple[str, Section]]]]:
    """Each section of level 1, and those of level 2 behind it."""
    groups: list[tuple[str, Section, list[tuple[str, Section]]]] = []
    for name, section in names.items():
        if section.level == 1:
            groups.append((name, section, []))
        else:
            groups[-1][2].append((name, section))
    return iter(groups)


def _nav(manuscript: Manuscript, names: dict[str, Section]) -> str:
    lines = []
    for name, section, inner in _grouped(names):
        below = "".join(f'<li><a href="{n}">{escape(s.title)}</a></li>\n' for n, s in inner)
        nested = f"\n<ol>\n{below}</ol>\n" if below else ""
        lines.append(f'<li><a href="{name}">{escape(section.title)}</a>{nested}</li>')
    return (
        _HEAD + '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">\n'
        f"<head><title>{escape(manuscript.title)}</title></head>\n<body>\n"
        '<nav epub:type="toc"><ol>\n' + "\n".join(lines) + "\n</ol></nav>\n</body>\n</html>\n"
    )


def _ncx(manuscript: Manuscript, names: dict[str, Section]) -> str:
    points = []
    for name, section, inner in _grouped(names):
        below = "".join(f"{_point(n, s)}</navPoint>\n" for n, s in inner)
        points.append(f"{_point(name, section)}{below}</navPoint>")
    return (
        _HEAD + '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">\n'
        f"<docTitle><text>{escape(manuscript.title)}</text></docTitle>\n<navMap>\n"
        + "\n".join(points)
        + "\n</navMap>\n</ncx>\n"
    )


def _point(name: str, section: Section) -> str:
    label = f"<navLabel><text>{escape(section.title)}</text></navLabel>"
    return f'<navPoint id="{_id(name)}">{label}<content src="{name}#start"/>'

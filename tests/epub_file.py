"""Small EPUBs to read, and broken ones."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
XHTML = "application/xhtml+xml"


def page(body: str, *, head: str = "<title/>") -> str:
    """An XHTML page with a body."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head>{head}</head><body>{body}</body></html>'
    )


def nav(entries: str) -> str:
    """A navigation document with some list items."""
    return page(f'<nav epub:type="toc"><ol>{entries}</ol></nav>')


def write_epub(
    path: Path,
    pages: Mapping[str, str | bytes],
    *,
    contents: str | None = None,
    metadata: str = "<dc:title>A Book</dc:title>",
    extra: Mapping[str, bytes] | None = None,
    items: Sequence[str] = (),
    not_linear: Sequence[str] = (),
) -> Path:
    """Write an EPUB 3.

    Args:
        path: of the file.
        pages: in reading order.
        contents: the navigation document, if there is one.
        metadata: inside the package's ``metadata``.
        extra: further members of the archive.
        items: further items of the manifest.
        not_linear: pages that are not in the reading order.
    """
    manifest = [f'<item id="p{i}" href="{name}" media-type="{XHTML}"/>' for i, name in enumerate(pages)]
    spine = [
        f'<itemref idref="p{i}"{" linear=" + chr(34) + "no" + chr(34) if name in not_linear else ""}/>'
        for i, name in enumerate(pages)
    ]
    if contents is not None:
        manifest.append(f'<item id="nav" href="nav.xhtml" media-type="{XHTML}" properties="nav"/>')
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{''.join([*manifest, *items])}</manifest>"
        f"<spine>{''.join(spine)}</spine></package>"
    )
    members: dict[str, str | bytes] = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": package}
    members |= {f"OPS/{name}": text for name, text in pages.items()}
    if contents is not None:
        members["OPS/nav.xhtml"] = contents
    return write_zip(path, {**members, **(extra or {})})


def write_zip(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """Write an archive whose first member says that it is an EPUB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, data in members.items():
            archive.writestr(name, data)
    return path

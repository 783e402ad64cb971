"""The package document of a read-along book: what it is, what is in it, and in which order."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from declaim.studio.book import Book
from declaim.studio.outputs.languages import tag_of
from declaim.studio.outputs.names import one_line
from declaim.studio.outputs.read_along.overlay import clock
from declaim.studio.outputs.read_along.pages import ACTIVE_CLASS, PLAYING_CLASS
from declaim.studio.outputs.read_along.parts import Part
from declaim.studio.outputs.read_along.xml import DECLARATION, escaped
from declaim.studio.outputs.settings import OutputSettings

CONTAINER: Final = (
    f'{DECLARATION}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">\n'
    '<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles>\n</container>\n"
)

_POSITION: Final = re.compile(r"[0-9]+(\.[0-9]+)*")
_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ACCESS: Final = (
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "auditory"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessModeSufficient", "auditory"),
    ("schema:accessibilityFeature", "synchronizedAudioText"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityHazard", "none"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the package.

    Attributes:
        name: of the file, from the package document.
        media_type: what it is.
        properties: of the manifest's item.
        overlay: the name of the overlay's file; empty if it has none.
        duration: of an overlay, as a clock value.
        in_spine: whether it is a page to be read.
    """

    name: str
    media_type: str
    properties: str = ""
    overlay: str = ""
    duration: str = ""
    in_spine: bool = False


def package(book: Book, parts: Sequence[Part], items: Sequence[Item], settings: OutputSettings) -> str:
    """The package document."""
    durations = "".join(
        _meta("media:duration", item.duration, f"#{_id(item.name)}") for item in items if item.duration
    )
    total = _meta("media:duration", clock(sum(part.length for part in parts)))
    manifest = "".join(map(_manifest_item, items))
    spine = "".join(f'<itemref idref="{_id(item.name)}"/>\n' for item in items if item.in_spine)
    language = escaped(tag_of(book))
    return (
        f'{DECLARATION}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xml:lang="{language}" '
        'unique-identifier="identifier">\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"{''.join(_about(book, settings))}{total}{durations}</metadata>\n"
        f"<manifest>\n{manifest}</manifest>\n<spine>\n{spine}</spine>\n</package>\n"
    )


def identifier_of(book: Book) -> str:
    """The book's own identifier or, if it has none, one that its title and text decide."""
    own = one_line(book.metadata.identifier)
    if own:
        return own
    text = "\n".join((book.title, *book.authors, *(block.text for _, _, block in book.blocks())))
    return uuid.uuid5(uuid.NAMESPACE_OID, text).urn


def _about(book: Book, settings: OutputSettings) -> Iterator[str]:
    about = book.metadata
    yield f'<dc:identifier id="identifier">{escaped(identifier_of(book))}</dc:identifier>\n'
    yield _dublin("title", book.title)
    yield _dublin("language", tag_of(book))
    for number, (name, role) in enumerate(_people(book, settings)):
        kind = "creator" if role == "aut" else "contributor"
        yield f'<dc:{kind} id="person-{number}">{escaped(name)}</dc:{kind}>\n'
        yield _meta("role", role, f"#person-{number}", scheme="marc:relators")
    yield _dublin("publisher", about.publisher)
    yield _dublin("date", about.published if _DATE.fullmatch(about.published) else "")
    yield _dublin("description", about.description)
    yield from (_dublin("subject", subject) for subject in about.subjects)
    yield _dublin("rights", about.rights)
    yield from _series(book)
    yield _meta("dcterms:modified", f"{settings.modified.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    yield from (_meta(name, value) for name, value in _ACCESS)
    yield _meta("media:narrator", settings.narrator)
    yield _meta("media:active-class", ACTIVE_CLASS)
    yield _meta("media:playback-active-class", PLAYING_CLASS)


def _people(book: Book, settings: OutputSettings) -> Iterator[tuple[str, str]]:
    """Names with their MARC relator codes."""
    yield from ((one_line(name), "aut") for name in book.authors if one_line(name))
    yield from ((one_line(name), "trl") for name in book.metadata.translators if one_line(name))
    if one_line(settings.narrator):
        yield one_line(settings.narrator), "nrt"


def _series(book: Book) -> Iterator[str]:
    series = one_line(book.metadata.series)
    if series:
        yield f'<meta property="belongs-to-collection" id="series">{escaped(series)}</meta>\n'
        yield _meta("collection-type", "series", "#series")
        position = book.metadata.series_index.strip()
        yield _meta("group-position", position if _POSITION.fullmatch(position) else "", "#series")


def _dublin(name: str, text: str) -> str:
    """An element of Dublin Core; nothing for nothing."""
    text = one_line(text)
    return f"<dc:{name}>{escaped(text)}</dc:{name}>\n" if text else ""


def _meta(name: str, text: str, refines: str = "", *, scheme: str = "") -> str:
    text = one_line(text)
    of = f' refines="{refines}"' if refines else ""
    by = f' scheme="{scheme}"' if scheme else ""
    return f'<meta property="{name}"{of}{by}>{escaped(text)}</meta>\n' if text else ""


def _manifest_item(item: Item) -> str:
    properties = f' properties="{item.properties}"' if item.properties else ""
    overlay = f' media-overlay="{_id(item.overlay)}"' if item.overlay else ""
    where = f'id="{_id(item.name)}" href="{item.name}"'
    return f'<item {where} media-type="{item.media_type}"{properties}{overlay}/>\n'


def _id(name: str) -> str:
    """The ``id`` in the manifest of the file ``name``."""
    return "i-" + name.replace("/", "-")

"""An EPUB's package document: what it is called, what it consists of, in which order it is read.

After EPUB 3.3 (W3C Recommendation, 2023), section 5, and the Open Packaging Format 2.0.1 (IDPF, 2010).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from declaim.errors import BookDamagedError
from declaim.studio.book import Metadata
from declaim.studio.readers.archive import Archive, resolve
from declaim.studio.readers.markup_tree import (
    Element,
    attribute,
    descendants,
    first,
    parse_page,
    parse_xml,
    tag,
    text_of,
)

_CONTAINER = "META-INF/container.xml"
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx]$")
_MARKUP = re.compile(r"<[a-zA-Z/]")


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book, as its manifest names it.

    Attributes:
        name: of the archive's member.
        media_type: as the manifest claims.
        properties: EPUB 3's: ``nav``, ``cover-image``.
    """

    name: str
    media_type: str
    properties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Package:
    """What the package document says.

    Attributes:
        title, authors, language, metadata: as in :class:`declaim.studio.book.Book`.
        items: the manifest, by id.
        spine: the files in reading order.
        aside: files of the spine that are not in that order (``linear="no"``).
        contents: the file with the table of contents: EPUB 3's ``nav``, else EPUB 2's NCX.
        cover: the file of the cover picture, or the page that shows it.
    """

    title: str
    authors: tuple[str, ...]
    language: str
    metadata: Metadata
    items: dict[str, Item]
    spine: tuple[Item, ...]
    aside: tuple[Item, ...]
    contents: Item | None
    cover: Item | None


def read_package(archive: Archive) -> Package:
    """The package document of an EPUB.

    Raises:
        BookDamagedError: there is none, or it has no spine.
    """
    name = _package_name(archive)
    root = parse_xml(archive.read(name), name)
    items = _manifest(root, name)
    spine = first(root, "spine")
    references = list(descendants(spine, "itemref")) if spine is not None else []
    by_linear: dict[bool, list[Item]] = {True: [], False: []}
    for reference in references:
        if item := items.get(reference.get("idref") or ""):
            by_linear[reference.get("linear") != "no"].append(item)
    if not by_linear[True]:
        raise BookDamagedError(f"{name} names no chapters in its spine", hint="repair the book")
    said = _Said(root)
    return Package(
        title=said.title(),
        authors=said.people({"creator"}, {"aut", ""}) or said.people({"creator"}, None),
        language=said.one("language"),
        metadata=said.metadata(),
        items=items,
        spine=tuple(by_linear[True]),
        aside=tuple(by_linear[False]),
        contents=_contents(items, spine),
        cover=_cover(root, items, name),
    )


def _package_name(archive: Archive) -> str:
    if _CONTAINER in archive:
        root = parse_xml(archive.read(_CONTAINER), _CONTAINER)
        for rootfile in descendants(root, "rootfile"):
            name = unquote(rootfile.get("full-path") or "")
            if name in archive:
                return name
    found = [name for name in archive.names if name.lower().endswith(".opf")]
    if not found:
        raise BookDamagedError("the book has no package document (.opf)", hint="fetch it once more")
    return found[0]


def _manifest(root: Element, base: str) -> dict[str, Item]:
    manifest = first(root, "manifest")
    return {
        item.get("id") or "": Item(
            resolve(base, unquote(item.get("href") or "")),
            (item.get("media-type") or "").lower(),
            frozenset((item.get("properties") or "").split()),
        )
        for item in (descendants(manifest, "item") if manifest is not None else ())
    }


def _contents(items: dict[str, Item], spine: Element | None) -> Item | None:
    for item in items.values():
        if "nav" in item.properties:
            return item
    named = items.get((spine.get("toc") or "") if spine is not None else "")
    return named or next((i for i in items.values() if i.media_type == "application/x-dtbncx+xml"), None)


def _cover(root: Element, items: dict[str, Item], base: str) -> Item | None:
    """By EPUB 3's property, EPUB 2's ``meta``, then the guide."""
    for item in items.values():
        if "cover-image" in item.properties:
            return item
    for meta in descendants(root, "meta"):
        named = items.get(meta.get("content") or "")
        if meta.get("name") == "cover" and named:
            return named
    for reference in descendants(root, "reference"):
        if (reference.get("type") or "").lower() == "cover":
            name = resolve(base, unquote(reference.get("href") or ""))
            return next((item for item in items.values() if item.name == name), None)
    return None


class _Said:
    """The metadata of a package document."""

    def __init__(self, root: Element) -> None:
        found = first(root, "metadata")
        self._nodes = list(found.iter()) if found is not None else []
        self._refined = {
            ((node.get("refines") or "").lstrip("#"), node.get("property") or ""): text_of(node)
            for node in self._named("meta")
        }
        self._unique = root.get("unique-identifier") or ""

    def one(self, name: str) -> str:
        """The first value of an element that is there."""
        return next((text for node in self._named(name) if (text := text_of(node))), "")

    def title(self) -> str:
        """The main title, of several."""
        titles = [node for node in self._named("title") if text_of(node)]
        main = (node for node in titles if self._refinement(node, "title-type") == "main")
        chosen = next(main, titles[0] if titles else None)
        return text_of(chosen) if chosen is not None else ""

    def people(self, names: set[str], wanted: set[str] | None) -> tuple[str, ...]:
        """Who has one of some roles (MARC relator codes), or any."""
        return tuple(
            dict.fromkeys(
                text_of(node)
                for name in sorted(names)
                for node in self._named(name)
                if text_of(node) and (wanted is None or self._role(node) in wanted)
            )
        )

    def metadata(self) -> Metadata:
        series, index = self._series()
        return Metadata(
            publisher=self.one("publisher"),
            published=self.one("date"),
            description=_plain(self.one("description")),
            subjects=tuple(dict.fromkeys(t for n in self._named("subject") if (t := text_of(n)))),
            identifier=self._identifier(),
            rights=self.one("rights"),
            translators=self.people({"creator", "contributor"}, {"trl"}),
            series=series,
            series_index=index,
        )

    def _named(self, name: str) -> list[Element]:
        return [node for node in self._nodes if tag(node) == name]

    def _refinement(self, node: Element, name: str) -> str:
        return self._refined.get((node.get("id") or "\0", name), "")

    def _role(self, node: Element) -> str:
        return (attribute(node, "role") or self._refinement(node, "role")).lower()

    def _identifier(self) -> str:
        nodes = [node for node in self._named("identifier") if text_of(node)]
        for node in nodes:
            if (
                _ISBN.search(text_of(node))
                and "isbn" in f"{attribute(node, 'scheme')} {text_of(node)}".lower()
            ):
                return text_of(node)
        unique = (node for node in nodes if node.get("id") == self._unique)
        chosen = next(unique, nodes[0] if nodes else None)
        return text_of(chosen) if chosen is not None else ""

    def _series(self) -> tuple[str, str]:
        for node in self._named("meta"):
            if node.get("property") == "belongs-to-collection":
                return text_of(node), self._refinement(node, "group-position")
        named = {node.get("name"): node.get("content") or "" for node in self._named("meta")}
        return named.get("calibre:series", ""), named.get("calibre:series_index", "")


def _plain(description: str) -> str:
    """A description without the HTML that many have."""
    if not _MARKUP.search(description):
        return description
    root = parse_page(description.encode(), "the description")
    return "\n\n".join(t for node in descendants(root, "p") if (t := text_of(node))) or text_of(root)

"""An EPUB's table of contents: EPUB 3's navigation document or EPUB 2's NCX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from declaim.studio.readers.archive import resolve
from declaim.studio.readers.markup_tree import Element, attribute, descendants, tag, text_of


class Entry(NamedTuple):
    """One line of a table of contents.

    Attributes:
        title: as printed there.
        level: depth, from 1.
        file: the archive's member; empty for a line that leads nowhere, the name of a part.
        anchor: the id in it, or empty for its beginning.
    """

    title: str
    level: int
    file: str
    anchor: str


def read_contents(root: Element, name: str) -> list[Entry]:
    """The entries, in order; none if there is no table of contents in the document.

    Args:
        root: of the navigation document or NCX.
        name: of the archive's member, that its references are relative to.
    """
    if tag(root) == "ncx":
        return [entry for point in descendants(root, "navmap") for entry in _points(point, name, 1)]
    navs = list(descendants(root, "nav"))
    chosen = [nav for nav in navs if "toc" in attribute(nav, "type").split()] or navs
    return list(_items(chosen[0], name, 1)) if chosen else []


def _points(parent: Element, name: str, level: int) -> Iterator[Entry]:
    for point in parent:
        if tag(point) != "navpoint":
            continue
        title = next((text_of(child) for child in point if tag(child) == "navlabel"), "")
        source = next((child.get("src") or "" for child in point if tag(child) == "content"), "")
        yield _entry(title, level, name, source)
        yield from _points(point, name, level + 1)


def _items(parent: Element, name: str, level: int) -> Iterator[Entry]:
    for item in (li for child in parent if tag(child) == "ol" for li in child if tag(li) == "li"):
        label = next((child for child in item if tag(child) in {"a", "span"}), None)
        if label is not None:
            yield _entry(text_of(label) or label.get("title") or "", level, name, label.get("href") or "")
        yield from _items(item, name, level + 1)


def _entry(title: str, level: int, name: str, reference: str) -> Entry:
    path, _, anchor = unquote(reference).partition("#")
    file = resolve(name, path) if path else (name if anchor else "")
    return Entry(title, level, file, anchor)

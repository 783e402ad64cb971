"""Footnotes and endnotes: which links lead to one, and which elements are one.

EPUB 3 says so (``epub:type``, ``role``); older books do not, and are recognised by how such links look: a
number, a star or a bracketed mark, raised or in brackets, or one that the note's own text leads back from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from declaim.studio.readers.archive import resolve
from declaim.studio.readers.markup_tree import Element, descendants, tag, text_of
from declaim.studio.readers.page_omissions import roles

_NOTE_ROLES = frozenset({
    "footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "doc-footnote", "doc-endnote",
    "doc-endnotes", "note", "annotation",
})  # fmt: skip
_REFERENCE_ROLES = frozenset({"noteref", "doc-noteref", "annoref", "glossref"})
_NOTE_CLASS = re.compile(
    r"(?:^|\s)(?:foot|end|rear)-?notes?(?:-?(?:text|body|item|content))?(?:\s|$)", re.IGNORECASE
)
_REFERENCE_CLASS = re.compile(
    r"note-?ref|(?:foot|end)note-?(?:ref|link|mark|anchor)|(?:^|\s)fnref", re.IGNORECASE
)
_MARK = re.compile(
    r"[\[(（〔【［]?\s*(?:注\s*)?(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z]|[ivxl]{1,6}|[\u2460-\u2473]|注)\s*[\])）〕】］]?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[\[(（〔【［].*[\])）〕】］]|[*†‡§¶]+|[\u2460-\u2473]|注")
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|top)", re.IGNORECASE)
_RAISED_CLASS = re.compile(r"(?:^|\s|-)sup(?:er(?:script)?)?(?:\s|$)", re.IGNORECASE)
_BODIES = frozenset({"p", "li", "dd", "dt", "div", "aside", "section", "tr"})
_LONGEST_NOTE = 4000
"""Characters: what is longer is a chapter that a number in brackets happens to lead to."""
_BEFORE_EXPONENT = re.compile(r"(?:\d|(?<![A-Za-z])[A-Za-z]{1,2})$")


class Place(NamedTuple):
    """An anchor: the member of the archive, and the id in it."""

    file: str
    anchor: str


class _Link(NamedTuple):
    element: Element
    source: Place
    target: Place


class Notes:
    """The note marks and note texts of some pages.

    Args:
        pages: the roots of the pages, by name, in reading order.
    """

    def __init__(self, pages: Mapping[str, Element]) -> None:
        links = [link for name, root in pages.items() for link in _links(name, root)]
        anchors = _anchors(pages)
        self._references: set[Element] = set()
        self._bodies: set[Element] = set()
        leads_back = {(link.source, link.target) for link in links}
        for link in links:
            if _is_reference(link, leads_back):
                self._references.add(link.element)
                self._add_body(anchors.get(link.target), _order(anchors.get(link.source)))

    def is_mark(self, element: Element, before: str) -> bool:
        """Whether an element is the mark in the text that points to a note.

        Args:
            element: of a page that was given.
            before: the text before it: what is raised behind a figure or a unit is a power, not a mark.
        """
        if tag(element) == "a":
            return element in self._references or bool(roles(element) & _REFERENCE_ROLES)
        if tag(element) != "sup":
            return False
        text = text_of(element)
        if any(link in self._references for link in descendants(element, "a")):
            return True
        return bool(_MARK.fullmatch(text)) and not text.isalpha() and not _BEFORE_EXPONENT.search(before)

    def is_body(self, element: Element) -> bool:
        """Whether an element is a note's text."""
        if tag(element) == "a":
            return False
        named = bool(_NOTE_CLASS.search(element.get("class") or "")) and tag(element) in _BODIES
        return element in self._bodies or bool(roles(element) & _NOTE_ROLES) or named

    def _add_body(self, target: tuple[int, Element] | None, reference_order: int) -> None:
        """Take what a reference leads to for a note, if it stands behind the reference and looks like one."""
        if target is None or target[0] < reference_order:
            return
        body: Element | None = target[1]
        while body is not None and tag(body) not in _BODIES:
            body = body.getparent()
        if body is None or any(tag(node) in {"h1", "h2", "h3"} for node in body.iter()):
            return
        if len(text_of(body)) <= _LONGEST_NOTE:
            self._bodies.add(body)


def _order(anchored: tuple[int, Element] | None) -> int:
    return anchored[0] if anchored else 0


def _anchors(pages: Mapping[str, Element]) -> dict[Place, tuple[int, Element]]:
    """Every element with an id, and its place in reading order."""
    anchors: dict[Place, tuple[int, Element]] = {}
    order = 0
    for name, root in pages.items():
        for element in root.iter():
            order += 1
            for key in (element.get("id"), element.get("name")) if tag(element) else ():
                if key:
                    anchors.setdefault(Place(name, key), (order, element))
    return anchors


def _links(name: str, root: Element) -> Iterable[_Link]:
    for element in descendants(root, "a"):
        reference = element.get("href") or ""
        path, _, anchor = reference.partition("#")
        if anchor and "://" not in reference:
            target = Place(resolve(name, path) if path else name, anchor)
            yield _Link(element, Place(name, _own_id(element)), target)


def _own_id(link: Element) -> str:
    """The id that leads back to a link: its own, or that of what it stands in or what stands in it."""
    parent = link.getparent()
    nearby = [link, *link.iterdescendants(), *([parent] if parent is not None else [])]
    return next((value for node in nearby if tag(node) and (value := node.get("id") or node.get("name"))), "")


def _is_reference(link: _Link, leads_back: set[tuple[Place, Place]]) -> bool:
    element = link.element
    if roles(element) & _REFERENCE_ROLES or _REFERENCE_CLASS.search(element.get("class") or ""):
        return True
    text = text_of(element)
    if not _MARK.fullmatch(text) or _begins_block(element):
        return False
    return bool(_BRACKETED.fullmatch(text)) or _is_raised(element) or (link.target, link.source) in leads_back


def _is_raised(element: Element) -> bool:
    parent = element.getparent()
    around = [element, *element.iterdescendants(), *([parent] if parent is not None else [])]
    return any(
        tag(node) == "sup"
        or _RAISED.search(node.get("style") or "")
        or _RAISED_CLASS.search(node.get("class") or "")
        for node in around
        if tag(node)
    )


def _begins_block(link: Element) -> bool:
    """Whether nothing stands before a link in its block: such a link leads back from a note."""
    node = link
    while (parent := node.getparent()) is not None:
        if (parent.text or "").strip() or any(
            text_of(sibling) or (sibling.tail or "").strip() for sibling in node.itersiblings(preceding=True)
        ):
            return False
        if tag(parent) in _BODIES or tag(parent) == "body":
            return True
        node = parent
    return True

"""What a Word document's paragraph styles mean to a reader: headings, quotations, lines of contents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from declaim.studio.book import BlockKind
from declaim.studio.readers.markup_tree import Element, attribute, descendants, first, tag

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题|書名|书名)$", re.IGNORECASE)
_QUOTE = re.compile(r"(?:intense\s*)?quote$|block\s*text$|引用$|明显引用$", re.IGNORECASE)
_VERSE = re.compile(r"verse|poem|poetry|诗", re.IGNORECASE)
_CONTENTS = re.compile(r"toc\s*(?:\d|heading)$|table of figures$|目录\s*\d?$", re.IGNORECASE)
_BODY_TEXT = 9
"""The outline level that stands for none (17.3.1.20)."""
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a paragraph is.

    Attributes:
        kind: of its block.
        level: of a heading, from 1; 0 for the document's title, which is above them all.
        is_contents: whether it is a line of a table of contents.
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    is_contents: bool = False


class Styles:
    """The styles of a document.

    Args:
        by_id: what each style's name or outline level, or that of one it is based on, makes of a paragraph.
    """

    def __init__(self, by_id: Mapping[str, ParagraphStyle]) -> None:
        self._by_id = by_id

    def of(self, paragraph: Element) -> ParagraphStyle:
        """What a paragraph is, by its own outline level, else its style."""
        properties = next((node for node in paragraph if tag(node) == "ppr"), None)
        if properties is None:
            return ParagraphStyle()
        own = _outline(properties)
        if own is not None:
            return ParagraphStyle(BlockKind.HEADING, own)
        named = first(properties, "pstyle")
        return self._by_id.get(attribute(named, "val") if named is not None else "", ParagraphStyle())


def read_styles(root: Element) -> Styles:
    """The paragraph styles of ``styles.xml``."""
    elements = {attribute(style, "styleid"): style for style in descendants(root, "style")}
    return Styles({key: _resolved(key, elements) for key in elements})


def _resolved(key: str, elements: Mapping[str, Element]) -> ParagraphStyle:
    """A style's own meaning, or that of the nearest style it is based on that has one."""
    seen: set[str] = set()
    while key in elements and key not in seen:
        seen.add(key)
        meaning = _own_meaning(elements[key])
        if meaning is not None:
            return meaning
        base = first(elements[key], "basedon")
        key = attribute(base, "val") if base is not None else ""
    return ParagraphStyle()


def _own_meaning(style: Element) -> ParagraphStyle | None:
    named = first(style, "name")
    name = attribute(named, "val") if named is not None else ""
    if _CONTENTS.match(name):
        return ParagraphStyle(is_contents=True)
    if match := _HEADING.match(name):
        return ParagraphStyle(BlockKind.HEADING, min(int(match[1]), _DEEPEST))
    if _TITLE.match(name):
        return ParagraphStyle(BlockKind.HEADING, 0)
    level = _outline(style)
    if level is not None:
        return ParagraphStyle(BlockKind.HEADING, level)
    if _VERSE.search(name):
        return ParagraphStyle(BlockKind.VERSE)
    return ParagraphStyle(BlockKind.QUOTATION) if _QUOTE.match(name) else None


def _outline(parent: Element) -> int | None:
    node = first(parent, "outlinelvl")
    value = attribute(node, "val") if node is not None else ""
    return min(int(value) + 1, _DEEPEST) if value.isdecimal() and int(value) < _BODY_TEXT else None

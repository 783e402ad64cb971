"""A page of HTML or XHTML as blocks, with the anchors that a table of contents points to."""

# ruff: noqa: SIM905 - a list of words reads best as words
from __future__ import annotations

import re
from dataclasses import dataclass, replace

from declaim.studio.book import Block, BlockKind, SkippedKind
from declaim.studio.readers.block_lines import blocks_of
from declaim.studio.readers.inline import InlineText
from declaim.studio.readers.markup_tree import Element, entity_text, tag
from declaim.studio.readers.omissions import Omissions
from declaim.studio.readers.page_notes import Notes
from declaim.studio.readers.page_omissions import character_of, is_hidden, omission, roles
from declaim.studio.readers.ruby import glosses

_BLOCK_ELEMENTS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption footer "
    "h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary table tbody td tfoot th "
    "thead tr ul".split()
)
_HEADING = re.compile(r"h([1-6])")
_VERSE = re.compile(
    r"(?:^|[\s_-])(?:verse|poem|poetry|stanza|lyrics?|poet|shi|ci)(?:$|[\s_-]|\d)", re.IGNORECASE
)
_QUOTED = frozenset({"epigraph", "z3998:letter", "doc-epigraph"})
_QUOTES = {"zh": ("“", "”"), "ja": ("「", "」")}


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, and the ids that lead to it: its own, those inside, and those that stand just before."""

    block: Block
    anchors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around some text make of it."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    keeps_lines: bool = False


def read_page(root: Element, where: str, notes: Notes, omissions: Omissions) -> list[Placed]:
    """The blocks of a page, in order. Anchors behind the last block lead nowhere.

    Args:
        root: of the page.
        where: what to call the page in the report.
        notes: of all pages of the book.
        omissions: is told what is left out.
    """
    page = _Page(where, notes, omissions)
    page.walk(root, _Context())
    return page.placed


class _Page:
    def __init__(self, where: str, notes: Notes, omissions: Omissions) -> None:
        self.placed: list[Placed] = []
        self._where = where
        self._notes = notes
        self._omissions = omissions
        self._inline = InlineText()
        self._anchors: list[str] = []

    def walk(self, element: Element, context: _Context) -> None:
        """Read an element; what follows it is its parent's business."""
        self._anchors += [value for key in ("id", "name") if (value := element.get(key))]
        name = tag(element)
        if is_hidden(element) or self._leaves_out(element):
            return
        if name == "br":
            self._inline.end_line()
        elif name == "ruby":
            self._ruby(element)
        elif name == "q":
            self._quoted(element, context)
        elif name in _BLOCK_ELEMENTS:
            self._block(element, name, context)
        else:
            self._inside(element, context)

    def _block(self, element: Element, name: str, context: _Context) -> None:
        inner = _inner_context(element, name, context)
        self._end_block(context)
        if name == "hr":
            self._place(Block(BlockKind.SCENE_BREAK))
        elif name == "li":
            self._inline.add(_item_number(element))
        self._inside(element, inner)
        self._end_block(inner)

    def _inside(self, element: Element, context: _Context) -> None:
        self._add(element.text, context)
        for child in element:
            if tag(child):
                self.walk(child, context)
            else:
                self._inline.add(entity_text(child))
            self._add(child.tail, context)

    def _add(self, text: str | None, context: _Context) -> None:
        if not text:
            return
        if not context.keeps_lines:
            self._inline.add(text)
            return
        first, *rest = text.split("\n")
        self._inline.add(first)
        for line in rest:
            self._inline.end_line()
            self._inline.add(line)

    def _ruby(self, element: Element) -> None:
        for gloss in glosses(element):
            self._inline.add_read(gloss.base, gloss.pronunciation)
            if gloss.beside and not gloss.pronunciation:
                self._omissions.add(
                    SkippedKind.NOTE, self._where, "ruby text that is no pronunciation is not read"
                )

    def _quoted(self, element: Element, context: _Context) -> None:
        opening, closing = _QUOTES.get((element.get("lang") or "")[:2], ("“", "”"))
        self._inline.add(opening)
        self._inside(element, context)
        self._inline.add(closing)

    def _leaves_out(self, element: Element) -> bool:
        if self._notes.is_mark(element, self._inline.tail):
            self._omissions.add(SkippedKind.NOTE, self._where, "marks of notes are not read")
            return True
        if self._notes.is_body(element):
            self._omissions.add(SkippedKind.NOTE, self._where, "footnotes and endnotes are not read")
            return True
        if character := character_of(element):
            self._inline.add(character)
            return True
        left_out = omission(element)
        if left_out:
            self._omissions.add(left_out[0], self._where, left_out[1])
        return left_out is not None

    def _end_block(self, context: _Context) -> None:
        for block in blocks_of(self._inline.take(), context.kind, level=context.level):
            self._place(block)

    def _place(self, block: Block) -> None:
        self.placed.append(Placed(block, frozenset(self._anchors)))
        self._anchors.clear()


def _inner_context(element: Element, name: str, context: _Context) -> _Context:
    if match := _HEADING.fullmatch(name):
        return _Context(BlockKind.HEADING, int(match[1]))
    if name == "pre":
        kind = BlockKind.VERSE if context.kind is BlockKind.PARAGRAPH else context.kind
        return replace(context, kind=kind, keeps_lines=True)
    if _VERSE.search(element.get("class") or "") or roles(element) & {"verse", "z3998:verse", "z3998:poem"}:
        return replace(context, kind=BlockKind.VERSE)
    if name == "blockquote" or roles(element) & _QUOTED:
        is_verse = context.kind is BlockKind.VERSE
        return context if is_verse else replace(context, kind=BlockKind.QUOTATION)
    return context


def _item_number(item: Element) -> str:
    """``3. `` before the third item of an ordered list, as a page shows it."""
    parent = item.getparent()
    if parent is None or tag(parent) != "ol" or "none" in (parent.get("style") or ""):
        return ""
    first = parent.get("start") or "1"
    before = sum(tag(sibling) == "li" for sibling in item.itersiblings(preceding=True))
    return f"{int(first) + before}. " if first.isdecimal() else ""

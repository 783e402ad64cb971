"""What in a page is there for the eye only: pictures, tables, menus, page numbers, what is hidden."""

# ruff: noqa: SIM905 - a list of words reads best as words
from __future__ import annotations

import re

from declaim.studio.book import SkippedKind
from declaim.studio.readers.markup_tree import Element, attribute, descendants, first, tag, text_of

_SILENT = frozenset(
    "script style head template noscript object iframe form input select button datalist".split()
)
_PICTURES = frozenset("img svg figure picture image video audio canvas map".split())
_PAGE_NUMBER = re.compile(
    r"(?:^|\s)(?:page-?(?:num(?:ber)?|no|break)s?|pagenum\w*|x-ebookmaker-pageno)(?:\s|$)", re.IGNORECASE
)
_PAGE_ROLES = frozenset("pagebreak doc-pagebreak".split())
_MENU_ROLES = frozenset(
    "toc landmarks page-list loi lot index doc-toc doc-index doc-pagelist navigation".split()
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_MANY_LINKS = 5
_MENUS = {"ol": 0.7, "ul": 0.7, "dl": 0.7, "div": 0.9, "section": 0.9, "body": 0.9}
"""What may be a menu, and the share of its characters that are links if it is one."""


def roles(element: Element) -> frozenset[str]:
    """What EPUB's ``epub:type`` and ARIA's ``role`` call an element."""
    return frozenset(f"{attribute(element, 'type')} {element.get('role') or ''}".lower().split())


def is_hidden(element: Element) -> bool:
    """Whether no reader of the page would see it, or it is no text at all."""
    hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
    return tag(element) in _SILENT or bool(hidden)


def omission(element: Element) -> tuple[SkippedKind, str] | None:
    """Why an element of a page is not read aloud, or None for one that is."""
    name, called = tag(element), roles(element)
    if called & _PAGE_ROLES or _PAGE_NUMBER.search(element.get("class") or ""):
        return SkippedKind.PAGE_NUMBER, "page numbers are not read"
    if name == "nav" or (called & _MENU_ROLES and name != "a") or _is_menu(element):
        return SkippedKind.NAVIGATION, "contents and menus are not read"
    if name in _PICTURES:
        return SkippedKind.IMAGE, "pictures are not read"
    if name == "table" and _is_table(element):
        return SkippedKind.TABLE, "tables are not read"
    if name == "pre" and _is_code(element):
        return SkippedKind.CODE, "program code is not read"
    return None


def character_of(image: Element) -> str:
    """The one character that a picture in a line stands for (a rare ideograph, an initial), or nothing."""
    alternative = (image.get("alt") or "").strip()
    return alternative if tag(image) == "img" and len(alternative) == 1 and alternative.isalnum() else ""


def _is_table(table: Element) -> bool:
    """Whether it has rows and columns; one of a single column or row only lays out text."""
    rows = [sum(tag(cell) in {"td", "th"} for cell in row) for row in descendants(table, "tr")]
    return len(rows) > 1 and max(rows) > 1


def _is_code(pre: Element) -> bool:
    named = re.search(r"\b(?:code|programlisting|highlight|sourceCode)\b", pre.get("class") or "")
    return bool(named) or first(pre, "code") is not None


def _is_menu(element: Element) -> bool:
    """Whether a list or a page consists of links, as a table of contents in the text does."""
    share = _MENUS.get(tag(element))
    links = [link for link in descendants(element, "a") if link.get("href")] if share else []
    if share is None or len(links) < _MANY_LINKS:
        return False
    total = len(text_of(element))
    return total > 0 and sum(len(text_of(link)) for link in links) > share * total

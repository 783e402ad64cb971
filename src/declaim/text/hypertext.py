"""HTML that strayed into text: comments, tags and entities."""

from __future__ import annotations

import html
import re
from html.entities import html5

from declaim.text.aligned import AlignedText, Edit

# ruff: noqa: SIM905 - a list of words reads best as words
_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tbody tfoot thead title tr ul".split()
)
_INLINE = frozenset(
    "a abbr acronym audio b bdi bdo big body button caption center cite code col colgroup data del details "
    "dfn em embed font head html i iframe img input ins kbd label link mark meta noscript object option "
    "picture q rb rp rt ruby s samp script select small source span strike strong style sub summary sup svg "
    "td template textarea th time tt u var video wbr".split()
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,15})(?:\s[^<>]{0,2000})?/?>")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)?[^\s<>@]{1,500}(?:@[^\s<>]{1,200})?)>")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNSPOKEN_ELEMENTS = re.compile(r"<!--|<(script|style|rp|rt)(?=[\s>])", re.IGNORECASE)


def without_tags(text: AlignedText) -> AlignedText:
    """Leave out tags and comments and keep the text between them; block tags end a paragraph.

    Only the names of HTML elements are tags: ``a < b``, ``<3`` and ``List<T>`` stay. The insides of comments,
    scripts, style sheets and ruby glosses are left out.
    """
    if "<" not in text.text:
        return text
    text = text.edit(_unspoken_elements(text.text))
    return text.sub(_TAG, _tag).sub(_AUTOLINK, _autolink)


def without_entities(text: AlignedText) -> AlignedText:
    """``&amp;`` → &, ``&nbsp;`` → a space, ``&#20013;`` → 中; unknown names stay."""
    return text.sub(_ENTITY, _entity) if "&" in text.text else text


def _unspoken_elements(text: str) -> list[Edit]:
    """One forward scan; an element that nothing closes is not looked for again, so the scan stays linear."""
    edits: list[Edit] = []
    unclosed: set[str] = set()
    position = 0
    while match := _UNSPOKEN_ELEMENTS.search(text, position):
        position = match.end()
        name = (match[1] or "").lower()
        if name in unclosed:
            continue
        closing = re.compile(f"</{name}\\s*>", re.IGNORECASE) if name else re.compile("-->")
        if end := closing.search(text, position):
            edits.append((match.start(), end.end(), ""))
            position = end.end()
        else:
            unclosed.add(name)
    return edits


def _tag(match: re.Match[str]) -> str | None:
    name = match[1].lower()
    if name == "br":
        return "\n"
    if name in _BLOCKS:
        return "\n\n"
    if name in ("td", "th") and match.group().startswith("</"):
        return ", "
    return "" if name in _INLINE else None


def _autolink(match: re.Match[str]) -> str | None:
    inside = match[1]
    return inside.removeprefix("mailto:") if "://" in inside or "@" in inside else None


def _entity(match: re.Match[str]) -> str | None:
    name = match[1]
    if name[0] != "#" and f"{name};" not in html5:
        return None
    spoken = html.unescape(match.group())
    return spoken if spoken.isprintable() else " "

"""XML and HTML from a stranger, parsed to lxml trees without loading or expanding anything."""

from __future__ import annotations

import html
from collections.abc import Iterator

from lxml import etree

from declaim.errors import BookDamagedError
from declaim.studio.readers.encoding import decode_page

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the class
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


def parse_xml(data: bytes, name: str) -> Element:
    """The root of a well-formed XML document.

    Entities are not expanded, nothing is fetched, no document type is loaded: an entity bomb is a few nodes.

    Args:
        data: the document.
        name: what to call it in an error.

    Raises:
        BookDamagedError: it is not well-formed, or too deep.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BookDamagedError(f"{name} is not well-formed: {error}", hint="repair the book") from error


def parse_page(data: bytes, name: str) -> Element:
    """The root of an XHTML or HTML document.

    XML first, as ``<title/>`` or ``<p/>`` would swallow what follows in HTML; what is not well-formed is read
    by HTML's rules, which take anything.

    Args:
        data: the document.
        name: what to call it in an error.

    Raises:
        BookDamagedError: there is nothing in it.
    """
    try:
        return parse_xml(data, name)
    except BookDamagedError:
        pass  # HTML is not well-formed XML, and most web pages are HTML
    parser = etree.HTMLParser(no_network=True, remove_comments=True, encoding="utf-8")
    try:
        root = etree.fromstring(decode_page(data).encode(errors="replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BookDamagedError(f"{name} cannot be read: {error}", hint="repair the book") from error
    if root is None:
        raise BookDamagedError(f"{name} is empty", hint="fetch the book once more")
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise BookDamagedError(f"{name} has elements nested more than 255 deep", hint="repair the book")
    return root


def tag(element: Element) -> str:
    """An element's name without its namespace, in lower case; empty for what is no element."""
    name: object = element.tag  # a function for comments and entities
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def entity_text(node: Element) -> str:
    """The character that an unexpanded entity reference stands for; nothing when HTML knows none."""
    if not isinstance(node, etree._Entity):  # noqa: SLF001 - lxml has no public name for the class
        return ""
    text = html.unescape(str(node.text))
    return "" if text.startswith("&") else text


def text_of(element: Element) -> str:
    """All text inside an element, on one line."""
    pieces: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end", "pi")):
        if event == "start":
            pieces.append((node.text or "") if tag(node) else entity_text(node))
        elif node is not element:
            pieces.append(node.tail or "")
    return " ".join("".join(pieces).split())


def descendants(element: Element, name: str) -> Iterator[Element]:
    """The elements below one, of a name, in any namespace."""
    return (node for node in element.iter() if tag(node) == name)


def first(element: Element, name: str) -> Element | None:
    """The first of :func:`descendants`."""
    return next(descendants(element, name), None)


def attribute(element: Element, name: str) -> str:
    """An attribute's value, in any namespace; empty without one."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].lower() == name:
            return str(value)
    return ""

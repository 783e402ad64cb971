"""The pages of a read-along book (EPUB 3.3, XHTML content documents)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from declaim.studio.book import Block, BlockKind
from declaim.studio.outputs.cover import Picture
from declaim.studio.outputs.read_along.parts import Part, sentence_id
from declaim.studio.outputs.read_along.xml import DECLARATION, escaped
from declaim.studio.outputs.segments import Segment

ACTIVE_CLASS: Final = "-epub-media-overlay-active"
PLAYING_CLASS: Final = "-epub-media-overlay-playing"

STYLE: Final = f"""\
body {{ margin: 0 5%; line-height: 1.6; }}
h1, h2, h3, h4, h5, h6 {{ line-height: 1.3; text-align: center; }}
p {{ margin: 0; text-indent: 2em; }}
p.verse {{ margin: 1em 2em; text-indent: 0; }}
blockquote {{ margin: 1em 2em; }}
hr {{ width: 20%; margin: 1.5em auto; }}
.cover {{ margin: 0; text-align: center; }}
.cover img {{ max-width: 100%; max-height: 100vh; }}
.{ACTIVE_CLASS} {{ background-color: #ffe9a8; color: #000; }}
"""

_DEEPEST_HEADING: Final = 6


def page(title: str, body: str, language: str) -> str:
    """A page with its body's markup."""
    tag = escaped(language)
    return (
        f"{DECLARATION}<!DOCTYPE html>\n"
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{tag}" xml:lang="{tag}">\n'
        f"<head>\n<title>{escaped(title)}</title>\n"
        '<link rel="stylesheet" type="text/css" href="style.css"/>\n'
        f"</head>\n<body>\n{body}</body>\n</html>\n"
    )


def chapter_page(part: Part, language: str) -> str:
    """A chapter, in which every spoken stretch is an element with an ``id``."""
    blocks = "".join(
        _block(index, block, segments)
        for index, (block, segments) in enumerate(zip(part.printed.blocks, part.segments, strict=True))
    )
    body = f'<section epub:type="chapter" dir="auto">\n{blocks}</section>\n'
    return page(part.title, body, language)


def cover_page(picture: Picture, title: str, language: str) -> str:
    """The cover on a page of its own."""
    image = f'<img src="cover{picture.suffix}" alt="{escaped(title)}"/>'
    return page(title, f'<section epub:type="cover" class="cover">{image}</section>\n', language)


def navigation_page(parts: Sequence[Part], title: str, language: str) -> str:
    """The table of contents, nested as the chapters' levels are."""
    entries = _entries([(part.printed.level, part) for part in parts])
    heading = f'<h1 dir="auto">{escaped(title)}</h1>\n'
    return page(title, f'<nav epub:type="toc" id="toc">\n{heading}{entries}</nav>\n', language)


def _entries(parts: Sequence[tuple[int, Part]]) -> str:
    """A list of the entries that are no deeper than the first, with what follows each inside it."""
    items, at = [], 0
    while at < len(parts):
        level, part = parts[at]
        after = at + 1
        while after < len(parts) and parts[after][0] > level:
            after += 1
        below = _entries(parts[at + 1 : after]) if after > at + 1 else ""
        items.append(f'<li dir="auto"><a href="{part.name}.xhtml">{escaped(part.title)}</a>{below}</li>\n')
        at = after
    return f"<ol>\n{''.join(items)}</ol>\n"


def _block(index: int, block: Block, segments: Sequence[Segment]) -> str:
    text = "".join(_stretch(index, block, segment) for segment in segments)
    match block.kind:
        case BlockKind.HEADING:
            level = min(max(block.level, 1), _DEEPEST_HEADING)
            return f"<h{level}>{text}</h{level}>\n"
        case BlockKind.VERSE:
            return f'<p class="verse">{text}</p>\n'
        case BlockKind.QUOTATION:
            return f"<blockquote><p>{text}</p></blockquote>\n"
        case BlockKind.SCENE_BREAK:
            return "<hr/>\n"
        case BlockKind.PARAGRAPH:
            return f"<p>{text}</p>\n"


def _stretch(index: int, block: Block, segment: Segment) -> str:
    text = escaped(block.text[segment.start : segment.end]).replace("\n", "<br/>\n")
    return f'<span id="{sentence_id(index, segment)}">{text}</span>' if segment.takes else text

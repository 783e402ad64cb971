"""Dialogue that begins with a dash instead of a mark: — Where is she? said Anna."""

from __future__ import annotations

import re
from collections.abc import Sequence

from declaim.studio.book import Block, BlockKind
from declaim.studio.dialogue.english_words import SPEECH_VERBS
from declaim.studio.dialogue.marks import Quote

_OPENS = re.compile(r"\s*(?:——|—|―|–|--|-\s)\s*(?=[^\s—–-])")
_LEAST = 2
"""Paragraphs of a chapter that begin so before it is taken for dialogue."""
_VERBS = "|".join(sorted(SPEECH_VERBS, key=len, reverse=True))
_TAG = re.compile(
    r"(?P<between>\s*(?:——|[—―–]|--)\s*|(?<=[,.!?…])\s+)"
    rf"(?:(?:{_VERBS})\s+(?:[A-Z]|he\b|she\b|the\b|I\b)|(?:he|she|I|[A-Z]\w+)\s+(?:{_VERBS})\b)"
    r"|(?P<chinese>——|。)(?=[^。！？—“]{1,12}[说道问喊](?:道|着)?[。，：])"
)
_BACK = re.compile(r"\s*(?:——|[—―–]|--)\s*(?=\S)|(?<=[.!?。])\s*(?=[—―–]|--)")


def speaks_in_dashes(blocks: Sequence[Block]) -> bool:
    """Whether a chapter's dialogue begins with dashes."""
    paragraphs = [block.text for block in blocks if block.kind is BlockKind.PARAGRAPH]
    with_dash = sum(bool(_OPENS.match(text)) for text in paragraphs)
    with_mark = sum(text[:1] in '“「『«"‘' for text in paragraphs if text)
    return with_dash >= _LEAST and with_dash > with_mark


def dash_quotes(text: str) -> list[Quote]:
    """What is said in a paragraph that begins with a dash, without what is told in between."""
    begins = _OPENS.match(text)
    if begins is None:
        return []
    quotes, start = [], 0
    position = begins.end()
    while tag := _TAG.search(text, position):
        quotes.append(Quote(start, tag.start(), "—"))
        back = _BACK.search(text, tag.end())
        if back is None:
            return quotes
        start = position = back.start()
        position = back.end()
    quotes.append(Quote(start, len(text), "—"))
    return [quote for quote in quotes if text[quote.start : quote.end].strip()]

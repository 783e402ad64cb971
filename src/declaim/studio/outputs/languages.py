"""The language of a book, as the formats name it."""

from __future__ import annotations

import itertools
import re
from typing import Final

from declaim.studio.book import Book
from declaim.text.languages import matrix_language

_WELL_FORMED: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SAMPLE: Final = 200
"""Blocks by which the language is told."""
_ISO_639_2: Final = {"zh": "zho", "en": "eng"}


def tag_of(book: Book) -> str:
    """The BCP 47 tag that the book gives; ``zh`` or ``en`` by its text if that is not well-formed."""
    if _WELL_FORMED.fullmatch(book.language):
        return book.language
    blocks = itertools.islice(book.blocks(), _SAMPLE)
    return matrix_language(" ".join(block.text for _, _, block in blocks))


def iso_639_2(tag: str) -> str:
    """Three letters for ID3 and MP4; ``und`` for what has two and is not spoken here."""
    primary = tag.split("-", maxsplit=1)[0].lower()
    return primary if len(primary) == 3 else _ISO_639_2.get(primary, "und")  # noqa: PLR2004 (ISO 639-2 is it)

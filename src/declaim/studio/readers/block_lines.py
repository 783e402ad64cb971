"""What kind of block some lines are: a paragraph, verse, a row of stars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

from declaim.studio.book import Block, BlockKind, Reading
from declaim.studio.readers.inline import Line

_LONGEST_VERSE = 64
"""Columns; an ideograph takes two. Longer lines are prose."""
_SENTENCE_END = re.compile("[。！？!?.…—][”’」』\"')）》]*$")


def columns(text: str) -> int:
    """The width of a line in a fixed-width font."""
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


def blocks_of(lines: Sequence[Line], kind: BlockKind, *, level: int = 0) -> Iterator[Block]:
    """The blocks that the lines between two block elements are.

    Args:
        lines: an empty one parts stanzas.
        kind: what the markup around them says. A paragraph of several short lines, not sentences, is verse;
            of other lines each is a paragraph of its own, as web novels have it.
        level: of a heading, whose lines are joined by a space.
    """
    for has_text, group in groupby(lines, key=lambda line: bool(line.text)):
        if has_text:
            yield from _stanza(list(group), kind, level)


def _stanza(lines: list[Line], kind: BlockKind, level: int) -> Iterator[Block]:
    spoken = [line for line in lines if line.is_speakable]
    if not spoken:
        yield Block(BlockKind.SCENE_BREAK)
    elif kind is BlockKind.HEADING:
        yield joined(spoken, kind, " ", level)
    elif kind is BlockKind.VERSE or (len(spoken) > 1 and is_verse([line.text for line in spoken])):
        yield joined(spoken, BlockKind.VERSE, "\n")
    else:
        for line in lines:
            yield joined([line], kind, "") if line.is_speakable else Block(BlockKind.SCENE_BREAK)


def ends_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does, as most paragraphs do and most lines of verse do not."""
    return _SENTENCE_END.search(line) is not None


def is_verse(lines: Sequence[str]) -> bool:
    """Whether lines that someone broke on purpose are verse rather than short paragraphs."""
    if any(columns(line) > _LONGEST_VERSE for line in lines):
        return False
    sentences = sum(map(ends_sentence, lines))
    return 2 * sentences <= len(lines)


def joined(lines: Sequence[Line], kind: BlockKind, separator: str, level: int = 0) -> Block:
    """One block of several lines, with their readings in their new places."""
    readings: list[Reading] = []
    offset = 0
    for line in lines:
        readings += [Reading(r.start + offset, r.end + offset, r.pronunciation) for r in line.readings]
        offset += len(line.text) + len(separator)
    return Block(kind, separator.join(line.text for line in lines), tuple(readings), level)

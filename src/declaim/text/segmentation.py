"""Chinese word segmentation with parts of speech (jieba's dictionary and tag set, in Rust).

rjieba is imported where it is used: that loads its dictionary, which takes 0.1 s and is of no use in English.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple


class Token(NamedTuple):
    """A word of the segmenter, or a run of anything else."""

    start: int
    end: int
    text: str
    tag: str
    """ICTCLAS part of speech: ``n`` noun, ``v`` verb, ``m`` numeral, ``x`` not a word, …"""


def segment(text: str) -> list[Token]:
    """The tokens of ``text``, which they tile. Simplified characters are understood best."""
    import rjieba  # noqa: PLC0415

    tokens, start = [], 0
    for word, tag in rjieba.tag(text):
        end = start + len(word)
        tokens.append(Token(start, end, word, tag))
        start = end
    return tokens


def is_word(text: str) -> bool:
    """Whether the segmenter's dictionary has ``text``."""
    import rjieba  # noqa: PLC0415

    return bool(rjieba.has_word(text))


def word_ends(text: str) -> list[int]:
    """Where the words of ``text`` end, the last one with the text."""
    import rjieba  # noqa: PLC0415

    return list(accumulate(map(len, rjieba.cut(text))))

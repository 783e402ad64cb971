"""Chinese word segmentation with parts of speech (jieba's dictionary and tag set, in Rust)."""

from __future__ import annotations

from typing import NamedTuple

import rjieba


class Token(NamedTuple):
    """A word of the segmenter, or a run of anything else."""

    start: int
    end: int
    text: str
    tag: str
    """ICTCLAS part of speech: ``n`` noun, ``v`` verb, ``m`` numeral, ``x`` not a word, …"""


def segment(text: str) -> list[Token]:
    """The tokens of ``text``, which they tile. Simplified characters are understood best."""
    tokens, start = [], 0
    for word, tag in rjieba.tag(text):
        end = start + len(word)
        tokens.append(Token(start, end, word, tag))
        start = end
    return tokens


def is_word(text: str) -> bool:
    """Whether the segmenter's dictionary has ``text``."""
    return bool(rjieba.has_word(text))

"""The lists of words that the rules of prosody know."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def word_lists() -> dict[str, frozenset[str]]:
    """Each list by its name."""
    written = (files("declaim.prosody") / "data" / "word_lists.txt").read_text("utf-8")
    sections = re.findall(r"^\[(.+)\]\n((?:[^\[\n].*\n|\n)*)", written, re.MULTILINE)
    return {name: frozenset(words.split()) for name, words in sections}

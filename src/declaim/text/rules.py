"""A rewriting rule: a pattern and what to say for it. Tables of them are applied from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from declaim.text.aligned import AlignedText

Spoken: TypeAlias = str | Callable[[re.Match[str]], str | None]
"""A template (``\\1``), or a function that may return None to leave a match as it is."""

Rule: TypeAlias = tuple[re.Pattern[str], Spoken]


def rule(pattern: str, spoken: Spoken, flags: int = 0) -> Rule:
    """Compile a rule."""
    return re.compile(pattern, flags), spoken


def rewrite(text: AlignedText, rules: Iterable[Rule]) -> AlignedText:
    """Apply each rule to what the rules before it left."""
    for pattern, spoken in rules:
        text = text.sub(pattern, spoken)
    return text


def one_of(words: Iterable[str]) -> str:
    """An alternation that prefers the longest word."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

"""Roman numerals."""

from __future__ import annotations

import re

ROMAN = r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
"""Matches the canonical numerals 1 to 3999, and the empty string: guard it with a lookahead."""

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_CANONICAL = re.compile(ROMAN)


def is_roman(text: str) -> bool:
    """Whether ``text`` is one canonical capital Roman numeral."""
    return bool(text) and _CANONICAL.fullmatch(text) is not None


def roman_value(numeral: str) -> int:
    """The value of a canonical numeral: ``XIV`` → 14."""
    values = [_VALUES[char] for char in numeral]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))

"""How a number may be written in either language, brought to one form before any rule reads it."""

from __future__ import annotations

from declaim.text.rules import Rule, rule

ONE_FORM: tuple[Rule, ...] = (
    rule(r"(?<=\d),(?=\d{3}(?:,\d{3})*(?![\d,]))", ""),  # 1,234,567
    rule(
        r"(?<![\d.+] )(?<![\d.+-])\d{1,3}(?: \d{3}){2,5}(?![\d.]| \d)", lambda m: m.group().replace(" ", "")
    ),  # 1 000 000
    rule(r"(?<![A-Za-z\d.])\.(?=\d)", "0."),  # .5
)
"""Digits without separators, and a digit before the point."""

MAX_DIGITS = 24
"""Longer rows of digits are no numbers: they are read one by one, and the rules may assume short ones."""

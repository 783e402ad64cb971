"""Chinese number words: cardinals, decimals and digit strings."""

from __future__ import annotations

from declaim.text.roman import roman_value

DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
MAX_DIGITS = 16
"""Longer numbers have no everyday name (GB/T 15835 writes them in figures) and are read digit by digit."""


def digits(number: str, *, telephone: bool = False) -> str:
    """Digit by digit: ``1998`` → 一九九八. On the telephone 1 is 幺, which cannot be mistaken for 七."""
    one = "幺" if telephone else "一"
    return "".join(one if char == "1" else DIGITS[int(char)] for char in number if char.isdigit())


def cardinal(number: str) -> str:
    """The cardinal of a string of ASCII digits: ``10005`` → 一万零五; leading zeros are not spoken."""
    number = number.lstrip("0") or "0"
    if len(number) > MAX_DIGITS:
        return digits(number)
    if number == "0":
        return "零"
    spoken, gap = "", False
    for index in range((len(number) - 1) // 4, -1, -1):
        group = int(number[-4 * index - 4 : len(number) - 4 * index])
        if not group:
            gap = bool(spoken)
            continue
        if spoken and (gap or group < 1000):  # noqa: PLR2004 - a group of fewer than four digits
            spoken += "零"
        spoken += _group(group, above=_GROUPS[index], first=not spoken)
        gap = False
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken


def _group(value: int, *, above: str, first: bool) -> str:
    """1 to 9999 and the name of its group. 二 is 两 before 千, and before 万 or 亿 when it leads."""
    if value == 2 and above and first:  # noqa: PLR2004 - 两万, 两亿
        return "两" + above
    spoken, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if not digit:
            gap = bool(spoken)
            continue
        spoken += "零" * gap + ("两" if (digit, place) == (2, 3) and not spoken and first else DIGITS[digit])
        spoken += _PLACES[place]
        gap = False
    return spoken + above


def number(text: str, *, counting: bool = False) -> str:
    """A written number, signed or decimal: ``-3.50`` → 负三点五零.

    Args:
        text: ASCII digits with at most one decimal point and a leading sign.
        counting: something is counted, so that a plain 2 is 两 (两个人), not 二 (第二).
    """
    if text[0] in "-−":
        return "负" + number(text[1:], counting=counting)
    if text[0] in "+±":
        return {"+": "正", "±": "正负"}[text[0]] + number(text[1:], counting=counting)
    whole, _, decimals = text.partition(".")
    if decimals:
        return f"{cardinal(whole)}点{digits(decimals)}"
    return "两" if counting and whole == "2" else cardinal(whole)


def roman(numeral: str) -> str:
    """``IV`` → 四."""
    return cardinal(str(roman_value(numeral)))

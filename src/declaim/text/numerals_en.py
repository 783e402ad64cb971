"""English number words, the American way: no "and" inside a cardinal, compounds hyphenated."""

from __future__ import annotations

# ruff: noqa: SIM905 - a list of words reads best as words
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_GROUPS = ("", " thousand", " million", " billion", " trillion")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MAX_DIGITS = 15
"""Above the trillions a number is read digit by digit."""


def digits(number: str, *, zero: str = "zero") -> str:
    """Digit by digit: ``204`` → two zero four. Codes and rooms say "oh" for zero."""
    return " ".join(zero if char == "0" else _ONES[int(char)] for char in number if char.isdigit())


def cardinal(number: str) -> str:
    """The cardinal of a string of ASCII digits: ``105`` → one hundred five."""
    number = number.lstrip("0") or "0"
    if len(number) > MAX_DIGITS:
        return digits(number)
    if number == "0":
        return "zero"
    parts = []
    for index in range((len(number) - 1) // 3, -1, -1):
        group = int(number[-3 * index - 3 : len(number) - 3 * index])
        if group:
            parts.append(_group(group) + _GROUPS[index])
    return " ".join(parts)


def _group(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    parts = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        parts.append(_below_hundred(rest))
    return " ".join(parts)


def _below_hundred(value: int) -> str:
    if value < len(_ONES):
        return _ONES[value]
    tens, ones = divmod(value, 10)
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]


def ordinal(number: str) -> str:
    """``22`` → twenty-second."""
    spoken = cardinal(number)
    cut = max(spoken.rfind(" "), spoken.rfind("-")) + 1
    head, last = spoken[:cut], spoken[cut:]
    if last in _ORDINALS:
        return head + _ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def number(text: str) -> str:
    """A written number, signed or decimal: ``-3.50`` → minus three point five zero."""
    if text[0] in "-−":
        return "minus " + number(text[1:])
    if text[0] in "+±":
        return {"+": "plus ", "±": "plus or minus "}[text[0]] + number(text[1:])
    whole, _, decimals = text.partition(".")
    return f"{cardinal(whole)} point {digits(decimals)}" if decimals else cardinal(whole)


def pairs(number: str, *, zero: str = "oh") -> str:
    """Two to four digits as years and rooms are said: ``1905`` → nineteen oh five, ``512`` → five twelve."""
    head, tail = number[:-2], number[-2:]
    if not head.strip("0"):
        return digits(number, zero=zero) if head or tail[0] == "0" else cardinal(tail)
    if tail == "00":
        return f"{cardinal(head)} hundred"
    return f"{cardinal(head)} {f'{zero} {_ONES[int(tail[1])]}' if tail[0] == '0' else cardinal(tail)}"


def year(number: str) -> str:
    """A year of four digits: ``1998``, ``2000``, ``2008`` (two thousand eight), ``2024``."""
    if number[1:3] == "00":
        return cardinal(number)
    return pairs(number)


def plural(spoken: str) -> str:
    """The last word in the plural, for decades: ``nineteen ninety`` → nineteen nineties."""
    if spoken.endswith("y"):
        return spoken[:-1] + "ies"
    return spoken + ("es" if spoken.endswith("x") else "s")

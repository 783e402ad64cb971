"""SSML's say-as: text that says itself how it wants to be read."""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from declaim.errors import OptionError
from declaim.text import normalisation_en, normalisation_zh, numerals_en, numerals_zh, readings_en
from declaim.text.aligned import AlignedText
from declaim.text.figures import ONE_FORM
from declaim.text.measures_en import CURRENCIES as CURRENCIES_EN
from declaim.text.rules import rewrite
from declaim.text.sentence import Language

_Reading: TypeAlias = Callable[[AlignedText, Language], AlignedText]
_NUMBER = re.compile(r"[-−+±]?\d+(?:\.\d+)?")
_INTEGER = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_CHARACTER = re.compile(r"\S")
_SEPARATOR = re.compile(r"(?<=\d)[,\s](?=\d)")
_FRACTION = re.compile(r"(?:(?P<whole>\d+)\s+)?(?P<top>\d+)\s?/\s?(?P<bottom>\d+)")
_MONTH_DAY = re.compile(r"^\s*(\d{1,2})[-/.](\d{1,2})\s*$")
_HOURS = re.compile(r"^\s*(\d{1,2})(?:h|:00)?\s*$")
_BARE_AMOUNT = re.compile(r"^(\s*[-−]?)(?=\d)")

_SIGN_NAMES: dict[Language, dict[str, str]] = {
    "en": {
        ".": "dot", ",": "comma", "-": "dash", "_": "underscore", "/": "slash", "\\": "backslash", "@": "at",
        "#": "hash", "+": "plus", "=": "equals", "*": "star", "&": "and", "%": "percent", ":": "colon",
        ";": "semicolon", "!": "exclamation mark", "?": "question mark", "$": "dollar", "~": "tilde",
        "(": "open parenthesis", ")": "close parenthesis", "'": "apostrophe", '"': "quote", "<": "less than",
        ">": "greater than", "|": "vertical bar", "^": "caret", "¥": "yen", "€": "euro", "£": "pound",
    },
    "zh": {
        ".": "点", ",": "逗号", "-": "杠", "_": "下划线", "/": "斜杠", "\\": "反斜杠", "@": "艾特", "#": "井号",
        "+": "加", "=": "等于", "*": "星号", "&": "和", "%": "百分号", ":": "冒号", ";": "分号", "!": "感叹号",
        "?": "问号", "$": "美元", "~": "波浪号", "(": "左括号", ")": "右括号", "'": "撇号", '"': "引号",
        "<": "小于号", ">": "大于号", "|": "竖线", "^": "脱字符", "¥": "元",
        "€": "欧元", "£": "英镑",
    },
}  # fmt: skip


def say_as(text: AlignedText, language: Language, interpret_as: str) -> AlignedText:
    """Read ``text`` as one of `TYPES`; what the type doesn't cover is left to the ordinary rules.

    Raises:
        OptionError: no such type.
    """
    if interpret_as not in _READINGS:
        raise OptionError(
            f"say-as cannot interpret text as {interpret_as!r}",
            hint=f"Use one of: {', '.join(sorted(TYPES))}.",
        )
    return _READINGS[interpret_as](text, language)


def _characters(text: AlignedText, language: Language) -> AlignedText:
    """Every character by its name; letters in capitals, which are spelled."""
    names = _SIGN_NAMES[language]

    def name(match: re.Match[str]) -> str:
        char = match.group()
        if char.isdigit():
            return _digit_word(char, language) + " "
        return names.get(char, char.upper() if char.isascii() else char) + " "

    return text.sub(_CHARACTER, name)


def _digits(text: AlignedText, language: Language) -> AlignedText:
    return text.sub(_DIGIT, lambda match: _digit_word(match.group(), language) + " " * (language == "en"))


def _digit_word(digit: str, language: Language) -> str:
    return numerals_zh.digits(digit) if language == "zh" else numerals_en.digits(digit)


def _telephone(text: AlignedText, language: Language) -> AlignedText:
    if language == "zh":
        spoken = text.sub(re.compile(r"\+(?=\d)"), "加")
        return spoken.sub(_INTEGER, lambda match: numerals_zh.digits(match.group(), telephone=True))
    spoken = text.sub(re.compile(r"\+(?=\d)"), "plus ").sub(re.compile(r"(?<=\d)[^\d\w]+(?=\d)"), ", ")
    return spoken.sub(_INTEGER, lambda match: numerals_en.digits(match.group()))


def _cardinal(text: AlignedText, language: Language) -> AlignedText:
    read = numerals_zh.number if language == "zh" else numerals_en.number
    return text.sub(_SEPARATOR, "").sub(_NUMBER, lambda match: read(match.group()))


def _ordinal(text: AlignedText, language: Language) -> AlignedText:
    text = text.sub(_SEPARATOR, "")
    if language == "zh":
        return text.sub(re.compile(r"第?(\d+)"), lambda match: "第" + numerals_zh.cardinal(match[1]))
    return text.sub(re.compile(r"(\d+)(?:st|nd|rd|th)?"), lambda match: numerals_en.ordinal(match[1]))


def _fraction(text: AlignedText, language: Language) -> AlignedText:
    return text.sub(_FRACTION, lambda match: _fraction_words(match, language))


def _fraction_words(match: re.Match[str], language: Language) -> str:
    whole, top, bottom = match["whole"], match["top"], match["bottom"]
    if language == "zh":
        parts = f"{numerals_zh.cardinal(bottom)}分之{numerals_zh.cardinal(top)}"
        return f"{numerals_zh.cardinal(whole)}又{parts}" if whole else parts
    return readings_en.fraction_words(whole, top, bottom)


def _date(text: AlignedText, language: Language) -> AlignedText:
    """A date; without a year it is month and day."""
    if language == "zh":
        return text.sub(_MONTH_DAY, r"\1月\2日")
    return text.sub(_MONTH_DAY, lambda match: readings_en.month_and_day(match[1], match[2]))


def _time(text: AlignedText, language: Language) -> AlignedText:
    return text.sub(_HOURS, r"\1点" if language == "zh" else r"\1:00")


def _unit(text: AlignedText, language: Language) -> AlignedText:
    rules = normalisation_zh.QUANTITIES if language == "zh" else normalisation_en.QUANTITIES
    return rewrite(text, (*ONE_FORM, *rules))


def _currency(text: AlignedText, language: Language) -> AlignedText:
    """An amount of money; a bare number is in yuan in Chinese and in dollars in English."""
    if any(sign in text.text for sign in CURRENCIES_EN):
        return text
    return text.sub(_BARE_AMOUNT, r"\1¥" if language == "zh" else r"\1$")


_READINGS: dict[str, _Reading] = {
    "characters": _characters,
    "spell-out": _characters,
    "verbatim": _characters,
    "digits": _digits,
    "telephone": _telephone,
    "cardinal": _cardinal,
    "number": _cardinal,
    "ordinal": _ordinal,
    "fraction": _fraction,
    "date": _date,
    "time": _time,
    "unit": _unit,
    "currency": _currency,
}
TYPES: frozenset[str] = frozenset(_READINGS)
"""What ``interpret-as`` may be."""

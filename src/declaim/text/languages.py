"""Which stretches of a sentence are Chinese and which are English."""

from __future__ import annotations

import re
from typing import TypeAlias

from declaim.text.characters import HAN
from declaim.text.measures_zh import SPEED, UNITS
from declaim.text.rules import one_of
from declaim.text.sentence import Language

Run: TypeAlias = tuple[int, int, Language]
"""``text[start:end]`` and its language."""

_NUMERIC = "²³¹¼-¾\u2070-\u209f\u2150-\u218b\u2460-\u24ff\u2776-\u2793"
_LETTER = rf"(?![{HAN}{_NUMERIC}])[^\W\d_]"
_LETTERS = re.compile(rf"(?P<zh>[{HAN}]+)|(?P<en>(?:{_LETTER})+(?:['’](?:{_LETTER})+)*)")
"""Ideographs are read with Chinese; every other script's letters with English, which can name them."""
_LETTERS_OF_ZH, _LETTERS_OF_EN = re.compile(f"[{HAN}]"), re.compile(_LETTER)
_CLOSING = re.compile(r"[\s,.;:!?，。！？；：、…—’”'\")\]）】》」』]*")
_GLUED_SIGN = re.compile(r"\+\+|[#+&](?!\d)")
_OPENING = re.compile(r"[\s\"'“‘(\[（【《「『.@#$–—~-]*")
_UNITS = one_of({*UNITS, *SPEED})
_OPERAND = r"[A-Za-z\u03b1-\u03c9\d.()√²³¹⁰⁴-⁹⁻₀-₉−-]"
_CODE = re.compile(
    rf"(?P<formula>(?<!{_OPERAND}){_OPERAND}{{1,20}}(?:\s?[+×÷=≠≈<>≤≥±^]\s?{_OPERAND}{{1,20}})+)"
    rf"|(?P<ordinal>(?<=第)[IVXLCDM]+(?=[{HAN}])|(?<![A-Za-z])[IVX]+(?=[期级型]))"
    rf"|(?<!\d)\d+(?:\.\d+)?\s(?:{_UNITS})(?:/[A-Za-z]+[²³]?)?(?![A-Za-z])"
    r"|°\s?[CF](?![A-Za-z])"
    r"|(?:US|HK|NT|CN|RMB|CNY|USD|EUR|GBP|JPY|[Nn]o\.?)[$¥]?\s?\d+(?:\.\d+)?"
    r"|(?<!\d)\d+(?:\.\d+)?\s?(?:RMB|CNY|USD|EUR|GBP|JPY|HKD|[AaPp]\.?[Mm](?![A-Za-z])\.?)"
    r"|(?<![A-Za-z])[A-Za-z]+(?:[-·.]?\d+[A-Za-z]*)+|(?<!\d)\d+(?:\.\d+)?[A-Za-zμ]+(?:/[A-Za-z]+[²³]?|\d+[A-Za-z]*)*"
)
"""Letters and figures in one token: y=2x+1, G1234, v2.5.1, B-204, 5G, 8K88U, 60km/h, 25°C, US$5, 第IV章."""


def matrix_language(text: str, default: Language | None = None) -> Language:
    """The language that the sentence is built in, into which words of the other are set.

    The one with more words, where an ideograph counts as one word; of a tie, the one that begins. ``default``
    (English if None) is for text without letters.
    """
    matches = list(_LETTERS.finditer(text))
    if not matches:
        return default or "en"
    han = sum(len(match.group()) for match in matches if match["zh"])
    words = sum(1 for match in matches if match["en"])
    if han != words:
        return "zh" if han > words else "en"
    return "zh" if matches[0]["zh"] else "en"


def languages_in(text: str) -> set[Language]:
    """The languages that a text has letters of."""
    found: set[Language] = set()
    if _LETTERS_OF_ZH.search(text):
        found.add("zh")
    if _LETTERS_OF_EN.search(text):
        found.add("en")
    return found


def language_runs(text: str, default: Language | None = None) -> list[Run]:
    """Runs of one language that tile ``text``; neighbours differ.

    Letters have the language of their script. What stands between two stretches of letters (digits, symbols,
    spaces, punctuation) goes with both if they agree, and is divided if they don't: punctuation and spaces
    that close the left one stay with it, and digits and symbols are read in the matrix language. Digits at
    either end of a sentence, and digits glued to Latin letters inside a Chinese sentence (GPT4, 5G, MP3), are
    read in the matrix language too: that is how Chinese speakers say them. A sign glued to a Latin letter
    (C#, C++, R&D) is English.

    Scripts that have no phonemiser (Greek, Cyrillic, kana, Hangul) are given to English, which transliterates
    them or says the names of their letters.

    Args:
        text: a sentence.
        default: the language of a sentence without letters; None is English.
    """
    matrix = matrix_language(text, default)
    runs: list[Run] = []
    end, left = 0, None
    for match in _LETTERS.finditer(text):
        right: Language = "zh" if match["zh"] else "en"
        _between(runs, text, (end, match.start()), (left, right), matrix)
        _append(runs, match.start(), match.end(), right)
        end, left = match.end(), right
    _between(runs, text, (end, len(text)), (left, None), matrix)
    return runs


def reading_runs(text: str, default: Language | None = None) -> list[Run]:
    """`language_runs` for normalising: codes with digits stay whole, in the language of their digits.

    Formulas stay whole too, in the matrix language: their signs are read in it, their letters in English.

    "G1234次列车" is one Chinese run, so that the rule for train numbers sees the G. The letters are still
    read in English: `language_runs` of the spoken form, which has no digits left, says so.
    """
    runs = language_runs(text, default)
    matrix = matrix_language(text, default)
    languages: list[Language] = [language for start, end, language in runs for _ in range(start, end)]
    for match in _CODE.finditer(text):
        start, end = match.span()
        digit = next((index for index in range(start, end) if text[index].isdigit()), start)
        language = "zh" if match["ordinal"] else matrix if match["formula"] else languages[digit]
        languages[start:end] = [language] * (end - start)
    merged: list[Run] = []
    for index, language in enumerate(languages):
        _append(merged, index, index + 1, language)
    return merged


def _between(
    runs: list[Run],
    text: str,
    span: tuple[int, int],
    sides: tuple[Language | None, Language | None],
    matrix: Language,
) -> None:
    """Divide what lies between two stretches of letters."""
    (start, end), (left, right) = span, sides
    if start == end:
        return
    gap = text[start:end]
    has_digits = any(map(str.isdigit, gap))
    if left == right and not (left and has_digits and matrix == "zh" and _is_glued(text, start, end)):
        _append(runs, start, end, left or matrix)
        return
    closing = start
    if left:
        closing = _closing(text, start, end, left)
        _append(runs, start, closing, left)
    language = matrix if has_digits or not right else _of_symbols(text, closing, end, right, matrix)
    _append(runs, closing, end, language)


def _closing(text: str, start: int, end: int, left: Language) -> int:
    """Where the punctuation that closes the left stretch ends; a sign glued to a Latin letter closes too."""
    position = start
    if left == "en":
        glued = _GLUED_SIGN.match(text, start, end)
        position = glued.end() if glued else start
    closing = _CLOSING.match(text, position, end)
    stop = closing.end() if closing else position
    # a point or a sign just before a digit belongs to the number: ".5"
    return stop - 1 if position < stop < end and text[stop - 1] == "." and text[stop].isdigit() else stop


def _of_symbols(text: str, start: int, end: int, right: Language, matrix: Language) -> Language:
    return right if _OPENING.fullmatch(text, start, end) else matrix


def _is_glued(text: str, start: int, end: int) -> bool:
    """Whether the digits touch a Latin letter on either side."""
    return text[start].isdigit() or text[end - 1].isdigit()


def _append(runs: list[Run], start: int, end: int, language: Language) -> None:
    if start == end:
        return
    if runs and runs[-1][2] == language:
        start = runs.pop()[0]
    runs.append((start, end, language))

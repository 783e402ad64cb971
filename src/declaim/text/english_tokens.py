"""Cuts English text into what is said one by one: words, numbers, symbols and pauses, with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["word", "letter", "number", "symbol", "pause", "given"]

# One letter of a script that is read as words, with the marks written over it: Latin (ligatures and
# full-width forms too), Greek, Cyrillic. Letters of all other scripts are said one by one.
_LETTER = (
    r"(?:[A-Za-zªºÀ-ÖØ-öø-ɏͰ-ϿЀ-ԯḀ-ỿἀ-῿\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a]"
    r"[\u0300-\u036f\u00ad\u200b-\u200d]*)"
)
_WORD = rf"{_LETTER}+(?:'{_LETTER}+)*"
_TOKEN = re.compile(
    rf"""
      (?P<dotted>  (?<!\w) (?: (?:mrs?|ms|dr|prof|etc|vs|jr|sr)\. | (?:ph\.|[a-z]\.)+[a-z](?!\w)\.? ) )
    | (?P<number>  \d+ (?: (?:st|nd|rd|th|s)\b | (?:[.,]\d+)+ )? )
    | (?P<word>    '?{_WORD}(?:[-\u2010\u2011]{_WORD})*'? )
    | (?P<pause>   [;:,.!?…—–] )
    | (?P<letter>  [^\W_] )
    | (?P<symbol>  \S )
    """,
    re.VERBOSE | re.IGNORECASE,
)

SYMBOL_NAMES = {
    "&": "and", "%": "percent", "+": "plus", "@": "at", "=": "equals", "#": "hash", "/": "slash",
    "$": "dollars", "€": "euros", "£": "pounds", "¥": "yuan", "₹": "rupees", "¢": "cents", "°": "degrees",
    "§": "section", "©": "copyright", "®": "registered", "™": "trademark", "×": "times", "÷": "divided by",
    "−": "minus", "±": "plus or minus", "<": "less than", ">": "greater than", "≤": "at most",
    "≥": "at least", "≈": "about", "√": "root", "∞": "infinity", "→": "to", "‰": "per mille",
}  # fmt: skip
"""How symbols are said. Other mathematical signs and currencies go by their Unicode names; quotation
marks, brackets and decoration are silent."""

_SILENT = frozenset("|~^`\u00ac\u00a6")

_GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"
_CYRILLIC = """
    аa бb вv гg дd еe ёyo жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юyu
    яya іi їyi єye ґg
"""
_LATIN = "ßss øo æae œoe łl đd ðth þth ıi ŋng ħh əe"
_SPELLING = {pair[0]: pair[1:] for pair in f"{_GREEK} {_CYRILLIC} {_LATIN}".split()}
"""Small letters beyond a to z that are not such a letter with an accent, in the usual romanisation."""


@dataclass(frozen=True, slots=True)
class SpokenToken:
    """One stretch of the text that is said, or one mark that is paused at."""

    start: int
    end: int
    text: str
    """As written, apostrophes and hyphens plain."""
    kind: Kind


def tokenize(text: str, start: int, end: int) -> Iterator[SpokenToken]:
    """The tokens of ``text[start:end]``, left to right.

    The dot of an abbreviation belongs to it (*e.g.*, *U.S.*), except where it also ends the text.
    """
    plain = text.translate({0x2018: "'", 0x2019: "'", 0x02BC: "'", 0xFF07: "'", 0x2010: "-", 0x2011: "-"})
    for match in _TOKEN.finditer(plain, start, end):
        kind = match.lastgroup
        begin, stop = match.span()
        if kind == "word":
            stop -= plain[begin:stop].endswith("'") and not plain[begin:stop].lower().endswith("in'")
            begin += plain[begin] == "'" and not _is_elision(plain[begin:stop])
            yield SpokenToken(begin, stop, plain[begin:stop], "word")
        elif kind == "dotted":
            yield SpokenToken(begin, stop, match[0], "word")
        elif kind == "number":
            yield from _number(match)
        elif kind == "symbol":
            if symbol_name(match[0]):
                yield SpokenToken(begin, stop, match[0], "symbol")
        else:
            yield SpokenToken(begin, stop, match[0], "pause" if kind == "pause" else "letter")


_LONGEST_NUMBER = 8
"""Digits and marks that are read as one number; a longer row is read digit by digit."""


def _number(match: re.Match[str]) -> Iterator[SpokenToken]:
    start = match.start()
    if len(match[0]) <= _LONGEST_NUMBER:
        yield SpokenToken(start, match.end(), match[0], "number")
        return
    for place, char in enumerate(match[0], start):
        if char.isalnum():
            yield SpokenToken(place, place + 1, char, "number" if char.isdigit() else "word")


_ELIDED = "'tis 'twas 'twere 'twill 'em 'cause 'til 'bout 'round 'n 'neath 'gainst 'cuz"
_ELISIONS = frozenset(_ELIDED.split())


def _is_elision(word: str) -> bool:
    return word.lower() in _ELISIONS


def symbol_name(symbol: str) -> str:
    """How a symbol is said; empty for one that is silent."""
    if symbol in SYMBOL_NAMES:
        return SYMBOL_NAMES[symbol]
    if symbol in _SILENT or unicodedata.category(symbol) not in {"Sm", "Sc"}:
        return ""
    return re.sub(r"[^a-z]+", " ", unicodedata.name(symbol, "").lower()).removesuffix(" sign").strip()


def latin_spelling(word: str) -> str:
    """The word in plain lower- and upper-case a to z: accents off, Greek and Cyrillic transliterated."""
    if word.isascii():
        return word
    spelled = []
    for char in unicodedata.normalize("NFC", word):
        base = _SPELLING.get(char.lower(), "") or "".join(
            _SPELLING.get(part.lower(), part) for part in unicodedata.normalize("NFKD", char)
        )
        if not re.search("[A-Za-z]", base) and unicodedata.name(char, "").startswith("LATIN "):
            base = letter_name(char)  # ƀ is a b with a stroke, which no decomposition says
        spelled.append(base.capitalize() if char.isupper() else base)
    return re.sub(r"[^A-Za-z'-]", "", "".join(spelled))


def letter_name(letter: str) -> str:
    """What a lone Greek letter or one of another script is called: ``α`` alpha, ``か`` ka, ``½`` one half.

    Chinese characters give their pinyin without tones.
    """
    name = unicodedata.name(letter, "").lower()
    if name.startswith("cjk "):
        from pypinyin import lazy_pinyin  # noqa: PLC0415 hardly any English text needs it, and it is slow to load

        return " ".join(re.sub("[^a-z]+", "", syllable) for syllable in lazy_pinyin(letter)) or "character"
    words = re.split(r"[ -]+", re.sub(r" (with|form).*$", "", name))
    if "fraction" in words:
        words = words[words.index("fraction") + 1 :]
        return " ".join(words)
    return words[-1] if words[-1].isascii() and words[-1].isalpha() else "letter"

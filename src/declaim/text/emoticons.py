r"""Faces drawn with characters: ``:-)``, ``^_^``, ``(｡･ω･｡)``, ``¯\_(ツ)_/¯``."""

from __future__ import annotations

import re
import unicodedata

from declaim.text.aligned import AlignedText
from declaim.text.characters import is_han

_WESTERN = re.compile(r"(?<![\w:])[:;=][-'^]?[()\[\]DPpOo/|\\*](?![\w/])|(?<=[^\W\d])[:;]-?\)(?!\w)")
_EASTERN = re.compile(
    r"(?<!\w)[(（]?(?:\^[_.o-]?\^|>[_.]{1,3}<|T_{1,3}T|-_{1,3}-|[oO=@]_{1,3}[oO=@])[)）]?(?!\w)"
)
_FRAMED = re.compile(
    r"[¯/\\ヽ٩ヾ]{0,2}_?[(（]([^()（）\n]{1,24})[)）]_?[/\\]?"
    r"[¯وﾉノゞ۶シ／︵┻━┳┬─╯╰☆★♪♡~～]*"
)
_PLAIN_MARKS = frozenset("±×÷≠≈≤≥°√∞→$€£¥+<=>|~^`")
_MAX_LETTERS = 3
_ODD = ("So", "Sk", "Sm", "Lm", "Mn", "Lo", "Po")


def without_emoticons(text: AlignedText) -> AlignedText:
    """Faces give way to a space. A bracket with a word, a number or an ideograph in it is no face."""
    return text.sub(_WESTERN, " ").sub(_EASTERN, " ").sub(_FRAMED, _face)


def _face(match: re.Match[str]) -> str | None:
    inside = match[1]
    letters = sum(map(str.isalpha, inside))
    if letters > _MAX_LETTERS or re.search(r"[A-Za-z]{2}|\d", inside) or any(map(is_han, inside)):
        return None
    odd = [
        char
        for char in inside
        if char > "\x7f" and char not in _PLAIN_MARKS and unicodedata.category(char) in _ODD
    ]
    return " " if match.group()[0] == "¯" or any(not char.isalpha() for char in odd) or len(odd) > 1 else None

"""One written form for what was asked and what was heard, so that only real differences count.

Reference and hypothesis take the same path: Unicode NFKC, Traditional to Simplified characters, numbers in
words (WeTextProcessing's rules, because Whisper writes digits), lower case, no punctuation, no fillers.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import cache
from typing import Literal, TypeAlias

from wetext import Normalizer

logger = logging.getLogger(__name__)

Language: TypeAlias = Literal["zh", "en"]

TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:'[^\W_\u3400-\u9fff]+)*")
HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]+")
DIGIT_STRING = re.compile(r"\d{7,}|\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\d{3}-\d{8}")
"""Telephone and other numbers that are read digit by digit."""
SPELLED = re.compile(r"(?<![A-Za-z])[A-Z](?:[. -][A-Z](?![A-Za-z]))+")
"""Capitals one by one, as Whisper writes what was spelled out: ``U S B``, ``U.S.``."""
DIGIT_NAMES: dict[Language, dict[str, str]] = {
    "zh": dict(zip("0123456789", "零一二三四五六七八九", strict=True)),
    "en": dict(
        zip(
            "0123456789",
            ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            strict=True,
        )
    ),
}
SAME = str.maketrans({"〇": "零", "幺": "一", "’": "'", "‘": "'"})
"""Two ways to write one reading: zero and the one of telephone numbers; curly apostrophes."""
FILLERS = frozenset({"嗯", "呃", "um", "uh", "hmm", "mm", "er"})


def language_of(text: str) -> Language:
    """Return the language whose number words a text takes: that of most of its words."""
    return "zh" if len(HAN.findall(text)) > len(LATIN_WORD.findall(text)) else "en"


def tokens(text: str, language: Language) -> list[str]:
    """Split into what errors are counted in: a Chinese character, or a word of any other script.

    On Chinese text the rate over these is the character error rate, on English text the word error rate, and
    on mixed text the mixed error rate of the code-switching literature (e.g. the SEAME and ASRU 2019 tasks).
    """
    return [word for word in TOKEN.findall(normalise(text, language)) if word not in FILLERS]


def normalise(text: str, language: Language) -> str:
    """Bring a text to its spoken form in lower case; punctuation stays, `tokens` leaves it out."""
    text = unicodedata.normalize("NFKC", text).translate(SAME)
    text = SPELLED.sub(lambda match: re.sub("[. -]", "", match[0]), text)
    names = DIGIT_NAMES[language]
    text = DIGIT_STRING.sub(lambda match: " ".join(names[d] for d in match[0] if d != "-"), text)
    try:
        text = str(_speller(language).normalize(text))
    except AssertionError:  # wetext 0.1.8 on some of what Whisper makes of noise; it has no numbers then
        logger.warning("counted as it was heard: %r", text)
    return text.translate(SAME).replace("点半", "点三十分").lower()


@cache
def _speller(language: Language) -> Normalizer:
    return Normalizer(  # type: ignore[no-untyped-call]
        lang=language, operator="tn", traditional_to_simple=True, remove_erhua=False
    )

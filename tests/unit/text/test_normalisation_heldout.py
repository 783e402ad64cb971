"""Sentences written before the rules were read, with every reading a careful speaker might give.

Each line of ``data/heldout_*.txt`` is a sentence and a regular expression over its spoken form with
punctuation and case left out. Shorthand, so that the lines stay legible: ``<IBM>`` is a word whose
letters may stand together or apart; in English ``~`` is an optional "and", ``0`` is zero or oh; in
Chinese ``!`` is 一 or 幺, ``2`` is 二 or 两.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from declaim.text.cleaning import clean
from declaim.text.lexicon import Lexicon
from declaim.text.markup import parse_brackets
from declaim.text.normalisation import Normaliser
from declaim.text.speller import Speller
from declaim.text.splitting import split_sentences

if TYPE_CHECKING:
    from declaim.text.sentence import Language

_DATA = Path(__file__).parent / "data"
_SHORTHAND = {
    "zh": {"!": "[一幺]", "2": "[二两]"},
    "en": {"~": "(?: and)?", "0": "(?:zero|oh|o)"},
    "mixed": {"!": "[一幺]"},
}
_MISSED = {
    "路易XIV很有名。",  # letters beside a name are as often a brand's or a size: LV, VI, XL
    "Beverly Hills 90210.",  # nothing beside the number says that it is a postal code
}
"""What no rule can tell without reading sizes, brands and amounts wrong."""
_PUNCTUATION = re.compile(r"[^\w\s']|_")


def _cases(name: str) -> list[tuple[str, str]]:
    lines = (_DATA / f"heldout_{name}.txt").read_text("utf-8").splitlines()
    pairs = (line.split(" | ", 1) for line in lines if not line.startswith("#"))
    return [(written, pattern) for written, pattern in pairs]


def _pattern(shorthand: str, name: str) -> re.Pattern[str]:
    pattern = re.sub(r"<(\w+)>", lambda letters: "[ .]*".join(letters[1]), shorthand)
    for short, full in _SHORTHAND[name].items():
        pattern = pattern.replace(short, full)
    return re.compile(pattern, re.IGNORECASE)


_spell = Speller(Normaliser(), Lexicon({}))


def _spoken(written: str, language: Language) -> str:
    marked = parse_brackets(written)
    marked.text = clean(marked.text, markdown=True)
    extents = split_sentences(marked.text.text)
    spoken = [_spell(marked.text[extent.start : extent.end], marked, language) for extent in extents]
    return "".join(sentence.text.text for sentence in spoken)


def _bare(spoken: str, *, spaces: bool) -> str:
    """The words alone: no case, no punctuation; Chinese without spaces."""
    words = _PUNCTUATION.sub(" ", spoken.lower().replace("’", "'").replace("〇", "零"))
    return (" " if spaces else "").join(words.split())


@pytest.mark.parametrize("name", ["zh", "en", "mixed"])
def test_what_is_written_is_said_as_a_reader_would(name: str) -> None:
    wrong = {}
    for written, shorthand in _cases(name):
        spoken = _bare(_spoken(written, "en" if name == "en" else "zh"), spaces=name == "en")
        if not _pattern(shorthand, name).fullmatch(spoken):
            wrong[written] = spoken
    assert {written: spoken for written, spoken in wrong.items() if written not in _MISSED} == {}

"""Capitals in English text: said as a word (*NASA*, *STOP*) or letter by letter (*FBI*, *the US*)."""

from __future__ import annotations

import re
from collections.abc import Callable

_SPOKEN = """
    LASER SCUBA RADAR SONAR MODEM CAPTCHA YAML TOML CUDA BERT WYSIWYG TOEFL GAAP NIMBY FAFSA LAMP SAAS PAAS
    MANOVA ANOVA NUMA WASM ELIZA LORA GAN REST SOAP SWAT ARPA ARPANET MENSA NABISCO SWIFT EBITDA PIXAR
"""
SPOKEN = frozenset(_SPOKEN.split())
"""Said as words although they are short; the dictionary knows another four hundred (NASA, RAM, GIF …)."""

_LETTERS = "AA AC AD AI AM BA DA ED EMU ER EST ETA GI ID IT LA LED MA MO OD OS PA PC RE SAT US WHO"
LETTERS = frozenset(_LETTERS.split())
"""Letters, although in small ones they are words or the dictionary has them as such."""

_LETTERS_BESIDE = {
    "IT": """
        the an our your their in of for and | department support team manager staff sector industry company
        companies services service infrastructure systems system security professional professionals
        specialist consultant project projects job jobs equipment budget director skills expert
    """,
    "WHO": "the | director guidelines said says report official officials",
    "AM": "one two three four five six seven eight nine ten eleven twelve fifteen thirty clock | radio",
    "MA": "an her his my | in",
    "RE": "|",
}
"""Rows that are as often an emphasised word: letters only after the first words or before the second."""
_NEIGHBOURS = {
    word: tuple(frozenset(side.split()) for side in sides.split("|"))
    for word, sides in _LETTERS_BESIDE.items()
}

LONGEST_SPELLED = 5
"""Longer rows of capitals that no dictionary has are taken for a name in capitals (*HUAWEI*)."""

_DRAWN_OUT = re.compile(r"(.)\1\1")
"""*AAAH*, *NOOO*; but *WWW* and *AAA* are letters."""
_VOWEL_LETTERS = frozenset("AEIOUY")


def is_said_as_letters(
    word: str, *, is_word: Callable[[str], bool], shouted: bool = False, before: str = "", after: str = ""
) -> bool:
    """Whether a row of capitals is spelled.

    Args:
        word: at least two capitals, nothing else.
        is_word: whether the dictionary has a word, in the case given.
        shouted: the words around it are in capitals too, so capitals say nothing.
        before: the word to its left, in small letters; empty at the beginning.
        after: the word to its right, likewise.
    """
    if word in SPOKEN or (_DRAWN_OUT.search(word) and len(set(word)) > 1):
        return False
    if shouted and is_word(word.lower()):
        return False
    if word in _NEIGHBOURS:
        left, right = _NEIGHBOURS[word]
        return before in left or after in right
    if word in LETTERS:
        return True
    if is_word(word) or is_word(word.lower()):
        return False
    return len(word) <= LONGEST_SPELLED or _VOWEL_LETTERS.isdisjoint(word)

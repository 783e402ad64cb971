"""Clauses written out as the model was taught to read them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from pypinyin import Style, pinyin

from declaim.engines.indextts.tokeniser import PINYIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from declaim.text.sentence import Clause, Language, Word

_MARKS = {"!": ".", ":": ",", ";": ",", "—": "-"}
"""What closes a clause, where the model knows another mark for it. A colon inside 14:30 is no mark: words are
in their spoken form already."""
_SYLLABLE = re.compile(r"[a-z]+[1-5]")
_SANDHI = frozenset("一不")
"""Their tone follows the next word's, which the model does by itself."""
_NEUTRAL = "5"


def language_of(words: Iterable[Word]) -> Language:
    """Chinese as soon as one word is: the model was taught English within Chinese, not the other way."""
    return "zh" if any(word.language == "zh" for word in words) else "en"


def written(clauses: Sequence[Clause], *, pronunciations: bool, is_last: bool) -> str:
    """The text of clauses in lower case: numbers in words, marks that the model knows.

    Args:
        clauses: that are spoken at once.
        pronunciations: write out the pinyin of characters that are not read as usual.
        is_last: whether they end the sentence: then a mark ends them in any case.
    """
    parts = []
    for clause in clauses:
        parts.append(_words(clause.words, pronunciations=pronunciations))
        default = "" if clause is not clauses[-1] else "." if is_last else ","
        parts.append(_MARKS.get(clause.punctuation, clause.punctuation) or default)
    return "".join(parts).lstrip()


def _words(words: Sequence[Word], *, pronunciations: bool) -> str:
    """Chinese words one behind the other, others with a space on either side."""
    text, before = "", None
    for word in words:
        is_apart = word.language == "en" or before == "en"
        text += " " if is_apart else ""
        text += _chinese(word) if pronunciations and word.pinyin else word.spoken.lower()
        before = word.language
    return text


def _chinese(word: Word) -> str:
    if len(word.pinyin) != len(word.spoken):
        return word.spoken.lower()
    return "".join(
        f"{PINYIN}{_as_taught(syllable)}{PINYIN}" if is_unusual(character, syllable, usual) else character
        for character, syllable, usual in zip(word.spoken, word.pinyin, _usual(word.spoken), strict=True)
    )


def is_unusual(character: str, syllable: str, usual: str) -> bool:
    """Whether a reading has to be told: it is neither the usual one nor made of it by sandhi.

    Args:
        character: a Chinese one; of others nothing is told.
        syllable: pinyin with its tone: ``hang2``.
        usual: what one would read in this word.
    """
    if not (_SYLLABLE.fullmatch(syllable) and _SYLLABLE.fullmatch(usual)) or character == "儿":
        return False
    if syllable[:-1] != usual[:-1]:
        return True
    tone, usual_tone = syllable[-1], usual[-1]
    is_sandhi = (usual_tone, tone) == ("3", "2") or character in _SANDHI
    return tone not in (usual_tone, _NEUTRAL) and not is_sandhi


@lru_cache(maxsize=8192)
def _usual(word: str) -> list[str]:
    """How each character of a word is read as far as a dictionary knows; what is not Chinese stays."""
    readings = pinyin(
        word,
        Style.TONE3,
        errors=list,  # type: ignore[arg-type] # a list is a reading for each character
        neutral_tone_with_five=True,
    )
    return [reading[0].replace("ü", "v") for reading in readings]


def _as_taught(syllable: str) -> str:
    """In capitals, ü as V also where it is written u: ``xu1`` is ``XV1``."""
    return re.sub(r"^([jqx])u", r"\1v", syllable).upper()


def stretches(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of each written stretch."""
    stretch: list[Word] = []
    for word in words:
        if stretch and not word.shares_stretch(stretch[-1]):
            yield stretch
            stretch = []
        stretch.append(word)
    if stretch:
        yield stretch


def words_of(clauses: Iterable[Clause]) -> list[Word]:
    """Their words."""
    return [*chain.from_iterable(clause.words for clause in clauses)]

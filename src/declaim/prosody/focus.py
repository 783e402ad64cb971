"""Which words of a sentence are in focus, by rule.

The main accent falls on the last word with a meaning that is not given: Schwarzschild, "GIVENness, AvoidF and
other constraints on the placement of accent", Natural Language Semantics 7 (1999). Particles such as "only",
clefts and contrast put it elsewhere: Rooth, "A theory of focus interpretation", ibid. 1 (1992). Mandarin has
the same, and its question words are in focus: Xu, "Effects of tone and focus on the formation and alignment
of f0 contours", Journal of Phonetics 27 (1999); Liu and Xu, "Parallel encoding of focus and interrogative
meaning in Mandarin intonation", Phonetica 62 (2005).
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from declaim.prosody.contrast import (
    alternatives,
    before_relative,
    clauses_of,
    contrasted,
    last_content,
    listed,
)
from declaim.prosody.word_lists import word_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from declaim.prosody.terms import Term

CONTRAST, NARROW, NEWS, ITEM = 0.8, 0.6, 0.4, 0.3
"""Strengths: what is contrasted, what a particle or a question word picks, the news, an item of a list."""
_FEWEST_TERMS = 3
"""Less than that is one accent anyway."""
_MOST = 4
"""Words of a sentence: where all is stressed, nothing is."""

_LISTS = word_lists()
_AMOUNT = re.compile("[零两二三四五六七八九十百千万亿半]")
_DATE_OR_CODE = re.compile(
    "[月日号]$|^(?:[零〇一二三四五六七八九]{2,4}|一千九百.*|两千.*)年$|[零〇一二三四五六七八九幺]{5}"
)
_BE = ("is", "was", "are", "were")
_FINAL_PARTICLES = ("吗", "吧", "呢", "啊")


def foci(terms: Sequence[Term], *, is_question: bool) -> dict[int, float]:
    """The words in focus, by their index in the reading, each with a strength from 0 to 1.

    Args:
        terms: of the sentence.
        is_question: it ends with a question mark.
    """
    if len(terms) < _FEWEST_TERMS:
        return {}
    clauses = clauses_of(terms)
    contrast = contrasted(clauses) + (alternatives(terms) if is_question else _emphatic_do(terms))
    narrow = _after_particles(clauses) + _clefts(clauses) + (_question_word(terms) if is_question else [])
    strong = [term for term in terms if term.text in _LISTS["strong"]]
    news = [*_main_accent(clauses, (*contrast, *narrow)), *_numbers(terms), *strong]
    return _strongest(((contrast, CONTRAST), (narrow, NARROW), (news, NEWS), (listed(clauses), ITEM)))


def _strongest(found: Iterable[tuple[Iterable[Term], float]]) -> dict[int, float]:
    """Each word at the first of its strengths, as many as there may be."""
    words: dict[int, float] = {}
    for terms, strength in found:
        for term in terms:
            if len(words) < _MOST:
                words.setdefault(term.word, strength)
    return words


def _main_accent(clauses: Sequence[list[Term]], narrow: Sequence[Term]) -> list[Term]:
    """The nucleus of the last clause that has one, unless a narrow focus there takes its place."""
    for clause in reversed(clauses):
        if any(term.clause == clause[0].clause for term in narrow):
            return []
        if nucleus := _nucleus(clause):
            return nucleus
    return []


def _nucleus(clause: Sequence[Term]) -> list[Term]:
    """The last that is new; a day at the very end is not, if there is anything else."""
    new = [term for term in clause if term.is_content and not term.is_given]
    if len(new) > 1 and new[-1] is clause[-1] and _ends_with_a_day(clause):
        new.pop()
    return new[-1:]


def _ends_with_a_day(clause: Sequence[Term]) -> bool:
    """As with "tonight", "on Thursday", "this morning"."""
    last = clause[-1].text
    is_named = last in _LISTS["days"] and clause[-2].text in ("on", "this", "last", "next")
    return is_named or last in _LISTS["days by themselves"]


def _after_particles(clauses: Iterable[Sequence[Term]]) -> list[Term]:
    """What "only" and "even" are about: the next with a meaning. What 才 is about stands before it."""
    found: list[Term] = []
    for clause in clauses:
        for index, term in enumerate(clause):
            if term.text in _LISTS["focus particles"]:
                found += [each for each in clause[index + 1 :] if each.is_content][:1]
            elif term.text == "才" and index and clause[index - 1].tag in ("t", "m"):
                found.append(clause[index - 1])
    return found


def _clefts(clauses: Iterable[list[Term]]) -> list[Term]:
    """As in "It was the *dog* that stopped" and 窗户是*小强*打破的."""
    found: list[Term] = []
    for clause in clauses:
        texts = [term.text for term in clause]
        if texts[0] == "it's" or (texts[0] == "it" and texts[1:2] and texts[1] in _BE):
            picked = before_relative(clause)
            found += last_content(picked) if len(picked) < len(clause) else []
        elif "是" in texts:
            found += _chinese_cleft(clause[texts.index("是") + 1 :])
    return found


def _chinese_cleft(behind: Sequence[Term]) -> list[Term]:
    """The first with a meaning between 是 and a final 的, if what was done follows it."""
    said = [term for term in behind if term.text not in _FINAL_PARTICLES]
    content = [term for term in said if term.is_content]
    return content[:1] if said and said[-1].text == "的" and len(content) > 1 else []


def _question_word(terms: Sequence[Term]) -> list[Term]:
    """Mandarin's; English accents what follows its own."""
    return [term for term in terms if term.text in _LISTS["question words"]][-1:]


def _numbers(terms: Sequence[Term]) -> list[Term]:
    """Amounts, rather than dates and codes."""
    before = ["", *(term.text for term in terms)]
    return _chinese_numbers(terms) + [
        term
        for previous, term in zip(before, terms, strict=False)
        if term.text in _LISTS["numbers"] and previous not in _LISTS["before dates"]
    ]


def _chinese_numbers(terms: Sequence[Term]) -> list[Term]:
    """The first term of each, such as 十五 个; 一个 is an article."""
    found: list[Term] = []
    for is_number, run in groupby(terms, key=lambda term: term.tag == "m" and term.is_content):
        number = list(run)
        written = "".join(term.text for term in number)
        if is_number and _AMOUNT.search(written) and not _DATE_OR_CODE.search(written):
            found.append(number[0])
    return found


def _emphatic_do(terms: Sequence[Term]) -> list[Term]:
    """As in "I *did* call": an auxiliary that grammar does not need."""
    return [
        term
        for (before, term), after in zip(pairwise(terms), terms[2:], strict=False)
        if term.text in ("do", "does", "did") and not before.is_content and after.is_content
    ]

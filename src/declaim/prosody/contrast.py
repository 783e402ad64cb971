"""Focus that two stretches of a sentence give each other: what differs between them is said with contrast.

What parallel clauses share is in the background and what they exchange is in focus: Rooth, "A theory of focus
interpretation", Natural Language Semantics 1 (1992). It is accented even where it is given.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from declaim.prosody.terms import Term

_NEGATIONS = frozenset(("not", "never", "不是", "并非", "不"))
_CORRECTIONS = frozenset(("but", "it's", "是", "而是"))
_ALTERNATIVES = frozenset(("or", "还是"))
_CONJUNCTIONS = frozenset(("and", "or", "和", "与", "跟", "或"))
_RELATIVES = frozenset(("that", "who"))
_LEAST_SHARED = 2
"""Terms that clauses of unequal length must share to be parallel."""
_SHORT_CORRECTION = 4
_SHORT_ITEM = 2
_SHORT_CLAUSE = 5
_FEWEST_ITEMS = 3


def clauses_of(terms: Sequence[Term]) -> list[list[Term]]:
    """The terms of each clause that has any."""
    return [list(run) for _, run in groupby(terms, key=attrgetter("clause"))]


def last_content(terms: Sequence[Term]) -> list[Term]:
    """The last that has a meaning, or none."""
    return [term for term in terms if term.is_content][-1:]


def before_relative(clause: list[Term]) -> list[Term]:
    """As much of it as stands before "that" or "who"."""
    ends = (index for index, term in enumerate(clause) if index and term.text in _RELATIVES)
    return clause[: next(ends, len(clause))]


def contrasted(clauses: Sequence[list[Term]]) -> list[Term]:
    """What differs between a clause and the next: "The *bus* is *cheap*, the *train* is *faster*"."""
    found: list[Term] = []
    for former, latter in pairwise(clauses):
        exchanged = _exchanged(former, latter)
        if not exchanged and _corrects(former, latter):
            exchanged = last_content(before_relative(former)) + last_content(latter)
        found += exchanged
    return found


def _exchanged(former: list[Term], latter: list[Term]) -> list[Term]:
    old, new = ([term.stem for term in clause] for clause in (former, latter))
    blocks = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    shared = sum(end - start for what, start, end, _, _ in blocks if what == "equal")
    is_twin = shared and all(what == "equal" or (e - s == f - t) for what, s, e, t, f in blocks)
    if shared < _LEAST_SHARED and not is_twin:
        return []
    found: list[Term] = []
    for what, start, end, other_start, other_end in blocks:
        if what == "replace":
            sides = [
                [term for term in side if term.is_content]
                for side in (former[start:end], latter[other_start:other_end])
            ]
            if all(len(side) == 1 for side in sides) or (is_twin and all(sides)):
                found += sides[0] + sides[1]
    return found


def _corrects(former: list[Term], latter: list[Term]) -> bool:
    """As in "It is not this, it is that" and in "That, not this"."""
    if latter[0].text in ("not", "不是"):
        return True
    begins = latter[0].text == former[0].text or (
        latter[0].text in _CORRECTIONS and len(latter) <= _SHORT_CORRECTION
    )
    return begins and any(term.text in _NEGATIONS or term.text.endswith("n't") for term in former)


def alternatives(terms: Sequence[Term]) -> list[Term]:
    """The two that a question lets one choose from: "*today* or *tomorrow*?"."""
    for index, term in enumerate(terms):
        if term.text in _ALTERNATIVES:
            before, after = terms[:index], [each for each in terms[index + 1 :] if each.is_content]
            new = [each for each in after if not each.is_given]
            stems = {each.stem for each in after}
            unlike = [each for each in before if each.is_content and each.stem not in stems]
            return unlike[-1:] + (new or after)[:1]
    return []


def listed(clauses: Sequence[list[Term]]) -> list[Term]:
    """The items of an enumeration: "*red*, *white* and *green*", "周一*游泳*，周三*跑步*，周末*休息*"."""
    if _is_even(clauses):
        items = list(clauses)
    else:
        final = _conjuncts(clauses[-1])
        middle = [clause for clause in clauses[1:-1] if len(clause) <= _SHORT_ITEM]
        items = [*clauses[:1], *middle, *final] if final else []
    if len(items) < _FEWEST_ITEMS:
        return []
    return [term for item in items for term in last_content(item)]


def _is_even(clauses: Sequence[list[Term]]) -> bool:
    """Whether all are short and alike in length, which in Chinese makes an enumeration without "and"."""
    sizes = [len(clause) for clause in clauses]
    is_short = max(sizes) < _SHORT_CLAUSE and max(sizes[1:], default=0) - min(sizes) <= 1
    return is_short and len(sizes) >= _FEWEST_ITEMS and bool(clauses[0][0].tag)


def _conjuncts(clause: list[Term]) -> list[list[Term]]:
    """The two sides of a short "butter and flour", or of an "and sugar" the only one."""
    for index, term in enumerate(clause):
        if term.text in _CONJUNCTIONS and index <= _SHORT_ITEM and len(clause) <= _SHORT_CLAUSE:
            return [side for side in (clause[:index], clause[index + 1 :]) if last_content(side)]
    return []

"""A rewriting rule: a pattern and what to say for it. Tables of them are applied from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import TypeAlias

from declaim.text.aligned import AlignedText, Edit

Spoken: TypeAlias = str | Callable[[re.Match[str]], str | None]
"""A template (``\\1``), or a function that may return None to leave a match as it is."""

Rule: TypeAlias = tuple[re.Pattern[str], Spoken]


def rule(pattern: str, spoken: Spoken, flags: int = 0) -> Rule:
    """Compile a rule."""
    return re.compile(pattern, flags), spoken


def rewrite(text: AlignedText, rules: Iterable[Rule]) -> AlignedText:
    """Apply each rule to what the rules before it left."""
    for pattern, spoken in rules:
        if edits := list(_edits(text.text, pattern, spoken)):
            text = text.edit(edits)
    return text


def unwrap(text: AlignedText, pattern: re.Pattern[str], group: int = 1) -> AlignedText:
    """Leave out of each match what is not in ``group``, whose characters keep their own spans."""
    edits: list[Edit] = []
    for match in pattern.finditer(text.text):
        (start, end), (first, last) = match.span(), match.span(group)
        edits += [(start, first, ""), (last, end, "")]
    return text.edit(edits) if edits else text


def _edits(text: str, pattern: re.Pattern[str], spoken: Spoken) -> Iterator[Edit]:
    """What changes, without the beginning and the end that a replacement shares with its match.

    Context that a rule had to match (电话 in 电话:95588) so keeps its own place in the user's text.
    """
    for match in pattern.finditer(text):
        old = match.group()
        new = match.expand(spoken) if isinstance(spoken, str) else spoken(match)
        if new is None or new == old:
            continue
        new = _parted(match, new)
        head = _shared(old, new)
        tail = _shared(old[head:][::-1], new[head:][::-1])
        yield match.start() + head, match.end() - tail, new[head : len(new) - tail]


def before(match: re.Match[str], width: int) -> str:
    """At most ``width`` characters to the left of a match; the whole of it would cost quadratic time."""
    return match.string[max(match.start() - width, 0) : match.start()]


def after(match: re.Match[str], width: int) -> str:
    """At most ``width`` characters to its right."""
    return match.string[match.end() : match.end() + width]


def one_of(words: Iterable[str]) -> str:
    """An alternation that prefers the longest word."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _parted(match: re.Match[str], new: str) -> str:
    """What to say, kept apart from Latin letters around it: ``room12`` is no "roomtwelve".

    A plural stays a plural: ``the 400s``.
    """
    old, following = match.group(), after(match, 2)
    if _ends_with_letter(before(match, 1)) and _begins_with_letter(new) and not _begins_with_letter(old):
        new = f" {new}"
    is_plural = following[:1] == "s" and not _begins_with_letter(following[1:])
    if (
        _begins_with_letter(following)
        and _ends_with_letter(new)
        and not (_ends_with_letter(old) or is_plural)
    ):
        new = f"{new} "
    return new


def _begins_with_letter(text: str) -> bool:
    return text[:1].isascii() and text[:1].isalpha()


def _ends_with_letter(text: str) -> bool:
    return text[-1:].isascii() and text[-1:].isalpha()


def _shared(one: str, other: str) -> int:
    """How many characters two strings share at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))

"""What is spoken at once: clauses that belong together, no more of them than the model takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from declaim.engines.indextts.wording import stretches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.text.sentence import Clause

Piece: TypeAlias = tuple["Clause", ...]
CountTokens: TypeAlias = Callable[[Sequence["Clause"]], int]

_WORTH_SPEAKING = 8
"""Tokens, about a second. Of less by itself such models make a mumble or go on for too long."""


def pieces_of(
    clauses: Sequence[Clause], tokens: CountTokens, *, limit: int, soon: bool, all_short: bool
) -> list[Piece]:
    """The clauses in pieces, in order.

    A piece ends where a silence of a certain length is asked for, since the model takes no such wish.

    Args:
        clauses: each with words.
        tokens: how many text tokens a piece would have.
        limit: as many a piece has at most; a clause with more is cut between two words.
        soon: let the first piece be short.
        all_short: let all be.
    """
    pieces: list[Piece] = []
    piece: Piece = ()
    for clause in chain.from_iterable(_cut(each, tokens, limit) for each in clauses):
        if piece and tokens((*piece, clause)) > limit:
            pieces.append(piece)
            piece = ()
        piece = (*piece, clause)
        is_asked = clause.pause is not None or clause.hold is not None
        is_short = all_short or (soon and not pieces)
        if is_asked or (is_short and tokens(piece) >= _WORTH_SPEAKING):
            pieces.append(piece)
            piece = ()
    return [*pieces, piece] if piece else pieces


def _cut(clause: Clause, tokens: CountTokens, limit: int) -> Iterator[Clause]:
    """A clause as it is or, were it too long, in halves; what is written as one (a number) stays whole."""
    parts = list(stretches(clause.words))
    if tokens((clause,)) <= limit or len(parts) == 1:
        yield clause
        return
    half = len(parts) // 2
    left = tuple(word for part in parts[:half] for word in part)
    right = tuple(word for part in parts[half:] for word in part)
    at = right[0].span[0]
    yield from _cut(
        replace(clause, words=left, span=(clause.span[0], at), punctuation="", pause=None, hold=None),
        tokens,
        limit,
    )
    yield from _cut(replace(clause, words=right, span=(at, clause.span[1])), tokens, limit)

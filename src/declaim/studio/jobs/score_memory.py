"""Scores of an earlier run: an edit changes how its neighbours would be read, and they keep their scores.

A sentence is read in the light of those before it, so that a changed sentence would have others after it
spoken differently, and again. What was said before is therefore remembered: the passages of the earlier run
are laid beside those of the new one (the longest common subsequence of their contents, as ``diff`` does), and
a passage that is in both has all of its scores. In a passage that was changed, its sentences are laid beside
those of the passages that it replaces in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, TypeAlias

Remembered: TypeAlias = tuple[str, dict[str, Any]]
"""A sentence's identity, and the score it was performed by, as JSON."""

_NOTHING: Final[tuple[Remembered, ...]] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """A passage of the earlier run.

    Attributes:
        digest: of what is said in it, see :func:`~declaim.studio.jobs.plan.said_digest`.
        sentences: those whose scores are known.
    """

    digest: str
    sentences: tuple[Remembered, ...]


def remembered(earlier: Sequence[Earlier], digests: Sequence[str]) -> list[tuple[Remembered, ...]]:
    """For each passage of a new run, the sentences of the earlier one that may be in it.

    Args:
        earlier: all passages of the earlier run, in order.
        digests: those of the new one.
    """
    found: list[tuple[Remembered, ...]] = [_NOTHING] * len(digests)
    matcher = SequenceMatcher(None, [each.digest for each in earlier], digests, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            for offset in range(end - start):
                found[start + offset] = earlier[first + offset].sentences
        elif kind == "replace":
            replaced = tuple(each for passage in earlier[first:last] for each in passage.sentences)
            found[start:end] = [replaced] * (end - start)
    return found


def matched(before: Sequence[Remembered], identities: Sequence[str]) -> Mapping[int, dict[str, Any]]:
    """The scores of those sentences of a passage that were said before, by their index."""
    matcher = SequenceMatcher(None, [identity for identity, _ in before], identities, autojunk=False)
    return {
        block.b + offset: before[block.a + offset][1]
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }

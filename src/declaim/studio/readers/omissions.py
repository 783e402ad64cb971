"""What a reader leaves out, counted by place while it reads."""

from __future__ import annotations

from collections.abc import Iterator

from declaim.studio.book import Skipped, SkippedKind


class Omissions:
    """Counts what is left out: 43 notes in a chapter are one line of the report."""

    def __init__(self) -> None:
        self._counts: dict[tuple[SkippedKind, str, str], int] = {}

    def add(self, kind: SkippedKind, where: str, why: str, count: int = 1) -> None:
        """Note that so many things of a kind are left out in a place."""
        key = kind, where, why
        self._counts[key] = self._counts.get(key, 0) + count

    def count(self, kind: SkippedKind, where: str) -> int:
        """How many of a kind were left out in a place so far."""
        return sum(n for (what, place, _), n in self._counts.items() if (what, place) == (kind, where))

    def __iter__(self) -> Iterator[Skipped]:
        for (kind, where, why), count in self._counts.items():
            yield Skipped(kind, where, why, count)

"""A grammar in a text file, and sentences dealt from it as from a deck of cards."""

from __future__ import annotations

import random
import re
from pathlib import Path

_SYMBOL = re.compile(r"\{(\w+)\}")
_VERSE = "verse"


class Grammar:
    """Says things in one of the ways that a file lists.

    The ways are dealt like cards: none comes again before all others have come, so what is made of a few
    dozen templates does not repeat itself within a page.

    Args:
        path: the file; ``name:`` on a line begins the ways to say something, one a line.
        seed: of the order in which they are dealt.
    """

    def __init__(self, path: Path, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - prose, no secret
        self._ways = _parsed(path.read_text(encoding="utf-8"))
        self._decks: dict[str, list[str]] = {}

    def say(self, symbol: str, scene: dict[str, str]) -> str:
        """One way to say something, with the people and things of a scene in it."""
        return self.fill(self.deal(symbol), scene)

    def fill(self, text: str, scene: dict[str, str]) -> str:
        """A template with everything that it asks for."""
        while match := _SYMBOL.search(text):
            name = match[1]
            text = text[: match.start()] + (scene.get(name) or self.deal(name)) + text[match.end() :]
        return text

    def deal(self, symbol: str) -> str:
        """The next way to say something, as it stands in the file."""
        if not self._decks.get(symbol):
            deck = list(self._ways[symbol])
            self._random.shuffle(deck)
            self._decks[symbol] = deck
        return self._decks[symbol].pop()

    def choose(self, least: int, most: int) -> int:
        """A number, both ends included."""
        return self._random.randint(least, most)

    def ways(self, symbol: str) -> list[str]:
        """All ways to say something, in the file's order."""
        return self._ways[symbol]


def _parsed(text: str) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for section in re.split(r"^(?=\w+:$)", text, flags=re.MULTILINE)[1:]:
        name, _, body = section.partition(":\n")
        separator = r"\n\n" if name == _VERSE else r"\n"
        ways[name] = [way.strip() for way in re.split(separator, body.strip()) if way.strip()]
    return ways

"""A sentence on its way to speech: characters with syllables that rules may still change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from declaim.text.segmentation import Token


@dataclass(slots=True)
class Syllables:
    """Every character of a sentence with what it is said as so far.

    Attributes:
        text: the sentence in simplified characters.
        tokens: its words, which tile it.
        citation: each character's syllable before any rule; "" where there is no Chinese reading.
        spoken: the same, as changed by the rules so far.
        fixed: positions that the user decided: no rule may touch them.
    """

    text: str
    tokens: list[Token]
    citation: list[str]
    fixed: frozenset[int] = frozenset()
    spoken: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.spoken = list(self.citation)

    @classmethod
    def of(cls, text: str, tokens: list[Token], readings: list[str], given: Mapping[int, str]) -> Syllables:
        """``readings``, with the user's own in their places."""
        return cls(text, tokens, [given.get(n, r) for n, r in enumerate(readings)], frozenset(given))

    def tone(self, at: int) -> str:
        """The tone said at a position, or "" where nothing Chinese is."""
        return self.spoken[at][-1:] if 0 <= at < len(self.spoken) else ""

    def citation_tone(self, at: int) -> str:
        """The tone before any rule."""
        return self.citation[at][-1:] if 0 <= at < len(self.citation) else ""

    def set_tone(self, at: int, tone: str) -> None:
        """Change a tone, unless the user fixed it."""
        if at not in self.fixed and self.spoken[at]:
            self.spoken[at] = self.spoken[at][:-1] + tone

    def character(self, at: int) -> str:
        """The character at a position, or "" outside the sentence."""
        return self.text[at] if 0 <= at < len(self.text) else ""

    def stretches(self) -> Iterator[list[Token]]:
        """Words that follow each other with nothing between: sandhi does not cross a mark."""
        stretch: list[Token] = []
        for token in self.tokens:
            if self.spoken[token.start]:
                stretch.append(token)
            elif stretch:
                yield stretch
                stretch = []
        if stretch:
            yield stretch

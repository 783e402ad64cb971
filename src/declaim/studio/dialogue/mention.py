"""What a language's grammar finds in narration: somebody who speaks or does something."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol


class MentionKind(StrEnum):
    """How somebody is called."""

    NAME = "name"
    """By a name or a description: Anna, the old woman, 老王, 那个人."""
    HE = "he"
    SHE = "she"
    THEY = "they"
    I = "I"  # noqa: E741 - the word itself
    IT = "it"
    OTHER = "other"
    """One of them, another: nobody in particular."""


class Mention(NamedTuple):
    """Somebody, as called in one place."""

    text: str
    kind: MentionKind
    start: int
    """Offset in the text that was looked at."""
    is_known: bool = True
    """Whether it is a pronoun or the name of somebody who is known to speak."""
    is_object: bool = False
    """Whether it stands behind a preposition: to Anna, with Tom."""


class Tag(NamedTuple):
    """Words that say who speaks: said Anna; 老王说."""

    who: Mention
    is_thought: bool = False
    listener: Mention | None = None
    is_sure: bool = True
    """Whether there is a verb of speech; otherwise the quote only follows what somebody does."""
    others: tuple[Mention, ...] = ()
    """Whoever else is mentioned before the verb, for a pronoun to mean."""


class Grammar(Protocol):
    """How one language says who speaks."""

    topic_first: bool
    """Whether a pronoun rather means who was told of first in a paragraph than who was last."""

    def leading(self, told: str) -> Mention | None:
        """Who did something last in a paragraph, if whoever does that speaks in the next one."""

    def is_new_scene(self, told: str) -> bool:
        """Whether time has passed where a paragraph begins, so that nobody's turn goes on."""

    def leaving(self, told: str) -> list[Mention]:
        """Who goes away in narration."""

    def is_silent(self, told: str) -> bool:
        """Whether a paragraph ends with somebody who says nothing."""

    def tag_behind(self, text: str) -> Tag | None:
        """Who speaks, by the narration behind a quote; None if that does not say it."""

    def tag_before(self, text: str) -> Tag | None:
        """Who speaks, by the narration before a quote."""

    def actors(self, text: str) -> list[Mention]:
        """Who is spoken of in narration, in order, a subject before all others of its sentence."""

    def addressed(self, quote: str) -> list[str]:
        """Who is spoken to by name in a quote."""

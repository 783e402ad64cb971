"""Who speaks with which voice: the characters of a book, as the user has them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from declaim.studio.dialogue.lines import Dialogue

Gender = str
"""``female``, ``male`` or empty."""


@dataclass(frozen=True, slots=True)
class Character:
    """How one character speaks.

    Attributes:
        voice: a voice or a blend; empty is the narrator's.
        aliases: other names of the same person.
        gender: ``female``, ``male`` or empty; what voices are suggested by.
        age: ``child``, ``old`` or empty.
        rate: ratio to the voice's own.
        pitch: semitones on top of the voice's own.
        expressiveness: 0 to 2; None is the configuration's.
    """

    voice: str = ""
    aliases: tuple[str, ...] = ()
    gender: Gender = ""
    age: str = ""
    rate: float = 1.0
    pitch: float = 0.0
    expressiveness: float | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """All voices of a book.

    Attributes:
        narrator: a voice or a blend; empty is the configuration's.
        characters: by name.
    """

    narrator: str = ""
    characters: dict[str, Character] = field(default_factory=dict)

    def name_of(self, speaker: str) -> str:
        """The character that a speaker is, by name or alias; empty if the cast does not have them."""
        if speaker in self.characters:
            return speaker
        return next((name for name, one in self.characters.items() if speaker in one.aliases), "")

    def voice_of(self, speaker: str) -> str:
        """The voice of a speaker; the narrator's for whoever has none."""
        name = self.name_of(speaker)
        return (self.characters[name].voice if name else "") or self.narrator


def uncast(dialogue: Dialogue, cast: Cast) -> Counter[str]:
    """Lines of speakers whom a cast does not have, by speaker: the narrator reads them."""
    counts = dialogue.counts()
    return Counter({name: count for name, count in counts.items() if name and not cast.name_of(name)})

"""How a book is laid out in time and in voices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 60.0


class DialogueVoices(StrEnum):
    """How dialogue differs from narration."""

    CAST = "cast"
    """Each character has the voice that the cast gives."""
    PROSODY = "prosody"
    """One voice, livelier in dialogue."""
    PLAIN = "plain"
    """One voice, one manner."""


@dataclass(frozen=True, slots=True)
class NarrationSettings:
    """Silences in seconds and the manner of dialogue.

    The silences are those between what is spoken; the engine's own after a sentence comes on top.

    Attributes:
        dialogue: how dialogue differs.
        dialogue_expressiveness: of dialogue in the narrator's voice, 0 to 2.
        dialogue_pitch: of dialogue in the narrator's voice, in semitones.
        thought_energy: of what is thought and not said, in dB.
        change: where the voice changes within a sentence: “Yes,” | said Anna.
        sentence: where it changes between sentences of a paragraph; also between the sentences of a passage.
        paragraph: after a paragraph.
        line: after a line of dialogue that is a paragraph: people answer sooner.
        heading: after a heading.
        verse: after a group of verses.
        quotation: after a paragraph that is set apart.
        scene_break: for a row of stars, in place of the paragraph's silence.
        chapter: after the last passage of a chapter, in place of its own.
    """

    dialogue: DialogueVoices = DialogueVoices.CAST
    dialogue_expressiveness: float = 1.25
    dialogue_pitch: float = 0.7
    thought_energy: float = -2.0
    change: float = 0.08
    sentence: float = 0.35
    paragraph: float = 0.75
    line: float = 0.55
    heading: float = 1.2
    verse: float = 1.0
    quotation: float = 0.9
    scene_break: float = 2.0
    chapter: float = 2.5

"""Voices for a book's characters: each unlike the narrator's, and those who speak most unlike each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from declaim.engines.voices import UNCLEAR_VOICES, VOICES, Voice
from declaim.studio.cast import Cast, Character
from declaim.studio.dialogue.lines import Dialogue, Person

_FOREIGN = 2.0
"""How much a voice of another language is worse than one that another character already has."""
_OWN_VOICE = 3
"""Lines from which on a character has a voice of their own while there are any."""
_NARRATORS = {"zh": "zf_xiaoxiao", "en": "af_heart"}
_FIRST_PERSON = frozenset({"我", "I"})
_KIN = {"en": ("en-US", "en-GB"), "zh": ("zh",)}
"""Tags of the voices that are native in a book's language, the commonest first."""
_UNCLEAR = 3.0
"""How much a voice that is hard to understand is worse than one that another character already has."""
_CHILD_PITCH = 3.0
_OLD_RATE = 0.93
_LOW_VOICES = frozenset({"am_onyx", "am_fenrir", "bm_george", "zm_yunjian", "zm_yunyang", "am_santa"})
_HIGH_VOICES = frozenset({"zm_yunxia", "zf_xiaoyi", "am_puck", "af_jessica", "bf_lily"})


def suggest(
    dialogue: Dialogue, language: str, existing: Cast | None = None, installed: Iterable[str] = tuple(VOICES)
) -> Cast:
    """A cast for a book; the same book always gets the same, and what a cast has already stays as it is.

    Args:
        dialogue: of the book.
        language: ``zh`` or ``en``.
        existing: what the user has.
        installed: names of the voices there are.

    Returns:
        The existing cast with everybody who speaks and is not in it.
    """
    existing = existing or Cast()
    voices = [VOICES[name] for name in sorted(set(installed)) if name in VOICES]
    narrator = existing.narrator or _NARRATORS.get(language, "af_heart")
    counts = dialogue.counts()
    characters = dict(existing.characters)
    used = Counter(voice for one in characters.values() for voice in _names(one.voice))
    for person in dialogue.people:
        if any(Cast(characters=characters).name_of(name) for name in (person.name, *person.aliases)):
            continue
        character = _character(person, counts[person.name], voices, language, narrator, used)
        characters[person.name] = character
        used.update(_names(character.voice))
    return Cast(narrator, characters)


def _character(  # noqa: PLR0917 - what a choice depends on
    person: Person, lines: int, voices: list[Voice], language: str, narrator: str, used: Mapping[str, int]
) -> Character:
    described = Character(aliases=person.aliases, gender=person.gender, age=person.age)
    if person.name in _FIRST_PERSON:
        return described  # whoever tells the story speaks as they tell it
    voice = _choose(person, lines, voices, language, narrator, used)
    described = replace(described, voice=voice)
    if person.age == "child":
        return replace(described, pitch=_CHILD_PITCH)
    return replace(described, rate=_OLD_RATE) if person.age == "old" else described


def _choose(  # noqa: PLR0917 - what a choice depends on
    person: Person, lines: int, voices: list[Voice], language: str, narrator: str, used: Mapping[str, int]
) -> str:
    """The voice of the least cost: of the gender, native, suiting, and as little used as can be."""

    def cost(voice: Voice) -> tuple[float, int, str]:
        foreign = _FOREIGN * (voice.language not in _KIN.get(language, ()))
        shared = used.get(voice.name, 0) if lines >= _OWN_VOICE else 0.5 * used.get(voice.name, 0)
        unlike = 0.0 if _suits(person, voice) else 0.2
        accent = 0.1 * (voice.language != _KIN.get(language, ("",))[0])
        unclear = _UNCLEAR * (voice.name in UNCLEAR_VOICES)
        return foreign + shared + unlike + accent + unclear, _alike(voice, used, narrator), voice.name

    fitting = [
        voice
        for voice in voices
        if person.gender in {"", voice.gender} and voice.name not in _names(narrator)
    ]
    return min(fitting, key=cost).name if fitting else ""


def _suits(person: Person, voice: Voice) -> bool:
    """Whether a voice has nothing against a character's age: children are not deep, old people not shrill."""
    if person.age == "child":
        return voice.name not in _LOW_VOICES
    return not (person.age == "old" and voice.name in _HIGH_VOICES)


def _alike(voice: Voice, used: Mapping[str, int], narrator: str) -> int:
    """How many of those who speak already have a voice of the same gender and language."""
    taken = [VOICES[name] for name in (*used, *_names(narrator)) if name in VOICES]
    return sum(one.gender == voice.gender and one.language == voice.language for one in taken)


def _names(voice: str) -> list[str]:
    """The voices in a blend."""
    return [part.split("*")[0].strip() for part in voice.split("+") if part.strip()]

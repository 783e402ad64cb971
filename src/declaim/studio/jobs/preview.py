"""What a book or an episode is going to be: chapters, voices, length, cost, before any of it is spoken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from declaim.config import Config
from declaim.studio.book import Book, Skipped
from declaim.studio.cast import Cast, Character
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.lines import Dialogue
from declaim.studio.jobs.estimate import prices
from declaim.studio.jobs.making import cast_of, language_of
from declaim.studio.jobs.options import BookOptions
from declaim.studio.jobs.speaking_time import speaking_time
from declaim.text.sentence import Language

_SAMPLE: Final = 120
"""Characters of a line by which a character is known."""
_TOO_SHORT: Final = 20
"""Characters below which a line tells little of a voice."""


@dataclass(frozen=True, slots=True)
class ChapterPreview:
    """A chapter, not spoken yet.

    Attributes:
        title: its name.
        level: depth in the table of contents, from 1.
        characters: of its text.
        seconds: of speech, estimated.
    """

    title: str
    level: int
    characters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Role:
    """A character and the voice that would speak them.

    Attributes:
        name: the character's.
        character: voice and manner.
        lines: how many they have; 0 for somebody who is only in a cast that was given.
        sample: one of the lines, shortened; empty without any.
    """

    name: str
    character: Character
    lines: int
    sample: str


@dataclass(frozen=True, slots=True)
class Preview:
    """All of it.

    Attributes:
        title: its name.
        authors: names.
        language: that most of it is in.
        chapters: in order.
        prices: see :func:`~declaim.studio.jobs.estimate.prices`.
        skipped: what the file has and the audio will not have.
        narrator: a voice or a blend; empty where only the characters speak.
        roles: characters; those of a book with most lines first, those of a script as they appear.
        warnings: what the user may not have meant, one sentence each.
    """

    title: str
    authors: tuple[str, ...]
    language: Language
    chapters: tuple[ChapterPreview, ...]
    prices: dict[str, float]
    skipped: tuple[Skipped, ...]
    narrator: str
    roles: tuple[Role, ...]
    warnings: tuple[str, ...] = ()


def preview_of(book: Book, options: BookOptions, config: Config) -> Preview:
    """Look at a book as it would be made.

    Raises:
        OptionError: the cast cannot be read.
        UnknownVoiceError: it names a voice that does not exist.
    """
    dialogue = attribute(book) if options.dialogue else Dialogue()
    cast = cast_of(book, options, config, dialogue)
    return Preview(
        title=book.title,
        authors=book.authors,
        language=language_of(book),
        chapters=tuple(
            ChapterPreview(
                chapter.title,
                chapter.level,
                chapter.characters,
                sum(speaking_time(block.text) for block in chapter.blocks),
            )
            for chapter in book.chapters
        ),
        prices=prices((block.text for _, _, block in book.blocks()), config),
        skipped=book.skipped,
        narrator=cast.narrator,
        roles=_roles(book, dialogue, cast),
    )


def _roles(book: Book, dialogue: Dialogue, cast: Cast) -> tuple[Role, ...]:
    counts: dict[str, int] = dict.fromkeys(cast.characters, 0)
    samples: dict[str, str] = {}
    for line in dialogue.lines:
        name = cast.name_of(line.speaker)
        if not name:
            continue
        counts[name] += 1
        if len(samples.get(name, "")) < _TOO_SHORT:
            place = line.place
            said = book.chapters[place.chapter].blocks[place.block].text[place.start : place.end]
            samples[name] = max(samples.get(name, ""), shortened(said), key=len)
    ordered = sorted(counts, key=lambda name: -counts[name])
    return tuple(Role(name, cast.characters[name], counts[name], samples.get(name, "")) for name in ordered)


def shortened(text: str) -> str:
    """A line as it is shown."""
    return text if len(text) <= _SAMPLE else f"{text[: _SAMPLE - 1]}…"

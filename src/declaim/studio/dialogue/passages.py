"""From a book, its dialogue and a cast to what is spoken: passages, in order, nothing left out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from declaim.prosody.score import Score
from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.cast import Cast, uncast
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.lines import Dialogue, Line
from declaim.studio.dialogue.settings import DialogueVoices, NarrationSettings
from declaim.studio.passage import Passage, Place

_LOG = logging.getLogger(__name__)
_ENDS_SENTENCE = frozenset(".!?…。！？—")
_CLOSING = "”’'\"」』»）)] \n"


def passages_of(
    book: Book, cast: Cast, settings: NarrationSettings | None = None, dialogue: Dialogue | None = None
) -> list[tuple[Passage, ...]]:
    """What is spoken of a book, a tuple of passages for each chapter.

    The places of the passages tile the text of every block, but for spaces between them.

    Args:
        book: what is read.
        cast: its voices. Whoever is not in it is read by the narrator, which the log reports.
        settings: silences and the manner of dialogue.
        dialogue: who says what, if it is known already; otherwise it is found now.
    """
    settings = settings or NarrationSettings()
    if dialogue is None:
        plain = settings.dialogue is DialogueVoices.PLAIN
        dialogue = Dialogue() if plain else attribute(book)
    if settings.dialogue is DialogueVoices.CAST and (missing := uncast(dialogue, cast)):
        listed = ", ".join(f"{name} ({count})" for name, count in missing.most_common())
        _LOG.warning("not in the cast, so read by the narrator: %s", listed)
    lines = _by_block(dialogue)
    reader = _Reader(cast, settings)
    return [reader.chapter(index, chapter, lines) for index, chapter in enumerate(book.chapters)]


def _by_block(dialogue: Dialogue) -> dict[tuple[int, int], list[Line]]:
    lines: dict[tuple[int, int], list[Line]] = {}
    for line in dialogue.lines:
        lines.setdefault((line.place.chapter, line.place.block), []).append(line)
    return lines


class _Stretch(NamedTuple):
    """A part of a block's text, and the line that it is, if it is one."""

    start: int
    end: int
    line: Line | None


class _Reader:
    """Gives stretches of text their voices and silences."""

    def __init__(self, cast: Cast, settings: NarrationSettings) -> None:
        self._cast = cast
        self._settings = settings
        self._block_pauses = {
            BlockKind.PARAGRAPH: settings.paragraph,
            BlockKind.HEADING: settings.heading,
            BlockKind.VERSE: settings.verse,
            BlockKind.QUOTATION: settings.quotation,
        }

    def chapter(
        self, index: int, chapter: Chapter, lines: dict[tuple[int, int], list[Line]]
    ) -> tuple[Passage, ...]:
        passages: list[Passage] = []
        for number, block in enumerate(chapter.blocks):
            if block.kind is BlockKind.SCENE_BREAK:
                _end_with(passages, self._settings.scene_break)
                continue
            passages += self._block(Place(index, number, 0, 0), block, lines.get((index, number), []))
        _end_with(passages, self._settings.chapter)
        return tuple(passages)

    def _block(self, place: Place, block: Block, lines: Sequence[Line]) -> list[Passage]:
        stretches = _speakable(block.text, list(_stretches(block.text, lines)))
        passages = _joined([self._passage(place, stretch) for stretch in stretches], block)
        for index, passage in enumerate(passages[:-1]):
            ends = block.text[passage.place.start : passage.place.end].rstrip(_CLOSING)[-1:] in _ENDS_SENTENCE
            pause = self._settings.sentence if ends else self._settings.change
            passages[index] = replace(passage, pause=pause)
        is_line = block.kind is BlockKind.PARAGRAPH and stretches and stretches[-1].line is not None
        _end_with(passages, self._settings.line if is_line else self._block_pauses[block.kind])
        return passages

    def _passage(self, place: Place, stretch: _Stretch) -> Passage:
        start, end, line = stretch
        place = replace(place, start=start, end=end)
        narrated = Passage("", place, voice=self._cast.narrator)  # its text comes when it is whole
        return self._spoken(narrated, line) if line else narrated

    def _spoken(self, passage: Passage, line: Line) -> Passage:
        """A line of dialogue: in the character's voice, or in the narrator's with another manner."""
        settings = self._settings
        if settings.dialogue is DialogueVoices.PLAIN:
            return passage
        by_cast = settings.dialogue is DialogueVoices.CAST
        name = self._cast.name_of(line.speaker) if by_cast else ""
        one = self._cast.characters[name] if name else None
        thought = {"energy": settings.thought_energy} if line.is_thought else {}
        if one is None or not one.voice:
            return replace(
                passage,
                speaker=name,
                score=_score(thought | {"pitch": settings.dialogue_pitch}),
                expressiveness=settings.dialogue_expressiveness,
            )
        return replace(
            passage,
            voice=one.voice,
            speaker=name,
            score=_score(thought | {"rate": one.rate, "pitch": one.pitch}),
            expressiveness=one.expressiveness,
        )


def _score(fields: dict[str, float]) -> Score | None:
    """A score of the fields that are not the voice's own; None if all are."""
    neutral = Score()
    given = {name: value for name, value in fields.items() if value != getattr(neutral, name)}
    return Score.model_validate(given) if given else None


def _stretches(text: str, lines: Sequence[Line]) -> Iterator[_Stretch]:
    """The whole text, cut where lines begin and end."""
    position = 0
    for line in lines:
        if line.place.start > position:
            yield _Stretch(position, line.place.start, None)
        yield _Stretch(line.place.start, line.place.end, line)
        position = line.place.end
    if position < len(text):
        yield _Stretch(position, len(text), None)


def _speakable(text: str, stretches: list[_Stretch]) -> list[_Stretch]:
    """Stretches without a letter or digit go with the one before, at the beginning with the one behind."""
    kept: list[_Stretch] = []
    carried = 0
    for stretch in stretches:
        start = stretch.start - carried
        if any(letter.isalnum() for letter in text[stretch.start : stretch.end]):
            kept.append(stretch._replace(start=start))
            carried = 0
        elif kept:
            kept[-1] = kept[-1]._replace(end=stretch.end)
        else:
            carried = stretch.end - start
    if not kept and carried:
        kept.append(_Stretch(0, carried, None))
    return kept


def _joined(passages: list[Passage], block: Block) -> list[Passage]:
    """Neighbours that are spoken alike by the same are one passage: sentences are better whole."""
    joined = []
    for _, alike in groupby(passages, key=_manner):
        run = list(alike)
        place = replace(run[0].place, end=run[-1].place.end)
        joined.append(replace(run[0], place=place, text=block.spoken(place.start, place.end)))
    return joined


def _manner(passage: Passage) -> tuple[object, ...]:
    return passage.voice, passage.speaker, passage.score, passage.expressiveness


def _end_with(passages: list[Passage], pause: float) -> None:
    if passages:
        passages[-1] = replace(passages[-1], pause=pause)

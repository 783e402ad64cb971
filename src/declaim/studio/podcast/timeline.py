"""When everything is heard: turns after each other with their gaps, and music around them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.errors import EngineError
from declaim.studio.podcast.gaps import gap_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from declaim.studio.podcast.listening import Listening
    from declaim.studio.podcast.script import Script, Turn
    from declaim.studio.podcast.show import Bed, Music, Show
    from declaim.studio.recording import Take

_BEGINNING: Final = 0.2
"""Seconds before the first word, where there is no intro."""
_MOST_OVERLAPPED: Final = 0.5
"""Share of either turn that may be under the other."""
_CHAPTER_BEFORE: Final = 0.3
"""Seconds by which a chapter begins before its first word: players start a little late."""


@dataclass(frozen=True, slots=True)
class PlacedTake:
    """A take and when its file begins, in seconds of the episode."""

    take: Take
    start: float


@dataclass(frozen=True, slots=True)
class PlacedTurn:
    """A turn and when it is heard.

    Attributes:
        section: its index.
        turn: what was said.
        onset: seconds of the episode at its first sound.
        offset: behind the last one.
        takes: its sentences.
    """

    section: int
    turn: Turn
    onset: float
    offset: float
    takes: tuple[PlacedTake, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """When a piece of music is heard, in seconds of the episode, with its fades."""

    start: float
    end: float
    fade_in: float
    fade_out: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """An episode laid out.

    Attributes:
        turns: in order of the script; a turn of which nothing could be spoken is not there.
        sections: for each that is heard its index and when it begins; the first begins at 0.
        seconds: of the whole.
        intro, outro, bed: when music is heard; None where there is none, or no room for it.
    """

    turns: tuple[PlacedTurn, ...]
    sections: tuple[tuple[int, float], ...]
    seconds: float
    intro: Cue | None = None
    outro: Cue | None = None
    bed: Cue | None = None


@dataclass(frozen=True, slots=True)
class MusicLengths:
    """Seconds that there are of the intro and the outro; 0 where there is none."""

    intro: float = 0.0
    outro: float = 0.0


def lay_out(
    show: Show, script: Script, takes: Iterable[Take], heard: Listening, lengths: MusicLengths
) -> Timeline:
    """Lay out an episode.

    Args:
        show: its gaps, overlaps and music.
        script: its turns.
        takes: all sentences, in order; their places are indices of the script's sections and turns.
        heard: where speech is in them.
        lengths: of the music that there is.

    Raises:
        EngineError: there is no take.
    """
    intro_lead = _lead(show.intro, lengths.intro)
    turns = _place_turns(show, script, takes, heard, intro_lead if show.intro else _BEGINNING)
    if not turns:
        raise EngineError("nothing was spoken")
    end = max(turn.offset for turn in turns)
    intro = _intro(show.intro, lengths.intro, end + show.gaps.ending)
    outro = _outro(show.outro, lengths.outro, end)
    seconds = max(outro.end if outro else end + show.gaps.ending, intro.end if intro else 0.0)
    bed = _bed(show.bed, intro, outro, seconds)
    return Timeline(turns, _section_starts(turns), seconds, intro, outro, bed)


def _place_turns(
    show: Show, script: Script, takes: Iterable[Take], heard: Listening, start: float
) -> tuple[PlacedTurn, ...]:
    placed: list[PlacedTurn] = []
    for (section, index), group in groupby(takes, key=lambda take: (take.place.chapter, take.place.block)):
        turn, sentences = script.sections[section].turns[index], list(group)
        length = _speech_seconds(sentences, heard)
        onset = _onset(show, placed[-1], section, turn, length) if placed else start
        placed.append(_place(section, turn, onset, sentences, heard))
    return tuple(placed)


def _speech_seconds(takes: Sequence[Take], heard: Listening) -> float:
    """From the first sound of a turn to its last."""
    before_last = sum(take.seconds for take in takes[:-1])
    first, last = heard.bounds[takes[0].path], heard.bounds[takes[-1].path]
    return before_last + (last.offset - first.onset) / SAMPLE_RATE


def _onset(show: Show, before: PlacedTurn, section: int, turn: Turn, length: float) -> float:
    if section != before.section:
        return before.offset + before.turn.pause + show.gaps.section
    is_same = turn.speaker == before.turn.speaker
    overlap = (
        0.0 if is_same else min(show.overlap, _MOST_OVERLAPPED * min(length, before.offset - before.onset))
    )
    gap = gap_between(before.turn, turn, scale=show.gaps.turn, overlap=overlap)
    return before.offset + before.turn.pause + gap


def _place(section: int, turn: Turn, onset: float, takes: Sequence[Take], heard: Listening) -> PlacedTurn:
    start = max(0.0, onset - heard.bounds[takes[0].path].onset / SAMPLE_RATE)
    placed, onset = [], start + heard.bounds[takes[0].path].onset / SAMPLE_RATE
    offset = onset
    for take in takes:
        placed.append(PlacedTake(take, start))
        offset = start + heard.bounds[take.path].offset / SAMPLE_RATE
        start += take.seconds
    return PlacedTurn(section, turn, onset, offset, tuple(placed))


def _section_starts(turns: Sequence[PlacedTurn]) -> tuple[tuple[int, float], ...]:
    starts: dict[int, float] = {}
    for turn in turns:
        starts.setdefault(turn.section, max(0.0, turn.onset - _CHAPTER_BEFORE) if starts else 0.0)
    return tuple(starts.items())


def _lead(music: Music | None, available: float) -> float:
    """Seconds that a piece has for itself: no more than there are of it."""
    return min(music.lead, music.length, available) if music else 0.0


def _intro(music: Music | None, available: float, end: float) -> Cue | None:
    """From the beginning, no longer than what follows."""
    if not music:
        return None
    return _cue(music, 0.0, min(music.length, available, end))


def _outro(music: Music | None, available: float, end: float) -> Cue | None:
    """So that what it has for itself comes behind the last word, at ``end``."""
    if not music:
        return None
    lead, length = _lead(music, available), min(music.length, available)
    return _cue(music, max(0.0, end + lead - length), end + lead)


def _bed(bed: Bed | None, intro: Cue | None, outro: Cue | None, seconds: float) -> Cue | None:
    """From the intro's end to the outro's beginning, each faded into the other."""
    if not bed:
        return None
    start = max(0.0, intro.end - intro.fade_out) if intro else 0.0
    end = min(seconds, outro.start + bed.fade_out) if outro else seconds
    return _cue(bed, start, end)


def _cue(music: Music | Bed, start: float, end: float) -> Cue | None:
    """A cue whose fades have room; None if nothing is left of it."""
    if end <= start:
        return None
    half = (end - start) / 2
    return Cue(start, end, min(music.fade_in, half), min(music.fade_out, half))

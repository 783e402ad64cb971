"""Turns as passages to be spoken, and how long they will take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from declaim.engines.voices import parse_blend
from declaim.errors import NothingToSayError
from declaim.prosody.score import Score
from declaim.studio.passage import Passage, Place
from declaim.studio.podcast.show import Speaker
from declaim.text.frontend import read_markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from declaim.studio.podcast.script import Script, Turn
    from declaim.studio.podcast.show import Show
    from declaim.studio.podcast.voices import CastMember

_LONG: Final = 600
"""Characters from which a turn is cut where a line ends: more are not planned as one anyway."""
_BREAK: Final = re.compile(r"\n+")

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z0-9][\w'’]*", re.ASCII)
_SECONDS_A_CHARACTER: Final = 0.208
_SECONDS_A_WORD: Final = 0.31
"""Means of seven of Kokoro's voices on dialogue, pauses between sentences included; each within 10 %."""


def passages_of(show: Show, script: Script, cast: Iterable[CastMember]) -> list[tuple[Passage, ...]]:
    """What is to be spoken, a tuple for each section.

    ``Place.block`` is the index of the turn in its section, and its offsets count in :func:`printed_turn`.
    """
    voices = {member.name: member.voice for member in cast}
    sections: list[list[Passage]] = [[] for _ in script.sections]
    for section, index, turn in script.turns():
        speaker = show.speakers.get(turn.speaker, Speaker())
        sections[section] += _passages(turn, section, index, speaker, voices)
    return [tuple(passages) for passages in sections]


def _passages(
    turn: Turn, section: int, index: int, speaker: Speaker, voices: Mapping[str, str]
) -> Iterator[Passage]:
    stretches = list(_stretches(turn.text))
    behind, done = 0, 0
    for start, end in stretches:
        text = turn.text[start:end]
        first = done + len(turn.text[behind:start])
        behind, done = end, first + len(printed_text(text))
        yield Passage(
            text=text,
            place=Place(section, index, first, done),
            voice=voices[turn.speaker],
            speaker=turn.speaker,
            score=_score(turn, speaker),
            expressiveness=speaker.expressiveness,
            pause=turn.pause if end == stretches[-1][1] else 0.0,
        )


def printed_turn(turn: Turn) -> str:
    """What is read of a turn: its text without markup."""
    text, behind = "", 0
    for start, end in _stretches(turn.text):
        text += turn.text[behind:start] + printed_text(turn.text[start:end])
        behind = end
    return text


def printed_text(text: str) -> str:
    """A text without its markup; as it is, if there is nothing in it to be spoken."""
    try:
        return read_markup(text, parse_blend).text.text
    except NothingToSayError:
        return text


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """A long text's paragraphs, gathered as far as they stay short; markup that spans lines stays whole."""
    start, end = 0, 0
    for match in _BREAK.finditer(text):
        if match.start() - start > _LONG and end > start and _is_closed(text[start:end]):
            yield start, end
            start = _after(text, end)
        end = match.start()
    if len(text) - start > _LONG and end > start and _is_closed(text[start:end]):
        yield start, end
        start = _after(text, end)
    yield start, len(text)


def _after(text: str, end: int) -> int:
    match = _BREAK.match(text, end)
    return match.end() if match else end


def _is_closed(text: str) -> bool:
    return text.count("[voice ") == text.count("[/voice]") and not text.lstrip().startswith("<speak")


def _score(turn: Turn, speaker: Speaker) -> Score | None:
    """What the hint asks for, at the speaker's rate."""
    if speaker.rate is None:
        return turn.score
    hinted = turn.score or Score()
    rate = min(max(hinted.rate * speaker.rate, 0.5), 2.0)
    return hinted.with_given(Score(rate=rate))


def estimated_seconds(text: str) -> float:
    """About how long it takes to say a text."""
    return _SECONDS_A_CHARACTER * len(_HAN.findall(text)) + _SECONDS_A_WORD * len(_LATIN_WORD.findall(text))

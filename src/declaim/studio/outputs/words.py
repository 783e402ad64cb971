"""When each word of a take is heard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.studio.recording import Take
from declaim.text.characters import HAN
from declaim.timings import WordTiming

_WORD: Final = re.compile(rf"[{HAN}]|[^\W{HAN}]+(?:['’\-][^\W{HAN}]+)*")


def words_of(take: Take) -> tuple[WordTiming, ...]:
    """The engine's own times or, of an engine that gives none, words spread evenly by their characters."""
    return take.words or tuple(_spread(take))


def _spread(take: Take) -> Iterator[WordTiming]:
    matches = list(_WORD.finditer(take.text))
    letters = sum(len(match.group()) for match in matches)
    length, spoken = take.samples / SAMPLE_RATE, 0
    for match in matches:
        start, spoken = spoken, spoken + len(match.group())
        span = take.place.start + match.start(), take.place.start + match.end()
        yield WordTiming(match.group(), span, length * start / letters, length * spoken / letters)

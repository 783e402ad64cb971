"""Prosody by rule: what punctuation, layout and words say by themselves. Always there, at once."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from declaim.prosody.emotion import Emotion
from declaim.prosody.focus import foci
from declaim.prosody.prominence import emphasised
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.reading import reading_of
from declaim.prosody.score import Emphasis, Score
from declaim.prosody.terms import Discourse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from declaim.prosody.reading import Reading
    from declaim.text.sentence import Sentence

_QUOTED = re.compile(r'[“「『"][^”」』"]*[”」』"]')
_ASIDE = re.compile(r"\s*[(（][^()（）]*[)）][\s。.]*")
_MOSTLY = 0.5
"""Share of a sentence that must be in quotation marks for it to be somebody's speech."""

_EXCLAMATION = Prosody(rate=1.02, pitch=0.5, pitch_range=1.1, energy=1.0)
_SPEECH = Prosody(pitch=0.4, pitch_range=1.08)
_ASIDE_SAID = Prosody(rate=1.04, pitch=-0.6, pitch_range=0.9, energy=-1.5)
_TRAILING_OFF = Prosody(rate=0.95, pitch_range=0.95, energy=-0.5)
_PARAGRAPH_BEGINS = Prosody(pitch=0.4)
"""The first sentence of a paragraph is higher, its last slower (Lehiste, "The phonetic structure of
paragraphs", 1975). One that is all of its paragraph is neither."""
_PARAGRAPH_ENDS = Prosody(rate=0.98, pitch=-0.2)
_LONGEST = 300
"""Words. Stage 1 splits sooner; every word is compared with all before it."""
_TRAILING_PAUSE = 0.6
"""Seconds after a sentence that trails off."""


class RulesReader:
    """Reads sentences by these rules."""

    def read(self, sentences: Iterable[Sentence], text: str) -> Iterator[tuple[Sentence, Score]]:
        """Each sentence with its score.

        Args:
            sentences: in order.
            text: the user's text, which their spans point into.
        """
        discourse = Discourse()
        begins_paragraph = True
        for sentence in sentences:
            reading = reading_of(sentence)
            emphasis = rule_emphasis(sentence, reading, discourse)
            score = rule_score(sentence, text, begins_paragraph=begins_paragraph)
            yield sentence, score.model_copy(update={"emphasis": emphasis})
            begins_paragraph = sentence.ends_paragraph


def rule_emphasis(sentence: Sentence, reading: Reading, discourse: Discourse) -> tuple[Emphasis, ...]:
    """The words in focus; the sentence becomes part of the discourse."""
    if len(reading.words) > _LONGEST:
        return ()
    focus = foci(discourse.read(reading), is_question=_final_mark(sentence) == "?")
    return emphasised(reading, focus)


def rule_score(sentence: Sentence, text: str, *, begins_paragraph: bool) -> Score:
    """The score that a sentence's marks ask for, without emphasis."""
    written = text[slice(*sentence.span)]
    mark = _final_mark(sentence)
    astonished = re.search(r"[?？][!！]|[!！][?？]", written) is not None
    rules = (
        (mark == "!" or astonished, _EXCLAMATION),
        (mark == "…", _TRAILING_OFF),
        (_is_speech(written), _SPEECH),
        (_ASIDE.fullmatch(written) is not None, _ASIDE_SAID),
        (begins_paragraph and not sentence.ends_paragraph, _PARAGRAPH_BEGINS),
        (sentence.ends_paragraph and not begins_paragraph, _PARAGRAPH_ENDS),
    )
    said = NEUTRAL
    for applies, effect in rules:
        said = said * effect if applies else said
    pauses = (*[None] * (len(sentence.clauses) - 1), _TRAILING_PAUSE) if mark == "…" else ()
    emotion = Emotion(surprised=0.5) if astonished else Emotion()
    return Score(emotion=emotion, pauses=pauses, **asdict(said))


def _final_mark(sentence: Sentence) -> str:
    return next((clause.punctuation for clause in reversed(sentence.clauses) if clause.punctuation), "")


def _is_speech(written: str) -> bool:
    quoted = sum(len(match.group()) for match in _QUOTED.finditer(written))
    return quoted > _MOSTLY * len(written.strip() or " ")

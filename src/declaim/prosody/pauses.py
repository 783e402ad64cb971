"""How long to be silent after a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from declaim.text.sentence import Sentence

_INSIDE = 0.25
"""Seconds where a sentence only seems to end: it was too long to be spoken at once, or the voice changes."""
_SENTENCE_END = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence in seconds. Inside sentences the acoustic model makes its own, unless markup asks for one."""

    sentence: float
    paragraph: float

    def write(self, sentence: Sentence, *, is_last: bool) -> Sentence:
        """The sentence with a pause after its last clause; what markup asks for stands."""
        final = sentence.clauses[-1]
        if final.pause is not None:
            return sentence
        if is_last:
            pause = min(self.sentence, _INSIDE)
        elif sentence.ends_paragraph:
            pause = self.paragraph
        else:
            pause = self.sentence if final.punctuation in _SENTENCE_END else _INSIDE
        return replace(sentence, clauses=(*sentence.clauses[:-1], replace(final, pause=pause)))

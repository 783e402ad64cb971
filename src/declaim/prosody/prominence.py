"""From focus and surprisal to prominence and boundaries.

Which words are prominent is a matter of focus (:mod:`declaim.prosody.focus`). How much so is one of surprise:
speakers lengthen and raise words that are unpredictable in their context and reduce those that are given:
Aylett and Turk, "The smooth signal redundancy hypothesis", Language and Speech 47 (2004); Pan and Hirschberg,
"Modeling local context for pitch accent prediction", ACL 2000; Wolf et al., "Quantifying the redundancy
between prosody and text", EMNLP 2023, with language models. They pause longer before what is less expected:
Goldman-Eisler, "Speech production and the predictability of words in context", Quarterly Journal of
Experimental Psychology 10 (1958).

Surprisal counts in English only: the language model knows too little Chinese (``bench/prosody/emphasis``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from declaim.prosody.score import Emphasis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from declaim.prosody.language_model.tokenizer import Token
    from declaim.prosody.reading import Reading
    from declaim.text.sentence import Span

_FEWEST_WORDS = 3
"""English words of a sentence among which one can stand out."""
_LEAST_STRENGTH = 0.2
_FOR_SURPRISE = 0.1
"""Strength that a word gains for each standard deviation above the mean of its sentence, up to two, or loses
for each below, up to one."""
_FIRM = 0.7
"""Standard deviations above the mean at which a clause that begins so has a firmer boundary before it."""
_BOUNDARIES = {",": 0.22, ";": 0.32, ":": 0.32, "—": 0.32, "…": 0.4}
"""Seconds of silence that a voice leaves at a mark inside a sentence, about."""
_STRETCH = 0.25
"""Share by which a boundary grows for each standard deviation, up to twice that."""


def word_surprisals(
    reading: Reading, tokens: Sequence[Token], surprisals: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The surprisal of each word in nats: the sum over its tokens (the chain rule)."""
    sums = np.zeros(len(reading.words), dtype=np.float32)
    index = 0
    for token, surprisal in zip(tokens, surprisals, strict=True):
        last = max(token.start, token.end - 1)
        while index < len(reading.words) and reading.words[index].end <= last:
            index += 1
        if index < len(reading.words) and reading.words[index].start <= last:
            sums[index] += surprisal
    return sums


def emphasised(reading: Reading, focus: Mapping[int, float]) -> tuple[Emphasis, ...]:
    """An emphasis for each written stretch ("2024" is several words) with a word in focus, at the strongest.

    Args:
        reading: the sentence.
        focus: the strength of words, by their index in it.
    """
    found: dict[Span, Emphasis] = {}
    for index, strength in sorted(focus.items()):
        word = reading.words[index].word
        if word.span not in found or found[word.span].strength < strength:
            found[word.span] = Emphasis(word=word.spoken, strength=round(strength, 3), start=word.span[0])
    return tuple(found.values())


def weighed(
    emphasis: Sequence[Emphasis], reading: Reading, surprisals: NDArray[np.float32]
) -> tuple[Emphasis, ...]:
    """The same emphasis, stronger where an English word is a surprise, and weaker where it is none.

    Args:
        emphasis: on words of the sentence.
        reading: the sentence.
        surprisals: of each of its words.
    """
    english = [i for i, each in enumerate(reading.words) if each.word.language == "en"]
    if len(english) < _FEWEST_WORDS:
        return tuple(emphasis)
    values = surprisals[english]
    scores = np.clip((values - values.mean()) / max(float(values.std()), 1.0), -1, 2).tolist()
    by_place: dict[int, float] = {}
    for i, score in zip(english, scores, strict=True):
        place = reading.words[i].word.span[0]
        by_place[place] = max(score, by_place.get(place, score))
    return tuple(
        each.model_copy(update={"strength": _strengthened(each.strength, by_place.get(each.start or 0, 0.0))})
        for each in emphasis
    )


def _strengthened(strength: float, score: float) -> float:
    return round(min(max(strength + _FOR_SURPRISE * score, _LEAST_STRENGTH), 1.0), 3)


def boundaries(
    reading: Reading, marks: Sequence[str], surprisals: NDArray[np.float32]
) -> tuple[float | None, ...]:
    """Seconds of silence after each clause: longer where a surprise follows in English, else the voice's own.

    Args:
        reading: the sentence.
        marks: the punctuation of each clause.
        surprisals: of each word.
    """
    if len(marks) < 2:  # noqa: PLR2004 - one clause has no boundary inside
        return ()
    spread, mean = max(float(surprisals.std()), 1.0), float(surprisals.mean())
    pauses: list[float | None] = []
    for index, mark in enumerate(marks[:-1]):
        following = next((i for i, each in enumerate(reading.words) if each.clause == index + 1), None)
        is_known = following is not None and reading.words[following].word.language == "en"
        score = (float(surprisals[following]) - mean) / spread if is_known else 0.0
        firm = score >= _FIRM and mark in _BOUNDARIES
        pauses.append(round(_BOUNDARIES[mark] * (1 + _STRETCH * min(score, 2.0)), 3) if firm else None)
    return (*pauses, None)

"""From surprisal to prominence and boundaries: what could not be expected is said with more weight.

Speakers lengthen and raise words that are unpredictable in their context and reduce those that are given:
Aylett and Turk, "The smooth signal redundancy hypothesis", Language and Speech 47 (2004); Pan and Hirschberg,
"Modeling local context for pitch accent prediction", ACL 2000; Wolf et al., "Quantifying the redundancy
between prosody and text", EMNLP 2023, with language models. They pause longer before what is less expected:
Goldman-Eisler, "Speech production and the predictability of words in context", Quarterly Journal of
Experimental Psychology 10 (1958).
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from declaim.prosody.score import Emphasis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from declaim.prosody.language_model.tokenizer import Token
    from declaim.prosody.reading import Reading, ReadWord

_FUNCTION_WORDS = frozenset(
    word
    for line in (files("declaim.prosody") / "data" / "function_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_MOST_EMPHASISED = 2
_WORDS_FOR_EACH = 6
"""A sentence has at most one emphasised word for so many words, and two in all."""
_FEWEST_WORDS = 3
_PROMINENT = 1.0
"""Standard deviations above the sentence's content words from which a word stands out."""
_LEAST_SURPRISAL = 6.0
"""Nats. Below this a word is expected, however dull the rest of its sentence is."""
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


def emphasised(reading: Reading, surprisals: NDArray[np.float32]) -> tuple[Emphasis, ...]:
    """The words that carry what is new, with the strength that their surprisal gives them."""
    content = [i for i, each in enumerate(reading.words) if not _is_function_word(each)]
    if len(content) < _FEWEST_WORDS:
        return ()
    values = surprisals[content]
    scores = (values - values.mean()) / max(float(values.std()), 1.0)
    many = min(_MOST_EMPHASISED, max(1, len(reading.words) // _WORDS_FOR_EACH))
    chosen = sorted(np.argsort(-scores, kind="stable")[:many].tolist())
    return tuple(
        _emphasis(reading.words[content[i]], float(scores[i]))
        for i in chosen
        if scores[i] >= _PROMINENT and values[i] >= _LEAST_SURPRISAL
    )


def _emphasis(each: ReadWord, score: float) -> Emphasis:
    strength = min(1.0, 0.25 + 0.15 * score)
    return Emphasis(word=each.word.spoken, strength=round(strength, 3), start=each.word.span[0])


def _is_function_word(each: ReadWord) -> bool:
    return each.word.spoken.lower() in _FUNCTION_WORDS


def boundaries(
    reading: Reading, marks: Sequence[str], surprisals: NDArray[np.float32]
) -> tuple[float | None, ...]:
    """Seconds of silence after each clause: longer where what follows is a surprise, else the voice's own.

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
        following = [s for each, s in zip(reading.words, surprisals, strict=True) if each.clause == index + 1]
        score = (float(following[0]) - mean) / spread if following else 0.0
        firm = score >= _FIRM and mark in _BOUNDARIES
        pauses.append(round(_BOUNDARIES[mark] * (1 + _STRETCH * min(score, 2.0)), 3) if firm else None)
    return (*pauses, None)

"""A sentence as the acoustic model reads it: phoneme tokens, and which word each belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from declaim.prosody.prosody import NEUTRAL, Prosody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from declaim.text.sentence import Clause, Sentence, Word

_NO_WORD = -1


@dataclass(slots=True)
class TokenSequence:
    """The tokens of a sentence, boundary tokens not included."""

    ids: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    """For each token the index of its word in the sentence, −1 for spaces and punctuation."""
    prosodies: list[Prosody] = field(default_factory=list)
    """For each token what its word is to be performed with."""
    clause_ends: list[int] = field(default_factory=list)
    """For each clause with words the index of its last token."""
    holds: dict[int, float] = field(default_factory=dict)
    """For tokens that stand for silence, by index, the seconds that they are to last."""

    def add(self, phonemes: str, vocabulary: Mapping[str, int], word: int, prosody: Prosody) -> None:
        """Append the tokens of a phoneme string; symbols outside the vocabulary make no token."""
        ids = [vocabulary[symbol] for symbol in phonemes if symbol in vocabulary]
        self.ids += ids
        self.words += [word] * len(ids)
        self.prosodies += [prosody] * len(ids)


def tokenise(sentence: Sentence, vocabulary: Mapping[str, int]) -> TokenSequence:
    """The sentence's tokens; a space is said as the word after it, a mark as the word before it.

    They take an emphasised word's melody and level, but not its length: silence is not stressed.
    """
    sequence = TokenSequence()
    clauses = [clause for clause in sentence.clauses if clause.words]
    index = -1
    after_space = False
    prosody = NEUTRAL
    for clause in clauses:
        previous: Word | None = None
        for word in clause.words:
            index += 1
            if not any(symbol in vocabulary for symbol in word.phonemes):
                continue  # nothing of it is heard: not a second space either
            before = "" if after_space else _separator(previous, word, sequence)
            said = word.prosody * word.emphasis
            prosody = replace(said, rate=word.prosody.rate)
            sequence.add(before, vocabulary, _NO_WORD, prosody)
            sequence.add(word.phonemes, vocabulary, index, said)
            previous = word
            after_space = False
        closing = _closing(clause, is_last=clause is clauses[-1])
        sequence.add(closing, vocabulary, _NO_WORD, prosody)
        after_space = closing == " "
        sequence.clause_ends.append(len(sequence.ids) - 1)
        if clause.hold is not None and clause is not clauses[-1]:
            sequence.holds[len(sequence.ids) - 1] = clause.hold
    return sequence


def _separator(previous: Word | None, word: Word, sequence: TokenSequence) -> str:
    """A space between words; behind punctuation only English has one, as in the model's training text."""
    if not sequence.ids:
        return ""
    return " " if previous is not None or word.language == "en" else ""


def _closing(clause: Clause, *, is_last: bool) -> str:
    """The clause's punctuation, or what stands for it: a cut needs a boundary that the model can hear."""
    if clause.punctuation:
        return clause.punctuation
    if is_last:
        return "."
    return " " if clause.pause is None and clause.hold is None else ","

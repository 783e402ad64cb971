"""A sentence as FastSpeech2 reads it: initials, finals with their tones, and the boundaries between them.

The symbols are those of TensorFlowTTS's preparation of the Baker corpus, whose transcripts have, besides
pinyin, marks of prosody by ear: ``#0`` stands between syllables, ``#1`` between prosodic words, ``#3``
between intonation phrases, that is where a pause is; ``sil`` is the silence around an utterance.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from declaim.engines.fastspeech.loanwords import LoanwordReader, Syllable
from declaim.errors import ModelError
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.text.phonemes import PUNCTUATION, is_audible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from declaim.text.sentence import Clause, Sentence, Span, Word

_NO_WORD = -1
_SILENCE, _END = "sil", "eos"
_BETWEEN_SYLLABLES, _BETWEEN_WORDS, _PAUSE = "#0", "#1", "#3"
_UNVOICED = frozenset("^ b c ch d f g h j k p q s sh t x z zh".split())  # noqa: SIM905 - as it is read
"""Initials without an F0; in pinyin b, d, g, z, zh and j are voiceless, too, and ``^`` stands for nothing.
Boundaries have one: the end of the vowel before them lies in them."""

_RARE = {
    "bia": "biao", "biang": "bian", "cei": "cui", "din": "ding", "fiao": "fou", "hm": "hen", "hng": "heng",
    "len": "leng", "m": "mu", "n": "en", "nun": "nuan", "pia": "piao", "sei": "sai", "yai": "ya",
}  # fmt: skip
"""Syllables of dialects and interjections that the corpus does not have, by the nearest that it has."""


@dataclass(slots=True)
class SymbolSequence:
    """The symbols of an utterance, which is one or more clauses."""

    ids: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    """For each symbol the index of its word in the utterance, −1 where silence is. The boundary behind a word
    is the word's: its last sound is drawn out into it."""
    prosodies: list[Prosody] = field(default_factory=list)
    """For each symbol what it is to be performed with."""
    is_voiced: list[bool] = field(default_factory=list)
    """For each symbol whether its F0 is one that is heard."""
    clause_ends: list[int] = field(default_factory=list)
    """For each clause the index of the symbol that ends it."""
    holds: dict[int, float] = field(default_factory=dict)
    """Seconds that pauses are to last, by the index of their symbol."""


def approximated(sentence: Sentence) -> tuple[Span, ...]:
    """Written stretches that are said by the nearest syllables that there are: whatever is not Mandarin."""
    words = (word for clause in sentence.clauses for word in clause.words)
    foreign = (word for word in words if is_audible(word.phonemes) and not any(word.pinyin))
    return tuple(dict.fromkeys(word.span for word in foreign))


class Symbols:
    """Writes clauses in the model's symbols.

    Args:
        ids: the number of each symbol.
        syllables: initial and final of each toneless pinyin syllable.
    """

    def __init__(self, ids: Mapping[str, int], syllables: Mapping[str, Sequence[str]]) -> None:
        self._ids = ids
        self._syllables = {pinyin: (initial, final) for pinyin, (initial, final) in syllables.items()}
        self._read_loanword = LoanwordReader(self._syllables.values())

    @classmethod
    def load(cls, path: Path) -> Symbols:
        """Read ``baker_mapper.json``.

        Raises:
            ModelError: the file is missing or damaged.
        """
        try:
            tables = json.loads(path.read_text(encoding="utf-8"))
            return cls(tables["symbol_to_id"], tables["pinyin_dict"])
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ModelError(
                f"the symbols in {path.name} cannot be read: {error}", hint="run `declaim models verify`"
            ) from error

    def syllables(self, word: Word) -> list[Syllable]:
        """The syllables of a word; none when nothing of it is heard."""
        if not any(word.pinyin):
            return self._read_loanword(word.phonemes)
        said: list[Syllable] = []
        for pinyin in filter(None, word.pinyin):
            if pinyin == "er5" and said:  # erhua colours the syllable before it
                said[-1] = (*said[-1], "er5")
            else:
                initial, final = self._syllables[_RARE.get(pinyin[:-1], pinyin[:-1])]
                said.append((initial, final + pinyin[-1]))
        return said

    def write(self, clauses: Sequence[Clause]) -> SymbolSequence:
        """The symbols of an utterance, in each of whose clauses something is heard.

        A pause is performed as the word before it, whose end lies in it; the silence at the beginning as the
        first word.
        """
        sequence = SymbolSequence()
        self._add(sequence, [_SILENCE], _NO_WORD, NEUTRAL)
        index = -1
        for number, clause in enumerate(clauses):
            for word in clause.words:
                index += 1
                if syllables := self.syllables(word):
                    self._add_word(sequence, word, syllables, index)
            self._close(sequence, clause, is_last=number == len(clauses) - 1)
        self._add(sequence, [_END], _NO_WORD, sequence.prosodies[-1])
        sequence.prosodies[0] = sequence.prosodies[1]
        return sequence

    def _add_word(self, sequence: SymbolSequence, word: Word, syllables: list[Syllable], index: int) -> None:
        said = word.prosody * word.emphasis
        for syllable in syllables:
            self._add(sequence, [*syllable, _BETWEEN_SYLLABLES], index, said)
        is_paused = word.phonemes[-1:] in PUNCTUATION
        sequence.ids[-1] = self._ids[_PAUSE if is_paused else _BETWEEN_WORDS]

    def _close(self, sequence: SymbolSequence, clause: Clause, *, is_last: bool) -> None:
        """Make of the boundary behind a clause's last word the one behind the clause."""
        pauses = bool(clause.punctuation) or clause.pause is not None or clause.hold is not None
        if is_last or pauses:
            sequence.ids[-1] = self._ids[_SILENCE if is_last else _PAUSE]
            sequence.words[-1] = _NO_WORD
        if clause.hold is not None and not is_last:
            sequence.holds[len(sequence.ids) - 1] = clause.hold
        sequence.clause_ends.append(len(sequence.ids) - 1)

    def _add(self, sequence: SymbolSequence, symbols: Iterable[str], word: int, prosody: Prosody) -> None:
        for symbol in symbols:
            sequence.ids.append(self._ids[symbol])
            sequence.words.append(word)
            sequence.prosodies.append(prosody)
            sequence.is_voiced.append(symbol not in _UNVOICED and len(sequence.ids) > 1)

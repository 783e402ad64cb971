"""From the words of a sentence to clauses, each of a length that the models take well."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeVar

from declaim.text.sentence import Clause, Sentence, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_T = TypeVar("_T")

MAX_CLAUSE_TOKENS = 128
"""Phonemes of the longest piece that is vocoded at once: about six seconds of speech."""
MAX_SENTENCE_TOKENS = 300
"""Phonemes of the longest sentence whose melody is planned at once. The model takes 510, but hurries above
400 (hexgrad/Kokoro-82M, VOICES.md: "rushing" on long utterances)."""

_PUNCTUATION = {
    **dict.fromkeys("，、,（()）", ","),
    **dict.fromkeys("；;", ";"),
    **dict.fromkeys("：:", ":"),
    **dict.fromkeys("。｡.", "."),
    **dict.fromkeys("！!", "!"),
    **dict.fromkeys("？?", "?"),
    **dict.fromkeys("—–", "—"),
    "…": "…",
}
_STRENGTH = "?!….;:—,"
"""When several marks stand together, the first of these counts."""
_MARK = re.compile(r"\.{3,}|\s-+\s|[" + re.escape("".join(_PUNCTUATION)) + "]")
_OPENERS = "“‘「『（(《〈【[\"'"


def punctuation(gap: str) -> str:
    """The phoneme of the punctuation between two words: one of ``, . ! ? : ; — …``, or nothing."""
    marks = {_phoneme(match.group()) for match in _MARK.finditer(gap)}
    return next((mark for mark in _STRENGTH if mark in marks), "")


def _phoneme(mark: str) -> str:
    if mark.startswith("..."):
        return "…"
    return "—" if "-" in mark else _PUNCTUATION[mark]


def opening(gap: str) -> int:
    """How many characters at the end of a gap (quotation marks, brackets) belong to what follows.

    Straight quotation marks look the same at either end of a quotation; they open behind a space or a colon.
    """
    before = gap.rstrip(_OPENERS + " \n")
    opened = gap[len(before) :]
    if not (opened.startswith((" ", "\n")) or before.endswith((":", "："))):
        opened = opened.lstrip("\"'")
    return len(opened.lstrip())


def tokens(word: Word) -> int:
    """Phonemes of a word and the space behind it."""
    return len(word.phonemes) + 1


@dataclass(slots=True)
class ClauseBuilder:
    """A clause that is still being filled."""

    words: list[Word]
    start: int

    def close(self, end: int, mark: str, pause: float | None) -> Iterator[Clause]:
        """The clause, or as many as it must be cut into, tiling the user's text from its start to ``end``."""
        groups = [*_balanced(_stretches(self.words), _stretch_tokens, MAX_CLAUSE_TOKENS)]
        parts = [tuple(chain.from_iterable(group)) for group in groups]
        start = self.start
        for part, following in pairwise([*parts, ()]):
            stop = min(end, max(start, part[-1].span[1], following[0].span[0])) if following else end
            closing = ("", None) if following else (mark, pause)
            yield Clause(part, (start, stop), *closing)
            start = stop


def _stretches(words: Sequence[Word]) -> list[list[Word]]:
    """The words of each written stretch, which are said in one clause unless they are too many for one."""
    stretches: list[list[Word]] = []
    for word in words:
        if stretches and word.shares_stretch(stretches[-1][-1]):
            stretches[-1].append(word)
        else:
            stretches.append([word])
    return [
        part
        for stretch in stretches
        for part in (
            [stretch]
            if _stretch_tokens(stretch) <= MAX_CLAUSE_TOKENS
            else [[piece] for word in stretch for piece in _short(word)]
        )
    ]


def _stretch_tokens(words: Sequence[Word]) -> int:
    return sum(map(tokens, words))


def _short(word: Word) -> Iterator[Word]:
    """A word as it is, or, were it longer than a whole clause may be, in pieces."""
    size = MAX_CLAUSE_TOKENS - 1
    if len(word.phonemes) <= size:
        yield word
        return
    for start in range(0, len(word.phonemes), size):
        yield replace(word, phonemes=word.phonemes[start : start + size])


def _balanced(items: Sequence[_T], tokens_of: Callable[[_T], int], most: int) -> Iterator[list[_T]]:
    """Groups of items of about the same length, as few as can be of at most ``most`` tokens each."""
    left = sum(map(tokens_of, items))
    group: list[_T] = []
    size = 0
    target = left / max(1, -(-left // most))
    for item in items:
        length = tokens_of(item)
        if group and (size + length > most or size + length / 2 > target):
            yield group
            left -= size
            target = left / -(-left // most)
            group, size = [], 0
        group.append(item)
        size += length
    yield group


def sentences_of(clauses: Iterable[Clause], voice: str | None, *, ends_paragraph: bool) -> Iterator[Sentence]:
    """The clauses as one sentence, or as several if the acoustic model should not take them at once."""
    groups = list(_balanced(list(clauses), clause_tokens, MAX_SENTENCE_TOKENS))
    for group in groups:
        yield Sentence(tuple(group), voice, ends_paragraph and group is groups[-1])


def clause_tokens(clause: Clause) -> int:
    """Phonemes of a clause, its closing mark and the space before the next one."""
    return sum(map(tokens, clause.words)) + 2

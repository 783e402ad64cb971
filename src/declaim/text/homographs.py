"""Homographs: which reading of *read*, *lead*, *record* or *close* the words around it ask for.

A table of contexts (``homograph_contexts``) is matched against the words to the left and the right: no
tagger is needed, and each decision can be read off one line. This is the decision list of Yarowsky (1997,
"Homograph disambiguation in text-to-speech synthesis") with hand-written evidence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from declaim.text.homograph_contexts import BASE_FORMS, CLASSES, CONTEXTS, S_FORMS

WINDOW = 12
"""Words to each side that a pattern may look at: it bounds the work on a text without full stops."""

_CONTRACTIONS = {"can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not")}
_CLITICS = {"'ll": "will", "'ve": "have", "'re": "are", "'m": "am", "'d": "'d", "'s": "'s"}
_PIECE = re.compile(r"(n't|'(?:ll|ve|re|m|d|s))$")
_SUBJECTS_BEFORE_IS = ("he", "she", "it", "that", "there", "what", "who", "where", "here")
_SHORTEST_WITH_ENDING = 4
"""*his* is no plural, *all* no adjective in -al."""
_BREAKS = ("^", "$", ".", "!", "?")
"""What neither ``ANY`` nor ``...`` steps over."""
_FUNCTION_WORDS = frozenset(
    word
    for name in ("DET", "POSS", "SUBJ", "SUBJ3", "OBJ", "MODAL", "DO", "HAVE", "BE", "NOT", "PREP", "START")
    for word in CLASSES[name].split()
)
"""Words whose capital only says that a sentence begins: no names."""


def context_words(word: str) -> tuple[str, ...]:
    """A word as the patterns see it: contractions apart, capitals kept (``It's`` → ``It``, ``is``)."""
    if "'" not in word:
        return (word,)
    lower = word.lower()
    if lower in _CONTRACTIONS:
        return _CONTRACTIONS[lower]
    clitic = _PIECE.search(lower)
    if clitic is None or clitic.start() == 0:
        return (word,)
    stem = word[: clitic.start()]
    if clitic[1] == "n't":
        return stem, "not"
    if clitic[1] == "'s" and stem.lower() in _SUBJECTS_BEFORE_IS:
        return stem, "is"
    return stem, _CLITICS[clitic[1]]


@dataclass(frozen=True, slots=True)
class _Item:
    """One place of a pattern: what may stand there, and how often."""

    words: frozenset[str]
    endings: tuple[str, ...]
    least: int = 1
    most: int = 1
    anything: bool = False
    capitalised: bool = False

    def accepts(self, word: str) -> bool:
        if self.anything:
            return word not in _BREAKS
        lower = word.lower()
        if self.capitalised and word[:1].isupper() and lower not in _FUNCTION_WORDS:
            return True
        return lower in self.words or self._ends(lower)

    def _ends(self, lower: str) -> bool:
        if len(lower) < _SHORTEST_WITH_ENDING or not lower.endswith(self.endings):
            return False
        return "s" not in self.endings or not lower.endswith(("ss", "us", "is"))


@dataclass(frozen=True, slots=True)
class _Rule:
    """A reading and the contexts that ask for it; ``left`` runs leftwards from the homograph."""

    reading: str
    left: tuple[_Item, ...]
    right: tuple[_Item, ...]

    def fits(self, left: Sequence[str], right: Sequence[str]) -> bool:
        return _fits(self.left, left) and _fits(self.right, right)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the table says of one word."""

    rules: tuple[str, ...] = ()
    readings: dict[str, str] = field(default_factory=dict)
    general: bool = True


def _fits(items: Sequence[_Item], words: Sequence[str]) -> bool:
    """Whether the items match the beginning of the words, trying fewer repetitions first."""
    if not items:
        return True
    item = items[0]
    for count in range(item.most + 1):
        if count >= item.least and _fits(items[1:], words[count:]):
            return True
        if count == len(words) or not item.accepts(words[count]):
            return False
    return False


@cache
def _item(source: str) -> _Item:
    """Read one place of a pattern: ``DET|POSS``, ``ADJ*``, ``~ing``, ``...``."""
    if source == "...":
        return _Item(frozenset(), (), 0, 8, anything=True)
    least, most = {"?": (0, 1), "*": (0, 3)}.get(source[-1], (1, 1))
    # A lone "?" is the punctuation mark.
    bare = source[:-1] if most != least and len(source) > 1 and source[-2] != "|" else source
    if bare == source:
        least = most = 1
    names = bare.split("|")
    words = [word for name in names for word in CLASSES.get(name, name).split()]
    return _Item(
        frozenset(word for word in words if not word.startswith("~")),
        tuple(word[1:] for word in words if word.startswith("~")),
        least,
        most,
        anything="ANY" in names,
        capitalised="CAPITAL" in names,
    )


@cache
def _rule(line: str) -> _Rule:
    """Read one line of the table."""
    reading, *pattern = line.split()
    at = pattern.index("_")
    left = tuple(_item(source) for source in reversed(pattern[:at]))
    return _Rule(reading, left, tuple(_item(source) for source in pattern[at + 1 :]))


def _lines(table: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in table.splitlines() if line.strip())


def _blocks(table: str) -> Iterator[tuple[str, list[str]]]:
    """The table's heads, each with its rules."""
    head, rules = "", list[str]()
    for line in filter(None, table.splitlines()):
        if line[0].isspace():
            rules.append(line.strip())
            continue
        if head:
            yield head, rules
        head, rules = line, []
    yield head, rules


def _read_table(table: str) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for head, rules in _blocks(table):
        words, _, options = head.partition(":")
        readings = dict(option.split("=") for option in options.split() if "=" in option)
        entry = _Entry(tuple(rules), readings, general="alone" not in options.split())
        entries.update(dict.fromkeys(words.split(), entry))
    return entries


_ENTRIES = _read_table(CONTEXTS)
_BASE_FORMS, _S_FORMS = _lines(BASE_FORMS), _lines(S_FORMS)

HOMOGRAPHS: Collection[str] = _ENTRIES.keys()
"""The words that have a block of their own, as they are written in the table."""


def reading(words: Sequence[str], index: int) -> str:
    """The reading that the context of ``words[index]`` asks for.

    Args:
        words: the sentence as ``context_words`` gives it, punctuation marks as words of their own.
        index: where the homograph stands.

    Returns:
        A tag of misaki's dictionary in capitals (``VERB``, ``NOUN``, ``ADJ``, ``VBD``, ``DEFAULT``), or the
        phonemes themselves.
    """
    word = words[index]
    entry = _ENTRIES.get(word) or _ENTRIES.get(word.lower()) or _Entry()
    left = ["^", *words[:index]][: -WINDOW - 1 : -1]
    right = [*words[index + 1 : index + 1 + WINDOW], "$"]
    for line in entry.rules:
        rule = _rule(line)
        if rule.fits(left, right):
            return rule.reading
    verdict = _general_verdict(word, left, right) if entry.general else "ELSE"
    return entry.readings.get(verdict, "DEFAULT" if verdict == "ELSE" else verdict)


def _general_verdict(word: str, left: Sequence[str], right: Sequence[str]) -> str:
    """``VERB`` or ``NOUN`` by the general tables; ``ELSE`` where they are silent."""
    s_form = word.endswith("s") and not word.endswith("ss")
    rules = map(_rule, _S_FORMS if s_form else _BASE_FORMS)
    return next((rule.reading for rule in rules if rule.fits(left, right)), "ELSE")

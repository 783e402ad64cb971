"""Dictionary readings of Chinese characters and words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from declaim.errors import LexiconError
from declaim.text.pinyin import parse_pinyin
from declaim.text.sorted_members import SortedMembers

_BEFORE_A_PHRASE: Final = b'],\n"'
LONGEST: Final = 6
"""Characters of the longest word that is looked up: longer idioms have no say beyond their parts."""


class Entry(NamedTuple):
    """A dictionary word that covers a character."""

    start: int
    end: int
    reading: str
    """How it reads that character."""
    source: str
    """``own``: this package's words for polyphones; ``phrase``: pypinyin's phrases."""


class Readings:
    """Readings of characters and words, canonical pinyin with tone digits.

    Words come from pypinyin's phrases and from ``data/polyphones.txt``, whose words outrank them.

    Attributes:
        polyphones: the common readings of characters that have more than one, or that ``data/polyphones.txt``
            lists.
    """

    def __init__(self, common: Mapping[str, list[str]]) -> None:
        self._common = common
        self._rare: dict[str, str] = json.loads(_table("pinyin_dict.json"))
        self._own = _own_words()
        self.polyphones = dict(self._polyphones())
        self._phrases = _phrases()

    def _polyphones(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Characters whose reading is a question; 一 and 不 vary by rule, not by meaning."""
        listed = {character for readings in self._own.values() for character in readings}
        for character, common in self._common.items():
            if character in "一不" or (len(common) == 1 and character not in listed):
                continue
            readings = _parse_all(common)
            if len(readings) > 1:
                yield character, readings
            elif character in listed:  # CC-CEDICT's one reading is often the literary one: 壳 qiao4
                usual = _parse_all(self._rare[str(ord(character))].split(",")[:1])
                yield character, tuple(dict.fromkeys((*usual, *readings)))

    def of(self, character: str) -> tuple[str, ...]:
        """Readings in any use, the commonest first; empty for a character that no dictionary has."""
        marked = self._rare.get(str(ord(character)), "")
        return tuple(
            dict.fromkeys((*_parse_all(self._common.get(character, ())), *_parse_all(marked.split(","))))
        )

    def covering(self, text: str, wanted: set[int]) -> dict[int, list[Entry]]:
        """Dictionary words of ``text`` that cover a wanted position, longest first."""
        found: dict[int, list[Entry]] = {}
        for entry_start in range(len(text)):
            for end in range(entry_start + 2, min(entry_start + LONGEST, len(text)) + 1):
                if not wanted.isdisjoint(range(entry_start, end)):
                    self._add(found, text, entry_start, end, wanted)
        for entries in found.values():
            entries.sort(key=lambda entry: entry.start - entry.end)
        return found

    def _add(self, found: dict[int, list[Entry]], text: str, start: int, end: int, wanted: set[int]) -> None:
        word = text[start:end]
        own, phrase = self._own.get(word), self._phrase(word)
        if own is None and phrase is None:
            return
        for at in wanted.intersection(range(start, end)):
            if own and text[at] in own:
                found.setdefault(at, []).append(Entry(start, end, own[text[at]], "own"))
            elif phrase:
                found.setdefault(at, []).append(Entry(start, end, phrase[at - start], "phrase"))

    def _phrase(self, word: str) -> tuple[str, ...] | None:
        """The readings of a phrase of pypinyin, a syllable for each character."""
        syllables = self._phrases.get(word)
        if syllables is None or len(syllables) != len(word):
            return None
        return tuple(_parse(syllable[0]) for syllable in syllables)


def _own_words() -> dict[str, dict[str, str]]:
    """Word → character → reading."""
    words: dict[str, dict[str, str]] = {}
    table = files("declaim.text").joinpath("data/polyphones.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            character, reading, *examples = line.split()
            for word in examples:
                words.setdefault(word, {})[character] = reading
    return words


def _phrases() -> SortedMembers | dict[str, list[list[str]]]:
    """The phrases of pypinyin: readings of each of their characters, the usual one first.

    As objects they take 45 MB and a quarter of a second. They are read only if a release of pypinyin that is
    not known here lays its file out in another way.
    """
    table = _table("phrases_dict.json")
    members = SortedMembers(table, _BEFORE_A_PHRASE)
    if members.are_in_order():
        return members
    phrases: dict[str, list[list[str]]] = json.loads(table)
    return phrases


def _parse_all(syllables: Iterable[str]) -> tuple[str, ...]:
    """Those that are Mandarin syllables: the tables have a few that are not (``bong4``, ``shi2 wa3``)."""
    readings = []
    for syllable in syllables:
        try:
            readings.append(_parse(syllable))
        except LexiconError:
            continue
    return tuple(dict.fromkeys(readings))


@cache
def _parse(syllable: str) -> str:
    """Canonical spelling; pypinyin leaves the neutral tone unmarked."""
    return parse_pinyin(syllable if _toned(syllable) else syllable + "5")


def _toned(syllable: str) -> bool:
    return syllable[-1:].isdigit() or (not syllable.isascii() and not syllable.replace("ü", "u").isascii())


def _table(name: str) -> bytes:
    """A table of pypinyin, read without importing it (which would load all of them)."""
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pypinyin", name="pypinyin")
    return Path(spec.origin).with_name(name).read_bytes()

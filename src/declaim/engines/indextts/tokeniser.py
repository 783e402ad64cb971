"""Text tokens, as the model knows them."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

import tiktoken

from declaim.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.text.sentence import Language

LANGUAGE_NUMBERS: Final[dict[Language, int]] = {"en": 0, "zh": 1}
"""As the model counts its languages. `<|yue|>` is the hundredth of them and has no token of its own."""

PINYIN: Final = "<|SPECIAL_TOKEN_2|>"
"""Stands before and behind a syllable that takes the place of its character."""

_SPLIT = r"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""Where no token reaches across: GPT-2's pattern."""

_LANGUAGES, _EVENTS, _MOODS, _TASKS = 99, 11, 4, 6
_BEFORE_LANGUAGES = 2
"""Behind the vocabulary come: the two ends of a text, languages, audio events, moods, tasks, and 30 tokens
for other use. We need none but these:"""
_SPECIALS = {
    **{f"<|{name}|>": _BEFORE_LANGUAGES + number for name, number in LANGUAGE_NUMBERS.items()},
    PINYIN: _BEFORE_LANGUAGES + _LANGUAGES + _EVENTS + _MOODS + _TASKS + 1,
}

_SAYABLE = str.maketrans({"!": ".", '"': "'"})
"""Their tokens are 0 and 1, which the model takes for the ends of the text and passes over: without this a
sentence that ends in an exclamation mark would end in nothing."""


class Tokeniser:
    """Turns text into tokens.

    Args:
        path: the vocabulary: lines of a token in base 64 and its number.

    Raises:
        ModelError: it is damaged.
    """

    def __init__(self, path: Path) -> None:
        try:
            pairs = [line.split() for line in path.read_bytes().splitlines() if line]
            ranks = {base64.b64decode(token, validate=True): int(number) for token, number in pairs}
            specials = {name: len(ranks) + number for name, number in _SPECIALS.items()}
            self._encoding = tiktoken.Encoding(
                path.stem, pat_str=_SPLIT, mergeable_ranks=ranks, special_tokens=specials
            )
        except (OSError, ValueError, binascii.Error) as error:
            raise ModelError(f"{path} is no vocabulary: {error}", hint="Copy it anew.") from error

    def __call__(self, text: str, language: Language) -> list[int]:
        """The tokens of a text, its language first.

        Args:
            text: in lower case, with syllables between :data:`PINYIN` in capitals.
            language: of the text, or most of it.
        """
        written = f"<|{language}|> {text.translate(_SAYABLE)}"
        return self._encoding.encode(written, allowed_special={*_SPECIALS}, disallowed_special=())

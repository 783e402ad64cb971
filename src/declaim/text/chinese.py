"""Chinese phonemes: a sentence of characters in, words with pinyin and Kokoro's phonemes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from declaim.errors import LexiconError
from declaim.text.erhua import colour
from declaim.text.neutral_tone import neutralise
from declaim.text.pinyin import parse_pinyin
from declaim.text.pinyin_ipa import syllable_to_phonemes
from declaim.text.polyphones import PolyphoneResolver
from declaim.text.sandhi import apply_sandhi
from declaim.text.segmentation import Token, segment
from declaim.text.syllables import Syllables
from declaim.text.traditional import to_simplified

HAN: Final = re.compile(r"[〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
"""A run of Chinese characters: the unified ideographs with all extensions, compatibility forms and 〇."""


@dataclass(frozen=True, slots=True)
class ChineseWord:
    """A spoken Chinese word."""

    start: int
    end: int
    """Characters ``start`` to ``end`` of the given text."""
    pinyin: tuple[str, ...]
    """One syllable a character, as said (after sandhi), tone digit last (5 = neutral), ``ü`` as ``v``.

    A 儿 that merges into the syllable before it (erhua) is ``er5``: 花儿 is ``("hua1", "er5")``.
    A character that no dictionary can read is ``""``.
    """
    phonemes: str
    """Kokoro's alphabet, without spaces; erhua merged (``xwa→ɚ``). Empty when nothing in it can be read."""


class ChinesePhonemizer:
    """Reads Chinese sentences. Loads the segmenter, the dictionaries and the polyphone model."""

    def __init__(self) -> None:
        self._resolver = PolyphoneResolver()
        segment("预热")  # the segmenter loads its dictionary with its first sentence

    def __call__(self, text: str, given: Mapping[int, str] | None = None) -> list[ChineseWord]:
        """The Chinese words of one sentence, in order; every Chinese character is in exactly one.

        Args:
            text: normalised (no digits), simplified or traditional; other scripts serve as context only.
            given: for some characters, the pinyin that the user decided, with its tone: said just so.

        Raises:
            LexiconError: ``given`` names something that is not pinyin, or a place without a character.
        """
        decided = {at: _checked(text, at, syllable) for at, syllable in (given or {}).items()}
        simplified = to_simplified(text)
        tokens = list(_han_tokens(simplified))
        syllables = Syllables.of(simplified, tokens, self._citation(text, simplified, tokens), decided)
        colour(syllables)
        neutralise(syllables)
        apply_sandhi(syllables)
        return [_word(syllables, start, end) for start, end in _spans(syllables)]

    def citation(self, text: str) -> list[str]:
        """Each character's reading in its context before any sandhi; "" where there is none."""
        simplified = to_simplified(text)
        return self._citation(text, simplified, list(_han_tokens(simplified)))

    def _citation(self, text: str, simplified: str, tokens: list[Token]) -> list[str]:
        readings = self._resolver.readings
        changed = [(at, old) for at, old in enumerate(text) if old != simplified[at]]
        allowed = {at: set(readings.of(old)) for at, old in changed}
        resolved = self._resolver.resolve(simplified, tokens, allowed)
        citation = [
            resolved.get(at) or (next(iter(readings.of(character)), "") if HAN.match(character) else "")
            for at, character in enumerate(simplified)
        ]
        for at, old in changed:  # a variant need not sound like the character that stands for it
            if allowed[at] and citation[at] not in allowed[at]:
                citation[at] = readings.of(old)[0]
        return citation


def _checked(text: str, at: int, syllable: str) -> str:
    if not (0 <= at < len(text) and HAN.match(text[at])):
        raise LexiconError(f"pinyin “{syllable}” is given for something that is not a Chinese character")
    return parse_pinyin(syllable)


def _han_tokens(text: str) -> Iterator[Token]:
    """The segmenter's tokens, cut where Chinese meets anything else (``卡拉OK``)."""
    for token in segment(text):
        done = token.start
        for run in HAN.finditer(token.text):
            start, end = token.start + run.start(), token.start + run.end()
            if done < start:
                yield Token(done, start, text[done:start], "x")
            yield Token(start, end, run.group(), token.tag)
            done = end
        if done < token.end:
            yield Token(done, token.end, text[done : token.end], "x")


def _spans(syllables: Syllables) -> Iterator[tuple[int, int]]:
    """The words' places; a merged 儿 is part of the word before it."""
    last: tuple[int, int] | None = None
    for token in syllables.tokens:
        if not HAN.match(token.text):
            continue
        if last and last[1] == token.start and _is_merged(syllables, token.start):
            last = last[0], token.end
            continue
        if last:
            yield last
        last = token.start, token.end
    if last:
        yield last


def _is_merged(syllables: Syllables, at: int) -> bool:
    """Whether the 儿 at a position is only the colouring of the syllable before it."""
    return syllables.character(at) == "儿" and syllables.spoken[at] == "er5" and syllables.tone(at - 1) != ""


def _word(syllables: Syllables, start: int, end: int) -> ChineseWord:
    phonemes = [
        syllable_to_phonemes(
            syllables.spoken[at], rhotic=syllables.character(at + 1) == "儿" and _is_merged(syllables, at + 1)
        )
        for at in range(start, end)
        if syllables.spoken[at] and not _is_merged(syllables, at)
    ]
    return ChineseWord(start, end, tuple(syllables.spoken[start:end]), "".join(phonemes))

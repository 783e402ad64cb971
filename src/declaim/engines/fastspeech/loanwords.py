"""Words of other languages in the nearest Mandarin syllables: ``lˈɪst`` → ``l i1 · s ii5 · t e5``.

What a Mandarin speaker does who reads an English word with the sounds of her own language: a consonant
without a vowel gets one, a nasal closes the syllable before it, *tr* and *dr* become ``ch`` and ``zh``, *l*
and *r* behind a vowel become ``er``, and what Mandarin does not have becomes what it has (*th* → ``s``,
*ki* → ``qi``), as foreign names are transcribed in Chinese, but by sound rather than by character.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final, TypeAlias

Syllable: TypeAlias = tuple[str, ...]
"""Symbols of the acoustic model: initial and final with its tone, and ``er5`` where it is r-coloured."""
Pair: TypeAlias = tuple[str, str]
"""Initial and toneless final."""

# Open, closed by n, closed by ng. Where the last two are missing, the nasal is a syllable of its own.
_FINALS: Final[dict[str, tuple[str, ...]]] = {
    "i": ("i", "in", "ing"), "ɪ": ("i", "in", "ing"), "ᵻ": ("i", "in", "ing"), "ɨ": ("i", "in", "ing"),
    "e": ("ei", "en", "eng"), "ɛ": ("ei", "en", "eng"), "A": ("ei",), "I": ("ai",), "Y": ("uo",),
    "æ": ("a", "an", "ang"), "a": ("a", "an", "ang"), "ʌ": ("a", "an", "ang"), "ɐ": ("a", "an", "ang"),
    "ɑ": ("a", "ang", "ang"), "ɒ": ("a", "ang", "ang"), "ɔ": ("ao", "ang", "ong"), "W": ("ao", "ang", "ang"),
    "o": ("ou", "ong", "ong"), "O": ("ou", "ong", "ong"), "Q": ("ou", "ong", "ong"), "ɤ": ("e", "en", "eng"),
    "ʊ": ("u", "uen", "ong"), "u": ("u", "uen", "ong"), "ɯ": ("u", "uen", "ong"), "y": ("v", "vn", "iong"),
    "ə": ("e", "en", "eng"), "ɜ": ("e", "en", "eng"), "ᵊ": ("e", "en", "eng"), "ɚ": ("er", "en", "eng"),
    "ø": ("e", "en", "eng"), "œ": ("e", "en", "eng"),
}  # fmt: skip

_INITIALS: Final = {
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "ɡ": "g", "f": "f", "v": "f", "s": "s", "z": "z",
    "θ": "s", "ð": "z", "ʃ": "sh", "ʒ": "r", "ʧ": "ch", "ʤ": "zh", "h": "h", "m": "m", "n": "n", "l": "l",
    "ɹ": "r", "ŋ": "n", "T": "d", "tɹ": "ch", "dɹ": "zh", "x": "h", "r": "r", "ɾ": "d", "ʦ": "c", "ʣ": "z",
    "ʨ": "q", "ʥ": "j", "ꭧ": "zh", "ɕ": "x", "ʂ": "sh", "ʝ": "h", "ç": "x", "c": "k", "ɟ": "g", "q": "k",
    "ɣ": "h", "χ": "h", "ʁ": "r", "ɽ": "r", "ɻ": "r", "ɖ": "d", "ʈ": "t", "ɳ": "n", "ɲ": "n", "ɴ": "n",
    "ɸ": "f", "β": "f", "ʎ": "l", "ʔ": "t", "S": "sh", "": "^",
}  # fmt: skip

_GLIDES: Final = {"w": "w", "ʋ": "w", "ɰ": "w", "j": "j", "ɥ": "j"}
_AFTER_W: Final = {
    "a": "ua", "ai": "uai", "an": "uan", "ang": "uang", "ao": "uo", "e": "uo", "ei": "uei", "en": "uen",
    "eng": "uen", "i": "uei", "in": "uen", "ing": "uen", "ou": "uo",
}  # fmt: skip
_AFTER_J: Final = {
    "a": "ia", "ai": "ie", "an": "ian", "ang": "iang", "ao": "iao", "e": "ie", "ei": "ie", "en": "in",
    "eng": "ing", "er": "ie", "ong": "iong", "ou": "iou", "u": "iou", "uen": "vn", "uo": "iou",
}  # fmt: skip

_ALONE: Final = {
    "p": "u", "b": "u", "f": "u", "m": "u", "t": "e", "d": "e", "k": "e", "g": "e", "h": "e", "s": "ii",
    "z": "ii", "c": "ii", "sh": "iii", "zh": "iii", "ch": "iii", "r": "iii", "j": "i", "q": "i", "x": "i",
    "l": "e", "n": "en",
}  # fmt: skip
"""The vowel that a consonant gets which has none."""

_PALATAL: Final = {
    "z": "j", "zh": "j", "c": "q", "ch": "q", "s": "x", "sh": "x", "g": "j", "k": "q", "h": "x",
}  # fmt: skip
"""What is said before an i or ü by whoever has no *gi*, *ki* and *si*."""
_NEAREST: Final = {
    "i": "ei", "in": "en", "ing": "eng", "e": "o", "o": "uo", "uo": "o", "ou": "u", "ong": "eng",
    "eng": "en", "en": "an", "er": "e", "ei": "uei", "uei": "ei", "ai": "a", "ao": "ou", "ua": "a",
    "uai": "ai", "uan": "an", "uang": "ang", "uen": "en", "ia": "a", "ie": "ei", "iao": "ao", "ian": "an",
    "iang": "ang", "iou": "ou", "iong": "ong", "u": "v", "v": "u", "vn": "uen",
}  # fmt: skip
"""The final that is said in place of one that never follows an initial."""

_VOWEL = f"[{''.join(_FINALS)}]"
_CONSONANT = f"[{''.join(symbol for symbol in _INITIALS if len(symbol) == 1)}]"
_GLIDE = f"[{''.join(_GLIDES)}]"
_PART: Final = re.compile(
    rf"(?P<onset>[td]ɹ|{_CONSONANT})?(?P<glide>{_GLIDE})?(?P<stress>[ˈˌ])?(?P<vowel>{_VOWEL})"
    rf"(?P<coda>[nŋɹl](?!{_GLIDE}?[ˈˌ]?{_VOWEL}))?"
    rf"|(?P<alone>{_CONSONANT}|{_GLIDE})"
)
_STRESS: Final = re.compile(rf"([ˈˌ])([^ˈˌ]*?)(?={_VOWEL})")
_NO_SOUND: Final = re.compile("[^ˈˌ" + "".join({*_FINALS, *_INITIALS, *_GLIDES}) + "]")


class LoanwordReader:
    """Finds the nearest Mandarin syllables of a word in Kokoro's phonemes.

    Args:
        syllables: the initials and finals that go together.
    """

    def __init__(self, syllables: Collection[Pair]) -> None:
        self._legal = frozenset(syllables)

    def __call__(self, phonemes: str) -> list[Syllable]:
        """The syllables, stressed ones high, the others light; none when there is no sound in the word."""
        # Length and the like go; the mark of stress comes to stand before its vowel.
        plain = _STRESS.sub(r"\2\1", _NO_SOUND.sub("", phonemes))
        return [syllable for part in _PART.finditer(plain) for syllable in self._syllables(part)]

    def _syllables(self, part: re.Match[str]) -> Iterator[Syllable]:
        if part["alone"]:
            yield self._alone(part["alone"])
            return
        coda = part["coda"] or ""
        finals = _FINALS[part["vowel"]]
        place = ("", "n", "ŋ").index(coda) if coda in {"n", "ŋ"} else 0
        has_own_nasal = place >= len(finals)
        initial, final = self._fitted(
            _INITIALS[part["onset"] or ""], part["glide"] or "", finals[0 if has_own_nasal else place]
        )
        colour = ("er5",) if coda in {"ɹ", "l"} and final != "er" else ()
        yield (initial, final + ("1" if part["stress"] else "5"), *colour)
        if part["vowel"] == "Y":
            yield "^", "i5"
        if has_own_nasal:
            yield "^", "en5"

    @staticmethod
    def _alone(consonant: str) -> Syllable:
        if consonant in _GLIDES:
            return "^", "u5" if _GLIDES[consonant] == "w" else "i5"
        initial = _INITIALS[consonant]
        return ("^", "en5") if initial == "n" else (initial, f"{_ALONE[initial]}5")

    def _fitted(self, initial: str, glide: str, final: str) -> Pair:
        """Initial and final, changed as little as it takes to make a syllable of Mandarin."""
        if initial in {"j", "q", "x"} or _GLIDES.get(glide) == "j":
            final = _AFTER_J.get(final, final)
        elif glide:
            final = _AFTER_W.get(final, final)
        while (initial, final) not in self._legal:
            other = "l" if initial == "r" else _PALATAL.get(initial, "") if final[0] in "iv" else ""
            if (other, final) in self._legal:
                return other, final
            final = _NEAREST[final]
        return initial, final

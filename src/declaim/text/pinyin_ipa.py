"""Pinyin syllables in Kokoro's phoneme alphabet: IPA with the tone as an arrow after the vowel.

The alphabet is the one Kokoro-82M v1.0 was trained on (misaki's ``zh`` front end): broad IPA after
Duanmu, *The Phonology of Standard Chinese* (2007), with affricates as single letters (``ʦ ʨ ꭧ``), both
apical vowels as ``ɨ``, and tones 1–4 as ``→ ↗ ↓ ↘``; the neutral tone has no arrow.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from declaim.text.pinyin import split_initial

_TONES: Final = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}

_INITIALS: Final = {
    "": "", "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ",
    "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip

# Glide, nucleus, coda. The tone stands between nucleus and coda.
_FINALS: Final[dict[str, tuple[str, str, str]]] = {
    "a": ("", "a", ""), "o": ("w", "o", ""), "e": ("", "ɤ", ""), "ai": ("", "ai", ""), "ei": ("", "ei", ""),
    "ao": ("", "au", ""), "ou": ("", "ou", ""), "an": ("", "a", "n"), "en": ("", "ə", "n"),
    "ang": ("", "a", "ŋ"), "eng": ("", "ə", "ŋ"), "ong": ("", "ʊ", "ŋ"), "er": ("", "ɚ", ""),
    "i": ("", "i", ""), "ia": ("j", "a", ""), "ie": ("j", "e", ""), "iao": ("j", "au", ""),
    "iu": ("j", "ou", ""), "ian": ("j", "ɛ", "n"), "in": ("", "i", "n"), "iang": ("j", "a", "ŋ"),
    "ing": ("", "i", "ŋ"), "iong": ("j", "ʊ", "ŋ"), "u": ("", "u", ""), "ua": ("w", "a", ""),
    "uo": ("w", "o", ""), "uai": ("w", "ai", ""), "ui": ("w", "ei", ""), "uan": ("w", "a", "n"),
    "un": ("w", "ə", "n"), "uang": ("w", "a", "ŋ"), "ueng": ("w", "ə", "ŋ"), "ü": ("", "y", ""),
    "üe": ("ɥ", "e", ""), "üan": ("ɥ", "ɛ", "n"), "ün": ("", "y", "n"), "ɨ": ("", "ɨ", ""),
    "o!": ("", "ɔ", ""), "yo!": ("j", "ɔ", ""), "m": ("", "m", ""), "n": ("", "n", ""), "ng": ("", "ŋ", ""),
    "hm": ("h", "m", ""), "hng": ("h", "ŋ", ""),
}  # fmt: skip

# Syllables without a consonant are spelled with y or w, which stand for a glide or for nothing.
_ZERO_INITIAL: Final = {
    "o": "o!", "yo": "yo!", "ya": "ia", "ye": "ie", "yao": "iao", "you": "iu", "yan": "ian", "yang": "iang",
    "yai": "iai", "yong": "iong", "yi": "i", "yin": "in", "ying": "ing", "yu": "ü", "yue": "üe",
    "yuan": "üan", "yun": "ün", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "ui", "wan": "uan",
    "wen": "un", "wang": "uang", "weng": "ueng", "wu": "u",
}  # fmt: skip
_FINALS["iai"] = ("j", "ai", "")

# What the suffix -r does to a final (Duanmu 2007, ch. 9): codas i and n fall, and the vowel before them
# becomes plain a or ə; an apical vowel gives way to ɚ altogether.
_RHOTIC_NUCLEUS: Final = {"ai": "a", "ei": "ə", "ɛ": "a"}


@cache
def syllable_to_phonemes(syllable: str, *, rhotic: bool = False) -> str:
    """Phonemes of a canonical syllable with its tone digit: ``tian1`` → ``tʰjɛ→n``.

    Args:
        syllable: as ``parse_pinyin`` gives it.
        rhotic: with the suffix -r (erhua) merged into it: ``dian3`` → ``tja↓ɚ``.

    Raises:
        LexiconError: no such syllable.
    """
    initial, glide, nucleus, coda = _sounds(syllable[:-1])
    tone = _TONES[syllable[-1]]
    if not rhotic:
        return initial + glide + nucleus + tone + coda
    if nucleus == "ɨ":
        return initial + "ɚ" + tone
    return initial + glide + _RHOTIC_NUCLEUS.get(nucleus, nucleus) + tone + coda.replace("n", "") + "ɚ"


def _sounds(base: str) -> tuple[str, str, str, str]:
    if base in _ZERO_INITIAL:
        return "", *_FINALS[_ZERO_INITIAL[base]]
    initial, final = split_initial(base)
    if final == "i" and initial in {"zh", "ch", "sh", "r", "z", "c", "s"}:
        final = "ɨ"
    elif (initial in {"j", "q", "x"} and final.startswith("u")) or final.startswith("v"):
        final = "ü" + final[1:]
    return _INITIALS[initial], *_FINALS[final]

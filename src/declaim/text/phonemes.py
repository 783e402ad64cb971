"""Kokoro's phoneme alphabet, and the usual IPA spellings that it writes in its own way."""

from __future__ import annotations

SOUNDS = frozenset(
    "\u0303ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔ"
    "ˈˌːʰʲ↓→↗↘ᵻ "
)
"""The symbols that a word may have."""
_MODIFIERS = frozenset("ˈˌːʰʲᵝ\u0303↓→↗↘ ")
"""Those that make no sound by themselves: stress, length, colour, tone, space."""
PUNCTUATION = frozenset(';:,.!?—…"()“”')
VOCABULARY = SOUNDS | PUNCTUATION
"""All symbols that the acoustic model knows (``vocab.json`` of Kokoro-82M)."""

# misaki's alphabet writes diphthongs and affricates as one letter each (hexgrad/misaki, EN_PHONES.md).
_FROM_IPA = (
    ("t͡ʃ", "ʧ"),
    ("d͡ʒ", "ʤ"),
    ("t͡ɕ", "ʨ"),
    ("t͡s", "ʦ"),
    ("d͡z", "ʣ"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
    ("tɕ", "ʨ"),
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("oʊ", "O"),
    ("əʊ", "Q"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("ɝ", "ɜɹ"),
    ("ɫ", "l"),
    ("g", "ɡ"),
    ("'", "ˈ"),
    (":", "ː"),
    (".", ""),
    ("͡", ""),
)


def from_ipa(text: str) -> str:
    """Respell common IPA in Kokoro's alphabet; what is in it already stays as it is."""
    for ipa, ours in _FROM_IPA:
        text = text.replace(ipa, ours)
    return text


def unknown_symbols(phonemes: str) -> str:
    """The symbols of a phoneme string that no word may have, each once."""
    return "".join(dict.fromkeys(symbol for symbol in phonemes if symbol not in SOUNDS))


def is_audible(phonemes: str) -> bool:
    """Whether there is a sound in a phoneme string."""
    return any(symbol not in _MODIFIERS for symbol in phonemes)

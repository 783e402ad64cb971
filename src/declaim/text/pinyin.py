"""Pinyin syllables: what is one, and its canonical spelling.

Canonical: lower case, tone digit last (5 = neutral), ``v`` for the ü of ``nv``, ``lv``, ``nve`` and ``lve``
and plain ``u`` where the orthography writes it so (``ju``, ``xue``, ``yuan``).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from declaim.errors import LexiconError

FINALS_OF: Final[dict[str, frozenset[str]]] = {
    initial: frozenset(finals.split())
    for initial, finals in {
        "": "a o e ai ei ao ou an en ang eng er m n ng hm hng",
        "b": "a o ai ei ao an en ang eng i ie iao ian in ing u iang ia",
        "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u ia",
        "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
        "f": "a o ei ou an en ang eng u iao",
        "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un en in",
        "t": "a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
        "n": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
        "l": "a o e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
        "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
        "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
        "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
        "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
        "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
        "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
        "zh": "i a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
        "ch": "i a e ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
        "sh": "i a e ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
        "r": "i e ao ou an en ang eng ong u ua uo ui uan un",
        "z": "i a e ai ei ao ou an en ang eng ong u uo ui uan un",
        "c": "i a e ai ei ao ou an en ang eng ong u uo ui uan un",
        "s": "i a e ai ei ao ou an en ang eng ong u uo ui uan un",
        "y": "a o e ai ao ou an ang ong i in ing u ue uan un",
        "w": "a o ai ei an en ang eng u",
    }.items()
}
"""Spelled finals by spelled initial, after the Scheme for the Chinese Phonetic Alphabet (1958, ISO 7098),
with the few syllables that only dialect words and interjections have (``biang``, ``fiao``, ``hm``)."""

SYLLABLES: Final = frozenset(initial + final for initial, finals in FINALS_OF.items() for final in finals)
"""Every toneless syllable in canonical spelling."""

_TONE_MARKS: Final = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_RESPELLED: Final = {"lue": "lve", "nue": "nve", "r": "er", "ê": "ei"}


def parse_pinyin(syllable: str) -> str:
    """A user's spelling of one syllable in canonical form.

    Takes tone digits (``chong2``; 0 and 5 are neutral) or a tone mark (``nǚ``), and ``ü``, ``v`` or ``u:``.

    Raises:
        LexiconError: no tone, more than one tone, or no such syllable.
    """
    letters, tones = _split_tone(syllable.strip().lower())
    if len(tones) != 1:
        problem = "has no tone" if not tones else "has more than one tone"
        raise LexiconError(
            f"pinyin “{syllable}” {problem}",
            hint="Write the tone as a digit from 1 to 5 (5 = neutral): zhong1.",
        )
    base = _RESPELLED.get(letters, letters)
    if base[:1] in {"j", "q", "x", "y"}:
        base = base.replace("v", "u")
    if base not in SYLLABLES:
        raise LexiconError(
            f"“{syllable}” is not a pinyin syllable",
            hint="Write one syllable with its tone: chong2, lü4, er5.",
        )
    return base + tones


def split_initial(base: str) -> tuple[str, str]:
    """Spelled initial and final of a canonical toneless syllable: ``zhuang`` → ``zh``, ``uang``."""
    for length in (2, 1, 0):
        initial, final = base[:length], base[length:]
        if final in FINALS_OF.get(initial, ()):
            return initial, final
    raise LexiconError(f"“{base}” is not a pinyin syllable")


def _split_tone(spelling: str) -> tuple[str, str]:
    """Letters with ``v`` for ü, and every tone found (as digits)."""
    letters, tones = "", ""
    for mark in unicodedata.normalize("NFD", spelling.replace("u:", "v")):
        if mark in _TONE_MARKS:
            tones += _TONE_MARKS[mark]
        elif mark in "012345":
            tones += mark.replace("0", "5")
        elif mark == "\u0308" and letters.endswith("u"):
            letters = letters[:-1] + "v"
        else:
            letters += mark
    return unicodedata.normalize("NFC", letters), tones

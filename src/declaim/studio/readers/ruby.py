"""Ruby text: which of it says how characters are pronounced, and how."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from declaim.errors import LexiconError
from declaim.studio.readers.markup_tree import Element, descendants, entity_text, tag, text_of
from declaim.text.characters import HAN
from declaim.text.pinyin import SYLLABLES, parse_pinyin
from declaim.text.pronunciation import parse_pronunciation

_GIVEN = re.compile(r"\[(?P<word>[^\[\]\n]{1,100})\]\(/(?P<sounds>[^()\n]{1,400})/\)")
_ONLY_HAN = re.compile(f"[{HAN}]+")
_TONE_MARK = re.compile("[\u0300\u0301\u0304\u030c]")
_LONGEST = 6
"""Letters of the longest syllable: zhuang."""
_NEUTRAL = frozenset("的地得了着过们么吗呢吧啊呀子头上里边面裳")
"""Characters that have no tone of their own often enough for a syllable without one to be meant so."""
_IPA = re.compile("[ˈˌːəɛɪɔʊʌæɑɒθðʃʒŋɹɡɜ]")
_BOPOMOFO = re.compile("[˙]?[\u3105-\u3129]+[ˊˇˋ˙]?")
_BOPOMOFO_MARKS = "ˊˇˋ˙"
_BOPOMOFO_TONES = {"": "1", "ˊ": "2", "ˇ": "3", "ˋ": "4", "˙": "5"}


@dataclass(frozen=True, slots=True)
class Gloss:
    """A stretch of text with what stands beside it.

    Attributes:
        base: the text.
        beside: the ruby text; empty if it has none.
    """

    base: str
    beside: str = ""

    @property
    def pronunciation(self) -> str | None:
        """What the ruby text says as :attr:`declaim.studio.book.Reading.pronunciation`, if it is one."""
        return _pronunciation(self.base.strip(), self.beside.strip()) if self.beside.strip() else None


def glosses(ruby: Element) -> list[Gloss]:
    """The parts of a ``ruby`` element: bases and annotations in pairs, however they are interleaved."""
    groups: list[tuple[list[str], list[str]]] = [([], [])]
    for is_annotation, text in _parts(ruby):
        if not is_annotation and groups[-1][1] and text.strip():
            groups.append(([], []))
        if text.strip():
            groups[-1][is_annotation].append(text)
    return [gloss for bases, annotations in groups for gloss in _paired(bases, annotations)]


def given_glosses(text: str) -> Iterator[Gloss]:
    """Plain text with Declaim's own markup, ``[重庆](/chong2 qing4/)``, part by part."""
    position = 0
    for match in _GIVEN.finditer(text):
        gloss = Gloss(match["word"], match["sounds"])
        if gloss.pronunciation:
            yield Gloss(text[position : match.start()])
            yield gloss
            position = match.end()
    yield Gloss(text[position:])


def _parts(ruby: Element) -> list[tuple[bool, str]]:
    """The text of a ``ruby``, piece by piece, and whether it is an annotation; ``rp`` is left out."""
    parts = [(False, ruby.text or "")]
    for child in ruby:
        name = tag(child)
        if name in {"rt", "rtc"}:
            inner = list(descendants(child, "rt")) if name == "rtc" else [child]
            parts += [(True, text_of(rt)) for rt in inner or [child]]
        elif name != "rp":
            parts.append((False, text_of(child) if name else entity_text(child)))
        parts.append((False, child.tail or ""))
    return parts


def _paired(bases: list[str], annotations: list[str]) -> list[Gloss]:
    if len(bases) == len(annotations):
        return [Gloss(base, beside) for base, beside in zip(bases, annotations, strict=True)]
    base = "".join(bases)
    if len(annotations) == len(base.strip()):
        return [Gloss(base, " ".join(annotations))]
    return [Gloss(base, "".join(annotations))] if base else []


def _pronunciation(base: str, beside: str) -> str | None:
    if _ONLY_HAN.fullmatch(base):
        syllables = _bopomofo(beside) or _pinyin(beside, base)
        return " ".join(syllables) if syllables and len(syllables) == len(base) else None
    if not _IPA.search(beside) or not base.isascii():
        return None
    sounds = beside.strip("/[] ")
    try:
        parse_pronunciation(base, sounds)
    except LexiconError:
        return None
    return sounds if re.fullmatch(r"[^()\n/]{1,400}", sounds) else None


def _pinyin(beside: str, base: str) -> list[str]:
    """One syllable with its tone digit for each character, or nothing if that is not what is written."""
    letters = unicodedata.normalize("NFD", re.sub(r"[\s’'·-]", "", beside.lower()))
    spelled = _split(letters, len(base))
    has_tones = any(map(_has_tone, spelled))
    toned = [_toned(syllable, base[index], has_tones) for index, syllable in enumerate(spelled)]
    return [syllable for syllable in toned if syllable]


def _split(letters: str, count: int) -> list[str]:
    """``beijing`` with its tones as so many syllables; the first ones as long as they can be."""
    if count == 0 or not letters:
        return []
    for length in range(min(len(letters), _LONGEST + 3), 0, -1):
        head, rest = letters[:length], letters[length:]
        if (rest[:1] and unicodedata.combining(rest[0])) or rest[:1].isdigit() or not _is_syllable(head):
            continue
        if count == 1 and not rest:
            return [head]
        if tail := _split(rest, count - 1):
            return [head, *tail]
    return []


def _is_syllable(spelled: str) -> bool:
    bare, tones = _TONE_MARK.subn("", spelled)
    plain = re.sub("[0-5]$", "", bare).replace("u\u0308", "v")
    return tones <= 1 and (plain in SYLLABLES or plain in {"lue", "nue", "r"})


def _has_tone(spelled: str) -> bool:
    return bool(_TONE_MARK.search(spelled)) or spelled[-1:].isdigit()


def _toned(spelled: str, character: str, has_tones: bool) -> str | None:  # noqa: FBT001
    if not _has_tone(spelled):
        if not has_tones and character not in _NEUTRAL:
            return None
        spelled += "5"
    try:
        return parse_pinyin(unicodedata.normalize("NFC", spelled))
    except LexiconError:
        return None


def _bopomofo(beside: str) -> list[str]:
    """``ㄔㄨㄥˊ ㄑㄧㄥˋ`` in pinyin; empty if it is anything else."""
    spelled = [syllable for part in beside.split() for syllable in _BOPOMOFO.findall(part)]
    if not spelled or "".join(spelled) != "".join(beside.split()):
        return []
    bases = [_bopomofo_syllables().get(syllable.strip(_BOPOMOFO_MARKS)) for syllable in spelled]
    tones = [next((mark for mark in syllable if mark in _BOPOMOFO_MARKS), "") for syllable in spelled]
    return [base + _BOPOMOFO_TONES[tone] for base, tone in zip(bases, tones, strict=True) if base]


@cache
def _bopomofo_syllables() -> dict[str, str]:
    """Toneless pinyin by its spelling in Bopomofo."""
    from pypinyin import Style  # noqa: PLC0415 - 50 ms that only Taiwanese books need
    from pypinyin.style import convert  # noqa: PLC0415

    return {convert(base + "1", Style.BOPOMOFO, strict=True): base for base in sorted(SYLLABLES)}

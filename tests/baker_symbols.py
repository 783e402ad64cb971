"""Symbols of the Baker corpus as `baker_mapper.json` names them, for tests without the file."""

from declaim.engines.fastspeech.symbols import Symbols
from declaim.text.pinyin import SYLLABLES, split_initial

_RARE = {"bia", "biang", "cei", "din", "fiao", "hm", "hng", "len", "m", "n", "nun", "pia", "sei", "yai"}
_SPELLED = {"iu": "iou", "ui": "uei", "un": "uen"}
_WITHOUT_CONSONANT = {
    "yi": "i", "yin": "in", "ying": "ing", "ye": "ie", "you": "iou", "yo": "iou", "wu": "u", "wei": "uei",
    "wen": "uen", "weng": "ueng", "yong": "iong", "yan": "ian", "yu": "v", "yue": "ve", "yuan": "van",
    "yun": "vn", "ng": "en",
}  # fmt: skip
_APICAL = {"z": "ii", "c": "ii", "s": "ii", "zh": "iii", "ch": "iii", "sh": "iii", "r": "iii"}


def _pair(pinyin: str) -> tuple[str, str]:
    if pinyin in _WITHOUT_CONSONANT:
        return "^", _WITHOUT_CONSONANT[pinyin]
    initial, final = split_initial(pinyin)
    if initial in {"", "y", "w"}:
        return "^", {"y": "i", "w": "u", "": ""}[initial] + final
    if initial in {"j", "q", "x"} and final[0] == "u":
        return initial, "v" + final[1:]
    if final == "i" and initial in _APICAL:
        return initial, _APICAL[initial]
    return initial, _SPELLED.get(final, final)


SYLLABLE_TABLE = {pinyin: _pair(pinyin) for pinyin in sorted(SYLLABLES - _RARE)}
_INITIALS = sorted({initial for initial, _ in SYLLABLE_TABLE.values()})
_FINALS = sorted({final for _, final in SYLLABLE_TABLE.values()})
NAMES = ["pad", "sil", "#0", "#1", "#2", "#3", *_INITIALS]
NAMES += [final + tone for final in _FINALS for tone in "12345"] + ["eos"]


def symbols() -> Symbols:
    return Symbols({name: number for number, name in enumerate(NAMES)}, SYLLABLE_TABLE)


def spelled(ids: list[int]) -> str:
    return " ".join(NAMES[number] for number in ids)

"""Traditional characters, one for one, in simplified ones: so that context is read in one script."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import kaldifst  # type: ignore[import-untyped]  # what wetext runs its rules with

# Characters that the rules of wetext leave alone because simplified text uses them too (in other senses).
_ALSO_SIMPLIFIED: Final = {
    "乾": "干", "著": "着", "瞭": "了", "徵": "征", "纔": "才", "彆": "别", "妳": "你", "祂": "他",
    "喫": "吃", "麽": "么", "甚": "什", "藉": "借", "峯": "峰", "羣": "群", "裡": "里", "牀": "床",
    "衆": "众",
}  # fmt: skip
# … and the places where they mean what they mean in simplified text.
_KEPT: Final = re.compile(
    r"(?<=康)乾|乾(?=[隆坤清陵卦元嘉符德宁寧县縣道])|(?<=坤)乾"
    r"|(?<=[显顯原名论論专專编編译譯巨土昭卓合遗遺拙所撰])著|著(?=[名作书書述称稱录錄者有《〈「『])"
    r"|瞭(?=望)|(?<=角)徵|甚(?![麼麽么])|藉(?![口由此以着著故助])"
)
_WRITTEN: Final = re.compile(r"(?<![看听走坐站拿跟沿有抱望笑想等向活穿住])著")
_ALWAYS: Final = frozenset("纔彆妳祂喫麽峯羣裡牀衆")


def to_simplified(text: str) -> str:
    """``text`` with every traditional character replaced by its simplified one; same length."""
    if text.isascii():
        return text
    plain = "".join(map(_simplified, text))
    kept = {match.start() for match in _KEPT.finditer(text)}
    if plain == text:  # then 著 is the particle only after a plain verb
        kept.update(match.start() for match in _WRITTEN.finditer(text))
    return "".join(
        _ALSO_SIMPLIFIED.get(old, new) if at not in kept else new
        for at, (old, new) in enumerate(zip(text, plain, strict=True))
    )


@cache
def _rules() -> kaldifst.TextNormalizer:
    spec = find_spec("wetext")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("wetext", name="wetext")
    return kaldifst.TextNormalizer(str(Path(spec.origin).with_name("fsts") / "traditional_to_simple.fst"))


@cache
def _simplified(character: str) -> str:
    """One character; the rules work on any string, but only one for one keeps the offsets."""
    if character in _ALWAYS:
        return _ALSO_SIMPLIFIED[character]
    if ord(character) < 0x3400:  # noqa: PLR2004 - the first ideograph (CJK extension A)
        return character
    new = str(_rules()(character))
    return new if len(new) == 1 else character

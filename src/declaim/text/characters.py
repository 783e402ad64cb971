"""Single characters: width, composition, invisible ones, emoji and decoration."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from declaim.text.aligned import AlignedText

HAN = r"\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The inside of a regular expression class: ideographs, 々 and 〇."""

MEANINGFUL_SYMBOLS = frozenset("+<=>|~^$¢£¥€₩₹₽±×÷°%&@#*_/\\§−≈≠≤≥√∞∆µΩ№～←→↑↓⇒℃℉`⁺⁻₺₫₱₪฿₴₦")
"""Symbols that the normaliser or the Markdown parser reads; every other symbol is decoration."""

_NEWLINE = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACE = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_PICTOGRAPHS = re.compile(
    "[\U0001f000-\U0001faff][\U0001f000-\U0001faff\u2600-\u27bf\u200d\ufe00-\ufe0f\U000e0020-\U000e007f]*"
)
"""A run of emoji with its joiners, selectors, skin tones and tags: one edit, however long."""
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_COMBINED = re.compile(r"\w[\u0300-\u036f\u3099\u309a]+")
_COLON_IN_TIME = re.compile(r"(?<=\d)：(?=\d)")
_CIRCLED = re.compile("[\u2460-\u249b\u24ea-\u24f4\u2776-\u2793]")
_ARROW = re.compile("[ \t]*[→⇒➔➜➡➤⟶⮕]\ufe0f?[ \t]*")

_KEPT_FULL_WIDTH = frozenset("，！？；：（）～")
"""Full-width forms that are Chinese punctuation; all other full-width ASCII becomes ASCII."""
_REPLACED = {
    **dict.fromkeys("‐‑﹣", "-"),
    **dict.fromkeys("‒", "–"),
    **dict.fromkeys("―⸺─━", "—"),
    **dict.fromkeys("‧・･⋅∙", "·"),
    **dict.fromkeys("⁄∕", "/"),
    **dict.fromkeys("∶﹕", ":"),
    **dict.fromkeys("⋯︙", "…"),
    **dict.fromkeys("′ʹ", "'"),
    "″": '"',
    "｡": "。",
    "､": "、",
    "￥": "¥",
    "〜": "～",
    "‼": "!!",
    "⁇": "??",
    "⁈": "?!",
    "⁉": "!?",
    "º": "°",
    "№": "No.",
    "㎡": "m²",
    "㎥": "m³",
    "㎢": "km²",
    "㎠": "cm²",
    "㏄": "ml",
    "㎧": "m/s",  # NFKC would lose the square
    **dict.fromkeys("\u115f\u1160\u3164\uffa0", ""),  # Hangul fillers draw nothing
}
_ORNAMENTS = frozenset("※†‡¶⁂⁕⁎⁑‣•◦⁃〽〒〓゛゜ﾟﾞ｀´¨¸ˉˊˋ˘ￜ\u20dd\u20de\u20df\u20e0\u20e3")
_FOLDED = (
    (0x00AA, 0x00AA),
    (0x2E80, 0x2FDF),  # CJK and Kangxi radicals: what PDF readers copy instead of ideographs
    (0x3300, 0x33FF),  # squared units: ㎏, ㎡
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFB00, 0xFB06),  # ligatures: ﬁ
    (0xFF01, 0xFF5E),  # full-width ASCII
    (0xFF65, 0xFF9F),  # half-width kana
    (0x1D400, 0x1D7FF),  # mathematical letters: 𝗯𝗼𝗹𝗱 in social media
    (0x2F800, 0x2FA1F),
)
"""Code points that NFKC turns into the plain form of the same letter."""
_INVISIBLE = (("Cc", "Cf"), range(0xFE00, 0xFE10))
"""Categories, and the variation selectors."""


def plain_characters(text: AlignedText) -> AlignedText:
    r"""One form for each character: line ends are ``\n``, other white space a space, letters composed.

    Emoji give way to a space; runs of spaces are one. Full-width letters, digits and symbols become ASCII;
    the Chinese punctuation ，。！？；：（） stays.
    Invisible characters (byte order marks, zero-width and direction marks, soft hyphens) are left out.
    """
    text = text.sub(_NEWLINE, "\n").sub(_PICTOGRAPHS, " ").sub(_KEYCAP, " ").sub(_COMBINED, _composed)
    text = map_characters(text, _plain)
    return text.sub(_SPACE, " ").sub(_COLON_IN_TIME, ":").sub(_CIRCLED, _item_number)


def without_decoration(text: AlignedText) -> AlignedText:
    """Emoji, pictures, box drawing and ornaments give way to a space, arrows to a comma."""
    text = text.sub(_ARROW, _comma)
    return map_characters(text, lambda char: " " if _is_decoration(char) else char)


def is_han(char: str) -> bool:
    """Whether ``char`` is an ideograph (or 々, 〇)."""
    return "\u3400" <= char <= "\u9fff" or char in "々〇" or "\U00020000" <= char <= "\U0003ffff"


def map_characters(text: AlignedText, mapping: Callable[[str], str]) -> AlignedText:
    """Apply ``mapping`` to each distinct character; whole runs of a changed one are one edit if they fold.

    Only the few characters that a document has are looked up, so its cost does not grow with Unicode.
    """
    changed = {char: new for char in set(text.text) if (new := mapping(char)) != char}
    if not changed:
        return text
    blank = {char for char, new in changed.items() if new in ("", " ")}
    pattern = re.compile(f"{_one_of(blank)}+|{_one_of(changed.keys() - blank)}")
    return text.sub(pattern, lambda match: _mapped(match.group(), changed))


def _mapped(run: str, changed: dict[str, str]) -> str:
    return " " if any(changed[char] == " " for char in run) else changed[run[0]]


def _one_of(chars: set[str]) -> str:
    return f"[{''.join(map(re.escape, sorted(chars)))}]" if chars else r"[^\s\S]"


def _plain(char: str) -> str:
    if char < "\x7f":
        return char if char >= " " or char in "\n\t" else ""
    if char in _REPLACED:
        return _REPLACED[char]
    categories, selectors = _INVISIBLE
    if (category := unicodedata.category(char)) in categories or ord(char) in selectors:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    folds = char not in _KEPT_FULL_WIDTH and any(low <= ord(char) <= high for low, high in _FOLDED)
    return unicodedata.normalize("NFKC", char) if folds else char


def _composed(match: re.Match[str]) -> str:
    """Compose what has a composed form, and drop the marks that are left (Zalgo text)."""
    return re.sub("[\u0300-\u036f\u3099\u309a]", "", unicodedata.normalize("NFC", match.group()[:8]))


def _item_number(match: re.Match[str]) -> str:
    """① is 1: bare after a word (图①), an item of a list elsewhere."""
    before = match.string[max(match.start() - 1, 0) : match.start()]
    value = str(int(unicodedata.numeric(match.group())))
    return f" {value} " if before.isalnum() else f"{value}、"


def _comma(match: re.Match[str]) -> str:
    before = match.string[max(match.start() - 1, 0) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return "，" if any(map(is_han, before + after)) else ", "


def _is_decoration(char: str) -> bool:
    if char.isalnum() or char.isspace() or char in MEANINGFUL_SYMBOLS:
        return False
    return char in _ORNAMENTS or unicodedata.category(char) in (
        "So",
        "Sm",
        "Sk",
        "Sc",
        "Co",
        "Cn",
        "Me",
        "Mn",
    )

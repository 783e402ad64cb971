"""Titles on one line, and file names that every file system takes."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MAX_BYTES: Final = 120
"""Of a name in UTF-8: ext4 takes 255 and eCryptfs, the smallest in use, 143."""

# Windows: Naming Files, Paths, and Namespaces. A slash and NUL are refused everywhere.
_RESERVED: Final = str.maketrans(dict.fromkeys('<>:"/\\|?*', " "))
_DEVICES: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=$|\.)")
# Bidirectional controls can make a name look like another.
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """Text without line breaks and control characters, each run of spaces one space."""
    spaced = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    return " ".join(spaced.replace("\ufffe", "").replace("\uffff", "").split())


def safe_name(text: str, fallback: str) -> str:
    r"""A file's or folder's name made of ``text``: composed, at most 120 bytes, without its suffix.

    What Windows, macOS or Linux refuse or treat specially becomes a space or goes: ``<>:"/\|?*``, control
    characters, dots and spaces at the ends, names of devices. Letters of all scripts stay.
    """
    text = unicodedata.normalize("NFC", _BIDI.sub("", one_line(text)))
    text = " ".join(text.translate(_RESERVED).split())
    text = shortened(text, _MAX_BYTES).strip(" .")
    if _DEVICES.match(text):
        text = f"_{text}"
    return text or fallback


def shortened(text: str, size: int) -> str:
    """As much of ``text`` as ``size`` bytes of UTF-8 hold; no character, nor mark on one, is cut apart."""
    data = text.encode()
    if len(data) <= size:
        return text
    kept = data[:size].decode(errors="ignore")
    while kept and _joins(text[len(kept)], kept[-1]):
        kept = kept[:-1]
    return kept


def _joins(following: str, last: str) -> bool:
    """Whether a character belongs to the one before it: an accent, a variant, an emoji's parts."""
    return unicodedata.category(following) in ("Mn", "Mc", "Me") or "\u200d" in (following, last)

"""Web and e-mail addresses in speakable form, before the sentence splitter can break them at their dots."""

from __future__ import annotations

import re

from declaim.text import numerals_en, numerals_zh
from declaim.text.aligned import AlignedText
from declaim.text.characters import is_han
from declaim.text.sentence import Language

# ruff: noqa: SIM905 - a list of words reads best as words
_TOP_LEVEL = (
    "com|org|net|edu|gov|mil|int|info|biz|name|io|ai|cn|uk|jp|de|fr|ru|eu|ca|au|kr|tw|hk|us|tv|cc|xyz|top|site|"
    "online|tech|app|dev|cloud|blog|shop|club|wiki|fm|gg|ly|co|me"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PATH = r"(?:[/?#][^\s<>\"'`，。！？；：、（）()【】《》“”‘’…|\u3400-\u9fff\u3000]{0,2000})?"
_EMAIL = re.compile(
    rf"(?<![A-Za-z0-9._%+-])(?:mailto:)?(?P<user>[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}})@"
    rf"(?P<host>(?:{_LABEL}\.){{1,5}}[A-Za-z]{{2,24}})(?![A-Za-z0-9])"
)
_URL = re.compile(
    rf"(?<![A-Za-z0-9])(?:https?|ftp)://(?:[^\s/@]{{1,100}}@)?"
    rf"(?P<host>(?:{_LABEL}\.){{0,6}}{_LABEL})(?P<port>:\d{{1,5}})?(?P<path>{_PATH})",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![A-Za-z0-9@./_-])(?P<host>(?:{_LABEL}\.){{1,5}}(?:{_TOP_LEVEL}))(?P<port>:\d{{1,5}})?"
    rf"(?P<path>{_PATH})(?![A-Za-z0-9@_-])(?!\.[A-Za-z0-9])"
)
_WORDS_AFTER_DOT = frozenset("me us co name int top site online tech club shop blog cloud app".split())
"""Endings that are words too: "Tell.me" is a missing space unless something else says that it is a host."""
_TRAILING = ".,;:!?)]}'\"*_~"

_SIGNS: dict[Language, dict[str, str]] = {
    "en": {".": " dot ", "@": " at ", "-": " dash ", "_": " underscore ", "+": " plus ", "%": " percent "},
    "zh": {".": "点", "@": "艾特", "-": "杠", "_": "下划线", "+": "加", "%": "百分号"},
}
_PARTS = re.compile(r"[0-9]+|[.@_+%-]|[A-Za-z]+")
_SPELLED = frozenset("io ai cn uk jp de fr ru eu ca au kr tw hk us tv cc xyz fm gg".split())
"""Top-level domains that are said letter by letter; the others are said as words."""


def speak_addresses(text: AlignedText) -> AlignedText:
    """``https://www.example.com/a?b`` → example dot com; ``john.smith@example.com`` → john dot smith at ….

    Only the host of a URL is spoken: scheme, "www", port, path and query are left out. Beside an ideograph
    the signs are read in Chinese: 点 for the dot, 艾特 for @ (as Chinese readers call it), 杠, 下划线.
    """
    if "@" in text.text:
        text = text.sub(_EMAIL, lambda match: _speak(match, match["user"] + "@" + match["host"]))
    if "://" in text.text:
        text = _edit_hosts(text, _URL)
    return _edit_hosts(text, _BARE) if "." in text.text else text


def _edit_hosts(text: AlignedText, pattern: re.Pattern[str]) -> AlignedText:
    edits = []
    for match in pattern.finditer(text.text):
        if pattern is _BARE and _is_missing_space(match):
            continue
        tail = len(match.group()) - len(match.group().rstrip(_TRAILING))
        host = re.sub(r"^www\d?\.", "", match["host"], flags=re.IGNORECASE)
        edits.append((match.start(), match.end() - tail, _speak(match, host)))
    return text.edit(edits) if edits else text


def _is_missing_space(match: re.Match[str]) -> bool:
    """Whether "word.word" is rather two sentences without a space between them."""
    labels = match["host"].split(".")
    is_plain = len(labels) == 2 and not match["path"] and not match["port"]  # noqa: PLR2004 - name and ending
    return is_plain and labels[-1] in _WORDS_AFTER_DOT


def _speak(match: re.Match[str], address: str) -> str:
    language = _language(match)
    top = address.rpartition(".")[2]
    pieces = []
    for part in _PARTS.findall(address):
        if part.isdigit():
            pieces.append(_digits(part, language))
        else:
            pieces.append(_SIGNS[language].get(part, part))
    if top.lower() in _SPELLED:
        pieces[-1] = " ".join(top.upper())
    spoken = "".join(pieces)
    return _apart(re.sub(" {2,}", " ", spoken).strip(), match)


def _digits(part: str, language: Language) -> str:
    return numerals_zh.digits(part) if language == "zh" else f" {numerals_en.digits(part)} "


def _language(match: re.Match[str]) -> Language:
    """Chinese when the nearest letter on either side, on the same line, is an ideograph."""
    text = match.string
    for position in (*range(match.start() - 1, max(match.start() - 20, -1), -1),):
        if text[position] == "\n":
            break
        if text[position].isalpha():
            return "zh" if is_han(text[position]) else "en"
    after = next((char for char in text[match.end() : match.end() + 20] if char.isalpha()), "a")
    return "zh" if is_han(after) else "en"


def _apart(spoken: str, match: re.Match[str]) -> str:
    """Keep a Latin neighbour from running into the address."""
    text = match.string
    before = (
        " "
        if match.start() and text[match.start() - 1].isascii() and text[match.start() - 1].isalnum()
        else ""
    )
    return before + spoken
